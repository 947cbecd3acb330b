/** Messages one below the other, a page of them at a time. */

import type { BundleEntry } from '@ocpp-logs/core';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Direction, What, When } from '../explore/entry-marks.tsx';
import { sentenceOf } from '../explore/entry-words.ts';
import type { EntryKey } from '../explore/explore-state.ts';
import { isTrouble } from '../explore/outcomes.ts';
import panels from '../station/panels.module.css';
import { shownText } from '../ui/shown-text.ts';
import { measuredText } from './measured-text.ts';
import styles from './offline.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { Pager } from './pager.tsx';
import { entryPlace } from './places.ts';

/** Thousands at once take a browser seconds to draw, and a phone its memory. */
const PAGE = 200;

export interface MessageTableProps {
  readonly bundle: OpenBundle;
  readonly entries: readonly BundleEntry[];
  readonly zone: string;
  readonly shown: EntryKey | null;
}

export function MessageTable({ bundle, entries, zone, shown }: MessageTableProps) {
  const at = entries.findIndex(({ site, entry }) => site === shown?.site && String(entry.id) === shown.id);
  const [{ of, page }, turn] = useState({ of: -1, page: 0 });
  // The page with the entry that was opened, until another one is turned to.
  if (of !== at) turn({ of: at, page: at < 0 ? page : Math.floor(at / PAGE) });
  const first = page * PAGE;
  const rows = entries.slice(first, first + PAGE);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section key={page} className={styles.scroll} tabIndex={0} aria-label="Table of messages">
        <table className={`${panels.table} ${styles.table}`}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Message</th>
              <th scope="col">Station</th>
              <th scope="col">What it says</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each, place) => (
              <Row
                key={`${each.site} ${each.entry.id}`}
                bundle={bundle}
                each={each}
                zone={zone}
                current={first + place === at}
              />
            ))}
          </tbody>
        </table>
      </section>
      {entries.length > PAGE && (
        <Pager
          first={first}
          shown={rows.length}
          of={entries.length}
          page={page}
          pages={Math.ceil(entries.length / PAGE)}
          onTurn={(to) => turn({ of: at, page: to })}
        />
      )}
    </>
  );
}

interface RowProps extends Pick<MessageTableProps, 'bundle' | 'zone'> {
  readonly each: BundleEntry;
  readonly current: boolean;
}

function Row({ bundle, each, zone, current }: RowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const entry = bundle.log(each);
  const found = each.findings.map(({ code }) => code);
  const { connector_id: connector, request_status: status } = entry;
  const says = [status, sentenceOf(entry), measuredText(entry)].flatMap((part) =>
    part === null ? [] : [shownText(part)],
  );
  return (
    <tr
      ref={row}
      aria-current={current || undefined}
      className={isTrouble(entry) ? styles.trouble : undefined}
    >
      <td className={panels.values}>
        <When entry={entry} zone={zone} withDate />
      </td>
      <th scope="row">
        <Link href={entryPlace(each.site, String(each.entry.id))} className={styles.what}>
          <Direction entry={entry} /> <What entry={entry} />
        </Link>
      </th>
      <td className={styles.station}>
        {shownText(entry.charger_id)}
        {connector === null ? '' : ` · ${connector}`}
      </td>
      <td className={styles.says}>
        {says.join(' · ')}
        {found.length > 0 && <span className={styles.found}> {[...new Set(found)].join(', ')}</span>}
      </td>
    </tr>
  );
}
