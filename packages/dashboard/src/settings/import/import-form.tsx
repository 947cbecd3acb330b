/** Which files go where, and what they do not tell; then their preview, and the import. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useClient } from '../../api/context.ts';
import type { ImportBody } from '../../api/settings-answers.ts';
import { upload } from '../../api/upload.ts';
import { mayAt, mayEverywhere } from '../../session/rights.ts';
import controls from '../../ui/control.module.css';
import { Field } from '../../ui/field.tsx';
import { FormAlert } from '../form-alert.tsx';
import settings from '../settings.module.css';
import { useRoles, useSites } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { DropZone } from './drop-zone.tsx';
import styles from './import.module.css';
import { jobKey } from './import-job.tsx';
import { askedFor, type ImportOptions, OPTION_NAMES, optionParams, sameOptions } from './import-options.ts';
import { OptionFields } from './option-fields.tsx';

const NAMES = ['site', ...OPTION_NAMES];

export interface ImportFormProps {
  /** The preview of these files; null before there is one. */
  readonly job: ImportBody | null;
  readonly onJob: (id: string | null) => void;
}

export function ImportForm({ job, onJob }: ImportFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const roles = useRoles();
  const known = useSites().data ?? [];
  const allowed = known.filter(({ id }) => mayAt(roles, 'operator', id));
  const [typed, setSite] = useState<string | null>(null);
  const site = job?.site ?? typed ?? allowed[0]?.id ?? '';
  const [files, setFiles] = useState<readonly File[]>([]);
  const [options, setOptions] = useState<ImportOptions>({});
  /** With which the preview was made. */
  const [previewed, setPreviewed] = useState<ImportOptions>({});
  const [share, setShare] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const { form, busy, faults, send } = useWrite(NAMES);
  const sites = useId();
  const wanted = askedFor(job?.files ?? []);

  const preview = async () => {
    const abort = new AbortController();
    stop.current = abort;
    setShare(0);
    await send(async () => {
      try {
        const made = await upload<ImportBody>(client, '/imports', files, {
          params: { site, ...optionParams(options) },
          signal: abort.signal,
          onProgress: setShare,
        });
        queries.setQueryData(jobKey(made.id), made);
        setPreviewed(options);
        if (job !== null) await client.delete(`/imports/${job.id}`);
        onJob(made.id);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      }
    });
    setShare(null);
  };
  const run = (id: string) =>
    send(async () => {
      const params = optionParams(options);
      const begun = await client.post<ImportBody>(`/imports/${id}/run`, undefined, { params });
      // An answer that is still under way knows of the preview only, and would be taken for the newer one.
      await queries.cancelQueries({ queryKey: jobKey(id) });
      queries.setQueryData(jobKey(id), begun);
    });
  const discard = (id: string) =>
    send(async () => {
      await client.delete(`/imports/${id}`);
      onJob(null);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void preview();
  };
  const readable = job?.files.some(({ failure }) => failure === null) ?? false;
  const answered = wanted.every((name) => (options[name] ?? '') !== '');
  return (
    <form ref={form} className={`${settings.card} ${settings.form}`} onSubmit={submit}>
      <FormAlert lines={faults.rest} />
      <Field
        label="Site"
        hint={mayEverywhere(roles, 'admin') ? 'One that is not there is made.' : undefined}
        fault={faults.fields.site}
      >
        {(control) => (
          <>
            <input
              {...control}
              list={sites}
              value={site}
              required
              autoComplete="off"
              spellCheck={false}
              readOnly={job !== null}
              onChange={(event) => setSite(event.target.value)}
            />
            <datalist id={sites}>
              {allowed.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      {(job === null || files.length > 0) && <DropZone files={files} disabled={busy} onFiles={setFiles} />}
      <OptionFields value={options} onChange={setOptions} faults={faults.fields} wanted={wanted} />
      {share !== null && (
        <div className={styles.bar}>
          <progress aria-label="Progress of the upload" max={1} value={share} />
          <p>{share < 1 ? `${Math.round(share * 100)}% sent` : 'Reading their beginning…'}</p>
        </div>
      )}
      <div className={settings.buttons}>
        {job !== null && (
          <button
            type="button"
            className={`${controls.button} ${controls.primary}`}
            disabled={busy || !(readable || (wanted.length > 0 && answered))}
            onClick={() => void run(job.id)}
          >
            Import
          </button>
        )}
        {(job === null || files.length > 0) && (
          <button
            type="submit"
            className={`${controls.button} ${job === null ? controls.primary : ''}`}
            disabled={busy || files.length === 0 || (job !== null && sameOptions(options, previewed))}
          >
            {job === null ? 'Preview' : 'Preview again'}
          </button>
        )}
        {share !== null && (
          <button type="button" className={controls.button} onClick={() => stop.current?.abort()}>
            Cancel
          </button>
        )}
        {job !== null && share === null && (
          <button
            type="button"
            className={controls.button}
            disabled={busy}
            onClick={() => void discard(job.id)}
          >
            Discard
          </button>
        )}
      </div>
      <p className={settings.hint}>
        Nothing is recorded before you say so, and importing twice adds nothing twice.
      </p>
    </form>
  );
}
