/** All messages of the bundle: searched, as a table or as a diagram, one of them beside it. */

import type { BundleEntry } from '@ocpp-logs/core';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { EntryKey } from '../explore/explore-state.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { BundleSequence } from './bundle-sequence.tsx';
import { MessagePanel } from './message-panel.tsx';
import { MessageTable } from './message-table.tsx';
import styles from './offline.module.css';
import type { Found, OpenBundle } from './open-bundle.ts';
import { entryPlace } from './places.ts';

export interface MessagesProps {
  readonly bundle: OpenBundle;
  readonly zone: string;
  readonly q: string;
  readonly onSearch: (q: string) => void;
  /** The entry that is open. */
  readonly shown: EntryKey | null;
}

/** What is looked for most often. */
const READY = [
  { q: 'has:finding', label: 'With findings' },
  { q: 'outcome:(error OR timeout OR connection_lost OR result_rejected)', label: 'Gone wrong' },
  { q: '-action:Heartbeat -action:MeterValues', label: 'Without noise' },
] as const;

export function Messages({ bundle, zone, q, onSearch, shown }: MessagesProps) {
  const [, go] = useLocation();
  const [drawn, draw] = useState(false);
  const found = useMemo(() => bundle.search(q), [bundle, q]);
  const entry = shown === null ? null : bundle.at(shown.site, shown.id);
  useTitle('Messages', 'bundle');
  return (
    <main className={styles.messages} data-open={shown !== null || undefined}>
      <h1 className={controls.hidden}>Messages</h1>
      <div className={styles.list}>
        <SearchForm key={`of ${q}`} q={q} found={found} onSearch={onSearch} />
        <div className={styles.line}>
          <output className={styles.count}>
            {found.kind === 'found' &&
              `${countText(found.entries.length, 'entry', 'entries')}${q === '' ? '' : ` of ${bundle.entries.length.toLocaleString('en')}`}`}
          </output>
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            aria-pressed={drawn}
            onClick={() => draw(!drawn)}
          >
            <Icon name={drawn ? 'table' : 'around'} size={14} /> {drawn ? 'Table' : 'Sequence diagram'}
          </button>
        </div>
        {found.kind === 'found' &&
          (drawn ? (
            <Drawn bundle={bundle} entries={found.entries} zone={zone} />
          ) : (
            <MessageTable key={q} bundle={bundle} entries={found.entries} zone={zone} shown={shown} />
          ))}
      </div>
      {shown !== null && (
        <MessagePanel
          bundle={bundle}
          entry={entry}
          zone={zone}
          q={q}
          onSearch={onSearch}
          onClose={() => go('/messages')}
          onStep={(by) => {
            if (found.kind !== 'found' || entry === null) return;
            const next = found.entries[found.entries.indexOf(entry) + by];
            if (next !== undefined) go(entryPlace(next.site, String(next.entry.id)));
          }}
        />
      )}
    </main>
  );
}

interface SearchFormProps {
  readonly q: string;
  readonly found: Found;
  readonly onSearch: (q: string) => void;
}

function SearchForm({ q, found, onSearch }: SearchFormProps) {
  const [typed, type] = useState(q);
  const [field, fault] = [useId(), useId()];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    <search>
      <form className={styles.search} onSubmit={submit}>
        <label htmlFor={field} className={controls.hidden}>
          Search the messages
        </label>
        <input
          id={field}
          type="search"
          className={controls.field}
          placeholder='action:StatusNotification status:Faulted latency:>5s "free text"'
          value={typed}
          aria-invalid={found.kind === 'fault' || undefined}
          aria-describedby={found.kind === 'fault' ? fault : undefined}
          onChange={({ target }) => type(target.value)}
        />
        <button type="submit" className={controls.button}>
          <Icon name="search" size={14} /> Search
        </button>
        <div className={styles.ready}>
          {READY.map(({ q: ready, label }) => (
            <button
              key={label}
              type="button"
              className={`${controls.plain} ${controls.small}`}
              onClick={() => onSearch(ready)}
            >
              {label}
            </button>
          ))}
          {q !== '' && (
            <button
              type="button"
              className={`${controls.plain} ${controls.small}`}
              onClick={() => onSearch('')}
            >
              All
            </button>
          )}
        </div>
        {found.kind === 'fault' && (
          <p id={fault} role="alert" className={styles.fault}>
            {found.error.message} (column {found.error.column})
          </p>
        )}
      </form>
    </search>
  );
}

interface DrawnProps extends Pick<MessagesProps, 'bundle' | 'zone'> {
  readonly entries: readonly BundleEntry[];
}

/** A diagram has one station: that of most entries, unless another one is chosen. */
function Drawn({ bundle, entries, zone }: DrawnProps) {
  const stations = useMemo(() => stationsOf(entries), [entries]);
  const [chosen, choose] = useState(0);
  const id = useId();
  const station = stations[chosen] ?? stations[0];
  if (station === undefined) return null;
  return (
    <div className={styles.drawn}>
      {stations.length > 1 && (
        <p className={styles.line}>
          <label htmlFor={id}>Station</label>
          <select
            id={id}
            className={controls.field}
            value={chosen}
            onChange={({ target }) => choose(Number(target.value))}
          >
            {stations.map(({ site, charger, entries: own }, place) => (
              <option key={`${site} ${charger}`} value={place}>
                {charger} ({own.length.toLocaleString('en')})
              </option>
            ))}
          </select>
        </p>
      )}
      <BundleSequence
        key={`${station.site} ${station.charger}`}
        bundle={bundle}
        entries={station.entries}
        charger={station.charger}
        zone={zone}
      />
    </div>
  );
}

interface StationEntries {
  readonly site: string;
  readonly charger: string;
  readonly entries: readonly BundleEntry[];
}

function stationsOf(entries: readonly BundleEntry[]): readonly StationEntries[] {
  const own = entries.filter(({ entry }) => entry.charger !== '');
  const stations = Map.groupBy(own, ({ site, entry }) => JSON.stringify([site, entry.charger]));
  return [...stations.values()]
    .flatMap((all) => {
      const [first] = all;
      return first === undefined ? [] : [{ site: first.site, charger: first.entry.charger, entries: all }];
    })
    .sort((a, b) => b.entries.length - a.entries.length);
}
