/** An import after its upload: preview, progress, report. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useClient } from '../../api/context.ts';
import { isStatus } from '../../api/problem.ts';
import type { ImportBody } from '../../api/settings-answers.ts';
import { bytesText } from '../../explore/download-wish.ts';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import settings from '../settings.module.css';
import { FileCard } from './file-card.tsx';
import styles from './import.module.css';
import { hasEnded, logsPath, STATE_WORDS, sumsOf } from './import-words.ts';

const LOOK_MS = 500;

export const jobKey = (id: string) => ['import', id] as const;

export function useImport(id: string | null) {
  const client = useClient();
  return useQuery({
    queryKey: jobKey(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }) => client.get<ImportBody>(`/imports/${id}`, { signal }),
    refetchInterval: ({ state }) => {
      const job = state.data;
      return job !== undefined && (job.state === 'waiting' || job.state === 'running') ? LOOK_MS : false;
    },
  });
}

export function ImportJob({ job, onLeave }: { readonly job: ImportBody; readonly onLeave: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await client.delete(`/imports/${job.id}`);
      } catch (error) {
        // It has gone by itself, or another window was faster.
        if (!isStatus(error, 404)) throw error;
      }
    },
    onSuccess: async () => {
      tell('The import is cancelled; what was recorded by then stays');
      onLeave();
      await queries.invalidateQueries({ queryKey: ['imports'] });
    },
  });
  const path = logsPath(job);
  return (
    <section aria-label="Import" className={settings.form}>
      {job.state === 'running' || job.state === 'waiting' ? <Progress job={job} /> : null}
      {hasEnded(job) && <Ended job={job} />}
      {remove.error !== null && <FormAlert lines={[remove.error.message]} />}
      <div className={settings.buttons}>
        {job.state === 'done' && path !== null && (
          <Link href={path} className={`${controls.button} ${controls.primary}`}>
            Look at the entries
          </Link>
        )}
        {hasEnded(job) ? (
          <button type="button" className={controls.button} onClick={onLeave}>
            Import more
          </button>
        ) : (
          job.state !== 'previewed' && (
            <button
              type="button"
              className={controls.button}
              disabled={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Cancel
            </button>
          )
        )}
      </div>
      {job.files.map((file) => (
        <FileCard key={file.file} file={file} ended={hasEnded(job)} />
      ))}
    </section>
  );
}

function Progress({ job }: { readonly job: ImportBody }) {
  const { bytes, total_bytes: total, frames, entries_per_second: rate } = job.progress;
  return (
    <div className={`${settings.card} ${styles.bar}`}>
      <h2>
        The import into {job.site} {STATE_WORDS[job.state]}
      </h2>
      <progress
        aria-label="Progress of the import"
        max={Math.max(1, total)}
        {...(job.state === 'waiting' ? {} : { value: bytes })}
      />
      <p>
        {bytesText(bytes)} of {bytesText(total)}, {countText(frames, 'frame')},{' '}
        {countText(rate, 'entry', 'entries')} a second
      </p>
      <p>You may leave this page: it goes on.</p>
    </div>
  );
}

function Ended({ job }: { readonly job: ImportBody }) {
  const { accepted, duplicates, skipped, failed } = sumsOf(job.files);
  const count = (number: number) => number.toLocaleString('en');
  return (
    <div className={settings.card} role="status">
      <h2>
        The import into {job.site} is {STATE_WORDS[job.state]}
      </h2>
      {job.error !== null && <p className={settings.fault}>{job.error}</p>}
      <p>
        {count(accepted)} new, {count(duplicates)} stored before, {countText(skipped, 'line')} left out
        {failed > 0 && `, ${failed} of ${countText(job.files.length, 'file')} not read to their end`}.
      </p>
    </div>
  );
}
