/** Takes the entries that match away as a file: how much it is, how far it is, and an end to it. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ExportJob, SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './download-dialog.module.css';
import {
  begin,
  bytesText,
  type DownloadWish,
  estimate,
  FORMATS,
  type FormatName,
  hasEnded,
} from './download-wish.ts';
import type { FilterState } from './search-params.ts';

const ASK_MS = 700;

export interface DownloadDialogProps {
  readonly filter: FilterState;
  readonly range: Range;
  readonly order: 'asc' | 'desc';
  readonly sites: readonly SiteBody[];
  readonly onClose: () => void;
}

export function DownloadDialog({ filter, range, order, sites, onClose }: DownloadDialogProps) {
  const client = useClient();
  const offered = filter.sites.length === 0 ? sites : sites.filter(({ id }) => filter.sites.includes(id));
  const [site, setSite] = useState(offered[0]?.id ?? '');
  const [format, setFormat] = useState<FormatName>('csv');
  const [pseudonymise, setPseudonymise] = useState(false);
  const [everything, setEverything] = useState(true);
  const [job, setJob] = useState<ExportJob | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const wish: DownloadWish = { site, filter, range, order, format, pseudonymise, everything };
  const told = useQuery({
    queryKey: ['estimate', wish],
    enabled: site !== '' && job === null,
    queryFn: ({ signal }) => estimate(client, wish, signal),
  });
  const start = async () => {
    setError(null);
    try {
      setJob(await begin(client, wish));
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <Dialog title="Download" onClose={onClose}>
      {job !== null ? (
        <Progress job={job} onJob={setJob} onAgain={() => setJob(null)} />
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          {offered.length > 1 && (
            <label className={styles.site}>
              Site
              <select
                className={controls.field}
                value={site}
                onChange={({ currentTarget }) => setSite(currentTarget.value)}
              >
                {offered.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <fieldset className={styles.formats}>
            <legend>Format</legend>
            {FORMATS.map(({ name, label, about }) => (
              <label key={name}>
                <input
                  type="radio"
                  name="format"
                  checked={format === name}
                  onChange={() => setFormat(name)}
                />
                <strong>{label}</strong>
                <span>{about}</span>
              </label>
            ))}
          </fieldset>
          <label className={styles.choice}>
            <input
              type="checkbox"
              checked={everything}
              onChange={({ currentTarget }) => setEverything(currentTarget.checked)}
            />
            <span>
              With answers, latencies and raw texts{' '}
              <small>otherwise the fields of the published API alone</small>
            </span>
          </label>
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
          <output className={styles.estimate}>
            {told.isError
              ? `The size could not be told: ${told.error.message}`
              : told.data === undefined
                ? 'Telling the size…'
                : `${countText(told.data.entries, 'entry', 'entries')}, about ${bytesText(told.data.bytes)}`}
          </output>
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
              disabled={site === '' || told.data?.entries === 0}
            >
              Make the file
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
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
