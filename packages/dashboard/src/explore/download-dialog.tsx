/** Takes the entries that match away as a file: how much it is, how far it is, and an end to it. */

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ExportEstimate, ExportJob, SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { COLUMNS } from './columns.ts';
import styles from './download-dialog.module.css';
import {
  begin,
  bytesText,
  type ChosenEntry,
  type DownloadWish,
  estimate,
  FORMATS,
  type FormatName,
  hasColumns,
  hasEnded,
  wishBody,
} from './download-wish.ts';
import type { FilterState } from './search-params.ts';

const ASK_MS = 700;

export interface DownloadDialogProps {
  readonly filter: FilterState;
  readonly range: Range;
  /** Whether the table goes on behind the end of its range. */
  readonly live: boolean;
  readonly order: 'asc' | 'desc';
  /** Those that are looked at. */
  readonly sites: readonly SiteBody[];
  /** Ids of those that are shown. */
  readonly columns: readonly string[];
  readonly selected: readonly ChosenEntry[];
  /** Whether it was asked for the selected ones. */
  readonly chosen: boolean;
  /** What both are called, where they are not those of the table. */
  readonly words?: { readonly selected: string; readonly all: string };
  /** The one that is chosen at first; CSV unless given. */
  readonly format?: FormatName;
  readonly onClose: () => void;
}

export function DownloadDialog(props: DownloadDialogProps) {
  const { filter, sites, order, selected, words, onClose } = props;
  const client = useClient();
  const [format, setFormat] = useState<FormatName>(props.format ?? 'csv');
  const [chosenPseudonymise, setPseudonymise] = useState<boolean | null>(null);
  // What is made for others names nobody unless it is asked to.
  const pseudonymise = chosenPseudonymise ?? format === 'bundle';
  const [onlySelected, setOnlySelected] = useState(props.chosen && selected.length > 0);
  const [shown, setShown] = useState(true);
  const [job, setJob] = useState<ExportJob | null>(null);
  const [error, setError] = useState<Error | null>(null);
  // Up to now as it is when the dialog opens: its size must not change while it is looked at.
  const [range] = useState(() => (props.live ? { from: props.range.from, to: Date.now() } : props.range));
  const wish: DownloadWish = {
    sites: sites.map(({ id }) => id),
    filter,
    range,
    order,
    format,
    pseudonymise,
    columns: shown ? props.columns : null,
    selected: onlySelected ? selected : null,
  };
  // What was asked for last and is not answered; another one or none where that was taken back.
  const asked = useRef<DownloadWish | null>(null);
  const [asking, setAsking] = useState(false);
  const told = useQuery({
    queryKey: ['estimate', wishBody(wish)],
    enabled: sites.length > 0 && job === null && !asking,
    queryFn: ({ signal }) => estimate(client, wish, signal),
  });
  const start = async () => {
    setError(null);
    asked.current = wish;
    setAsking(true);
    const begun = await begin(client, wish).catch(errorOf);
    // Cancelled meanwhile: what was begun is of no use to anybody.
    const wanted = asked.current === wish;
    if (wanted) setAsking(false);
    if (begun instanceof Error) setError((known) => (wanted ? begun : known));
    else if (wanted) setJob(begun);
    else await client.delete(`/exports/${begun.id}`).catch((problem: unknown) => setError(errorOf(problem)));
  };
  const takeBack = () => {
    asked.current = null;
    setAsking(false);
  };
  return (
    <Dialog title="Download" onClose={onClose}>
      {job !== null ? (
        <Progress job={job} onJob={setJob} onAgain={() => setJob(null)} />
      ) : asking ? (
        <Asked onTakeBack={takeBack} />
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          {selected.length === 0 ? (
            <p>
              {words?.all ?? 'All entries of the table'}: {scopeText(filter, sites)}
            </p>
          ) : (
            <fieldset className={styles.formats}>
              <legend>Entries</legend>
              <Choice name="entries" checked={onlySelected} onChoose={() => setOnlySelected(true)}>
                <strong>{words?.selected ?? selectedText(selected.length)}</strong>
              </Choice>
              <Choice name="entries" checked={!onlySelected} onChoose={() => setOnlySelected(false)}>
                <strong>{words?.all ?? 'All of the table'}</strong>
                <span>{scopeText(filter, sites)}</span>
              </Choice>
            </fieldset>
          )}
          <fieldset className={styles.formats}>
            <legend>Format</legend>
            {FORMATS.map(({ name, label, about }) => (
              <Choice key={name} name="format" checked={format === name} onChoose={() => setFormat(name)}>
                <strong>{label}</strong>
                <span>{about}</span>
              </Choice>
            ))}
          </fieldset>
          {hasColumns(format) && (
            <fieldset className={styles.formats}>
              <legend>Columns</legend>
              <Choice name="columns" checked={shown} onChoose={() => setShown(true)}>
                <strong>Those shown</strong>
                <span>{props.columns.map((id) => COLUMNS.get(id)?.label ?? id).join(', ')}</span>
              </Choice>
              <Choice name="columns" checked={!shown} onChoose={() => setShown(false)}>
                <strong>All</strong>
                <span>With answers, latencies and raw texts</span>
              </Choice>
            </fieldset>
          )}
          <label className={styles.choice}>
            <input
              type="checkbox"
              checked={pseudonymise}
              onChange={({ currentTarget }) => setPseudonymise(currentTarget.checked)}
            />
            <span>
              Pseudonymise <small>id tags, tokens and serial numbers become hashes that stay the same</small>
            </span>
          </label>
          <Size told={told} />
          {error !== null && (
            <p role="alert" className={styles.fault}>
              {error.message}
            </p>
          )}
          <div className={styles.end}>
            <button type="button" className={controls.button} onClick={onClose}>
              Close
            </button>
            <button
              type="submit"
              className={`${controls.button} ${controls.primary}`}
              disabled={sites.length === 0 || told.data?.entries === 0}
            >
              Make the file
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** Counted by threads that stand behind all others of the server. */
function Counting({ children }: { readonly children: ReactNode }) {
  return (
    <>
      <progress className={styles.progress} aria-label="Counting the entries" />
      {children} Recording, searches and pages go first, so that it may take a while.
    </>
  );
}

function Size({ told }: { readonly told: UseQueryResult<ExportEstimate> }) {
  return (
    <output className={styles.estimate}>
      {told.isError ? (
        `The size could not be told: ${told.error.message}`
      ) : told.data === undefined ? (
        <Counting>Counting the entries. You need not wait for it: make the file at once.</Counting>
      ) : (
        `${countText(told.data.entries, 'entry', 'entries')}, about ${bytesText(told.data.bytes)}`
      )}
    </output>
  );
}

/** Until the server has taken it up. */
function Asked({ onTakeBack }: { readonly onTakeBack: () => void }) {
  return (
    <div className={styles.form}>
      <output className={styles.estimate}>
        <Counting>The file is asked for; its entries are counted first.</Counting>
      </output>
      <div className={styles.end}>
        <button type="button" className={controls.button} onClick={onTakeBack}>
          Cancel
        </button>
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

function Choice({ name, checked, onChoose, children }: ChoiceProps) {
  return (
    <label>
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      {children}
    </label>
  );
}

function errorOf(problem: unknown): Error {
  return problem instanceof Error ? problem : new Error(String(problem));
}

function selectedText(count: number): string {
  return count === 1 ? 'The one that is selected' : `The ${count.toLocaleString('en')} that are selected`;
}

function scopeText({ quiet, events }: FilterState, sites: readonly SiteBody[]): string {
  const [only, another] = sites;
  const whose = only !== undefined && another === undefined ? only.name : countText(sites.length, 'site');
  return [whose, ...(quiet ? ['noise left out'] : []), ...(events ? ['with events'] : [])].join(', ');
}

interface ProgressProps {
  readonly job: ExportJob;
  readonly onJob: (job: ExportJob) => void;
  readonly onAgain: () => void;
}

function Progress({ job, onJob, onAgain }: ProgressProps) {
  const client = useClient();
  const [fault, setFault] = useState('');
  useEffect(() => {
    if (hasEnded(job)) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        onJob(await client.get<ExportJob>(`/exports/${job.id}`, { signal: stop.signal }));
        setFault('');
      } catch (error) {
        if (stop.signal.aborted) return;
        setFault(error instanceof Error ? error.message : String(error));
        // The next look follows from a change of the job.
        onJob({ ...job });
      }
    }, ASK_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, job, onJob]);
  const cancel = async () => {
    try {
      await client.delete(`/exports/${job.id}`);
      onAgain();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const percent = job.state === 'done' ? 100 : job.progress.percent;
  return (
    <div className={styles.form}>
      <p>
        <strong>{job.file_name}</strong>
      </p>
      <progress className={styles.progress} max={100} value={percent} aria-label="Progress" />
      <output className={styles.estimate}>
        {job.state === 'done'
          ? `Done: ${bytesText(job.size ?? job.progress.bytes)}`
          : job.state === 'failed'
            ? (job.error ?? 'It failed.')
            : job.state === 'waiting'
              ? 'Waiting for its turn…'
              : `${job.progress.entries.toLocaleString('en')} of about ${countText(job.estimate.entries, 'entry', 'entries')}, ${bytesText(job.progress.bytes)}`}
      </output>
      {job.remarks.map((remark) => (
        <p key={remark} className={styles.remark}>
          {remark}
        </p>
      ))}
      {fault !== '' && (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      )}
      <div className={styles.end}>
        {hasEnded(job) ? (
          <button type="button" className={controls.button} onClick={onAgain}>
            Another
          </button>
        ) : (
          <button type="button" className={controls.button} onClick={() => void cancel()}>
            Cancel
          </button>
        )}
        {job.state === 'done' && (
          <a
            className={`${controls.button} ${controls.primary} ${styles.save}`}
            href={client.address(`/exports/${job.id}/file`)}
            download={job.file_name}
          >
            Save the file
          </a>
        )}
      </div>
    </div>
  );
}
