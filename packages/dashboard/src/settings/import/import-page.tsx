/** Logs that people already have, from files into a site. */

import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useSearch } from 'wouter';
import { useClient } from '../../api/context.ts';
import type { ImportBody } from '../../api/settings-answers.ts';
import settings from '../settings.module.css';
import { momentText } from '../zone-of-settings.ts';
import styles from './import.module.css';
import { ImportForm } from './import-form.tsx';
import { ImportJob, useImport } from './import-job.tsx';
import { STATE_WORDS } from './import-words.ts';

export function ImportPage() {
  const id = new URLSearchParams(useSearch()).get('job');
  const [, go] = useLocation();
  const asked = useImport(id);
  const job = id === null ? null : (asked.data ?? null);
  const show = (next: string | null) =>
    go(next === null ? '/settings/import' : `/settings/import?job=${next}`, { replace: id !== null });
  const forms = job === null || job.state === 'previewed';
  return (
    <div className={settings.sheet}>
      <header className={settings.head}>
        <h1>Import</h1>
      </header>
      {id !== null && asked.error !== null && (
        <p role="alert" className={settings.alert}>
          {asked.error.message} Imports that wait for more than an hour are removed.
        </p>
      )}
      {forms && <ImportForm job={job} onJob={show} />}
      {job !== null && <ImportJob job={job} onLeave={() => show(null)} />}
      <OtherImports id={id} />
    </div>
  );
}

function OtherImports({ id }: { readonly id: string | null }) {
  const client = useClient();
  const imports = useQuery({
    queryKey: ['imports', id],
    queryFn: async ({ signal }) =>
      (await client.get<{ readonly imports: readonly ImportBody[] }>('/imports', { signal })).imports,
    staleTime: 0,
  });
  const others = (imports.data ?? []).filter((job) => job.id !== id);
  if (others.length === 0) return null;
  return (
    <section className={settings.card} aria-label="Other imports">
      <h2>Other imports</h2>
      <ul className={styles.jobs}>
        {others.map((job) => (
          <li key={job.id}>
            <Link href={`/settings/import?job=${job.id}`}>
              {job.files.map(({ file }) => file).join(', ') || 'Import'}
            </Link>
            <span>
              into {job.site}, {momentText(job.created, '')}
            </span>
            <span className={settings.tag}>{STATE_WORDS[job.state]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
