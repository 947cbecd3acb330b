/** The report of a run, for people and for scripts. */

import { counted } from '@ocpp-logs/core';
import { checkpointRecord } from '../../pull/checkpoint-text.ts';
import type { PullReport } from '../../pull/pull.ts';
import { spanText } from '../../pull/span.ts';
import { countText } from '../quantity.ts';
import type { Mirror } from './mirror.ts';

const GAPS_SHOWN = 10;

export interface MirrorReport extends PullReport {
  readonly mirror: Mirror;
  /** Whether frames came as they were on the wire; null where nothing was asked. */
  readonly exact: boolean | null;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function reportJson(report: MirrorReport): string {
  const { mirror, span, checkpoint, counts, exact, skipped, error, interrupted } = report;
  const { gaps } = checkpointRecord(checkpoint);
  return JSON.stringify({
    name: mirror.name,
    url: mirror.pair.url,
    site: mirror.pair.site,
    into: mirror.pair.into,
    exact,
    from: iso(span.from),
    to: iso(span.to),
    ...counts,
    skipped_reasons: [...skipped].map(([reason, count]) => ({ reason, count })),
    gaps,
    through: iso(checkpoint.through),
    error,
    interrupted,
  });
}

export function reportText({ mirror, ...report }: MirrorReport): string {
  const { span, checkpoint, counts, exact, interrupted } = report;
  const { windows, requests, entries, accepted, duplicates, skipped } = counts;
  const kind = exact === false ? ', as far as its pages tell' : exact === true ? ', frames as they were' : '';
  const lines = [
    `${mirror.pair.site} of ${mirror.pair.url} into site ${mirror.pair.into}${kind}`,
    `  read       ${iso(span.from)} to ${iso(span.to)}`,
    `  entries    ${countText(entries)} in ${counted(windows, 'window')}, ${counted(requests, 'request')}`,
    `  frames     ${countText(accepted)} new, ${countText(duplicates)} stored already`,
  ];
  if (skipped > 0) lines.push(`  left out   ${countText(skipped)}`, ...reasonLines(report.skipped));
  lines.push(`  mirrored   through ${iso(checkpoint.through)}${interrupted ? ', then stopped' : ''}`);
  return `${[...lines, ...gapLines(report)].join('\n')}\n`;
}

function reasonLines(skipped: ReadonlyMap<string, number>): string[] {
  return [...skipped]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `    ${countText(count)} x ${reason}`);
}

function gapLines({ checkpoint, unread }: Omit<MirrorReport, 'mirror'>): string[] {
  const { gaps } = checkpoint;
  if (gaps.length === 0) return [];
  const shown = gaps.slice(0, GAPS_SHOWN).map((gap) => {
    const why = unread.find(({ window }) => window.from < gap.to && window.to > gap.from)?.reason;
    return `    ${spanText(gap)}${why === undefined ? '' : ` ${why}`}`;
  });
  const more = gaps.length - shown.length;
  const title = counted(gaps.length, 'gap');
  return [
    `  ${title}, tried first by the next run`,
    ...shown,
    ...(more > 0 ? [`    and ${countText(more)} more`] : []),
  ];
}
