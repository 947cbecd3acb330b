/** What was found in the messages of a station, by kind, each with the first entry that shows it. */

import type { BundleFinding } from '@ocpp-logs/core';
import { Link } from 'wouter';
import panels from '../station/panels.module.css';
import { timeText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';

export interface FindingCountsProps {
  readonly findings: readonly BundleFinding[];
  readonly zone: string;
  readonly entry: (id: string) => string;
}

const SEVERITY = { violates: 'Violates OCPP', unusual: 'Unusual', info: 'For information' } as const;

export function FindingCounts({ findings, zone, entry }: FindingCountsProps) {
  return (
    <ul className={panels.findings} aria-label="Found in its messages">
      {findings.map(({ code, severity, text, clause, count, first, path, detail }) => (
        <li key={code}>
          <Link href={entry(first.entry_id)}>{code}</Link>
          <span className={panels.count}>{count.toLocaleString('en')}</span>
          <p>
            <span className={panels[severity]}>{SEVERITY[severity]}.</span> {text}
            {clause !== '' && ` (${clause})`} First {timeText(Date.parse(first.time), zone)}{' '}
            {shownText([first.what, path ?? '', detail ?? ''].filter((part) => part !== '').join(' '))}
          </p>
        </li>
      ))}
    </ul>
  );
}
