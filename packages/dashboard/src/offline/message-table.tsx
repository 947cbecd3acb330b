/** Messages one below the other, more of them when they are asked for. */

import type { BundleEntry } from '@ocpp-logs/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { Direction, What, When } from '../explore/entry-marks.tsx';
import { sentenceOf } from '../explore/entry-words.ts';
import type { EntryKey } from '../explore/explore-state.ts';
import { isTrouble } from '../explore/outcomes.ts';
import panels from '../station/panels.module.css';
import controls from '../ui/control.module.css';
import { shownText } from '../ui/shown-text.ts';
import { measuredText } from './measured-text.ts';
import styles from './offline.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { entryPlace } from './places.ts';

const STEP = 200;

export interface MessageTableProps {
  readonly bundle: OpenBundle;
  readonly entries: readonly BundleEntry[];
  readonly zone: string;
  readonly shown: EntryKey | null;
}

export function MessageTable({ bundle, entries, zone, shown }: MessageTableProps) {
  const at = entries.findIndex(({ site, entry }) => site === shown?.site && String(entry.id) === shown.id);
  const [rows, setRows] = useState(STEP);
  // The one that is open is among those that are seen.
  const seen = Math.max(rows, Math.ceil((at + 1) / STEP) * STEP);
  const left = entries.length - seen;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={styles.scroll} tabIndex={0} aria-label="Table of messages">
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
          {entries.slice(0, seen).map((each, place) => (
            <Row
              key={`${each.site} ${each.entry.id}`}
              bundle={bundle}
              each={each}
              zone={zone}
              current={place === at}
            />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p className={styles.line}>
          <button type="button" className={controls.button} onClick={() => setRows(seen + STEP)}>
            Show {Math.min(STEP, left).toLocaleString('en')} more of {left.toLocaleString('en')}
          </button>
        </p>
      )}
    </section>
  );
}

interface RowProps extends Pick<MessageTableProps, 'bundle' | 'zone'> {
  readonly each: BundleEntry;
  readonly current: boolean;
}

function Row({ bundle, each, zone, current }: RowProps) {
  const entry = bundle.log(each);
  const found = each.findings.map(({ code }) => code);
  const { connector_id: connector, request_status: status } = entry;
  const says = [status, sentenceOf(entry), measuredText(entry)].flatMap((part) =>
    part === null ? [] : [shownText(part)],
  );
  return (
    <tr aria-current={current || undefined} className={isTrouble(entry) ? styles.trouble : undefined}>
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
