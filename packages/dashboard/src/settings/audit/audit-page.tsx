/** The audit log: who did what, newest first. */

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../api/context.ts';
import type { AuditPageBody, AuditRecord } from '../../api/settings-answers.ts';
import controls from '../../ui/control.module.css';
import { Asked } from '../asked.tsx';
import styles from '../settings.module.css';
import { useSites } from '../use-settings.ts';
import { momentText } from '../zone-of-settings.ts';
import { ACTION_WORDS, actionText, auditPath, detailsText } from './audit-words.ts';

const NONE = { action: '', actor: '', site: '' };
type Filter = typeof NONE;

export function AuditPage() {
  const client = useClient();
  const [filter, setFilter] = useState<Filter>(NONE);
  const pages = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => client.get<AuditPageBody>(auditPath(filter, pageParam), { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>Audit log</h1>
      </header>
      <p className={styles.lead}>
        Who signed in, made keys, changed users and sites, called stations, took exports or read messages as
        they were. Nobody can change it.
      </p>
      <Filters filter={filter} onChange={setFilter} />
      <Asked query={pages}>
        {({ pages: shown }) => <AuditTable records={shown.flatMap(({ records }) => records)} />}
      </Asked>
      {pages.hasNextPage && (
        <p>
          <button
            type="button"
            className={controls.button}
            disabled={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            Show older ones
          </button>
        </p>
      )}
    </div>
  );
}

interface FiltersProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const sites = useSites().data ?? [];
  const [actor, setActor] = useState(filter.actor);
  return (
    <form
      className={styles.head}
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...filter, actor: actor.trim() });
      }}
    >
      <select
        className={controls.field}
        aria-label="What was done"
        value={filter.action}
        onChange={(event) => onChange({ ...filter, action: event.target.value })}
      >
        <option value="">everything</option>
        {Object.entries(ACTION_WORDS).map(([action, words]) => (
          <option key={action} value={action}>
            {words}
          </option>
        ))}
      </select>
      <select
        className={controls.field}
        aria-label="Site"
        value={filter.site}
        onChange={(event) => onChange({ ...filter, site: event.target.value })}
      >
        <option value="">whatever the site</option>
        {sites.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <input
        className={controls.field}
        aria-label="Who, by name or id"
        placeholder="who, by name or id"
        value={actor}
        onChange={(event) => setActor(event.target.value)}
      />
      <button type="submit" className={controls.button}>
        Show
      </button>
    </form>
  );
}

function AuditTable({ records }: { readonly records: readonly AuditRecord[] }) {
  if (records.length === 0) return <p className={styles.card}>Nothing of this kind.</p>;
  return (
    <div className={styles.wrap}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Site</th>
            <th scope="col">Of</th>
            <th scope="col">When</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.n}>
              <th scope="row">
                {record.name}
                {record.actor !== record.name && <small>{record.actor}</small>}
              </th>
              <td data-label="What">
                {actionText(record)}
                <small>{detailsText(record.details)}</small>
              </td>
              <td data-label="Site">{record.site ?? ''}</td>
              <td data-label="Of">{record.target ?? ''}</td>
              <td data-label="When">{momentText(record.time, '')}</td>
              <td data-label="From">{record.address ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
