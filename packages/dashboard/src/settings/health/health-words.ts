/** The state of the server in words, and what of it is a reason to act. */

import type { SiteStatus, StatusBody } from '../../api/settings-answers.ts';
import { countText } from '../../ui/count-text.ts';

const DAY_S = 86_400;

/** `3 days 4 h`, `4 h 10 min`, `10 min`, `8 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / DAY_S);
  const hours = Math.floor((whole % DAY_S) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (days > 0) return `${countText(days, 'day')} ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${whole} s`;
}

/** Counters of now that are queues, and what waits in them. */
export const QUEUES: readonly (readonly [name: string, label: string])[] = [
  ['uncommitted_bytes', 'Recorded, not yet on the disk (bytes)'],
  ['capture_waiting', 'Stations that wait for their CSMS'],
  ['capture_held_bytes', 'Messages held while they are incomplete (bytes)'],
  ['csms_calls_waiting', 'Calls that wait for a station'],
  ['imports_waiting', 'Imports that wait'],
  ['imports_running', 'Imports that run'],
  ['exports_waiting', 'Downloads that wait'],
  ['exports_running', 'Downloads that are made'],
  ['live_tails', 'Live tails'],
];

/** Of what the logs take, and in bytes. */
const LOW_SHARE = 0.1;
const LOW_BYTES = 2_000_000_000;

export function isDiskLow({ free_bytes: free, logs_bytes: logs }: StatusBody['disk']): boolean {
  return free < LOW_BYTES || free < logs * LOW_SHARE;
}

/** What a person should do something about, worst first. */
export function worriesOf(status: StatusBody): readonly string[] {
  const { recording, disk, gaps, counters } = status;
  const { unrecorded_total: unrecorded = 0, entries_not_stored_total: refused = 0 } = counters;
  const { faults_total: faults = 0 } = counters;
  const damaged = disk.set_aside === 1 ? 'A damaged file was' : `${disk.set_aside} damaged files were`;
  return [
    ...(recording ? [] : ['The server does not record now. Its log says why.']),
    ...(isDiskLow(disk)
      ? ['The disk is nearly full. Shorten the retention of a site, or give it room.']
      : []),
    ...(gaps > 0
      ? [`Recording had ${countText(gaps, 'gap')} in the last 24 hours. The logs show them as entries.`]
      : []),
    ...(unrecorded > 0
      ? [`${countText(unrecorded, 'frame')} went unrecorded since the start, in those gaps.`]
      : []),
    ...(refused > 0
      ? [
          `${countText(refused, 'entry', 'entries')} could not be stored since the start. Gaps in the logs show when; the server’s log says why.`,
        ]
      : []),
    ...(faults > 0
      ? [
          `ocpp-logs met ${countText(faults, 'error', 'errors')} of its own since the start; its log says which. Messages were kept: finding:not-extracted finds those whose fields could not be read.`,
        ]
      : []),
    ...(disk.set_aside > 0 ? [`${damaged} set aside, in set-aside/ of the data folder.`] : []),
  ];
}

export interface MonthSum {
  readonly month: string;
  readonly bytes: number;
}

/** Of all sites together, oldest first, the last ones of them; months between that hold nothing are told, too. */
export function monthSums(sites: readonly SiteStatus[], most: number): readonly MonthSum[] {
  const sums = new Map<string, number>();
  for (const { month, bytes } of sites.flatMap(({ months }) => months)) {
    sums.set(month, (sums.get(month) ?? 0) + bytes);
  }
  const [first] = [...sums.keys()].sort();
  const last = [...sums.keys()].sort().at(-1);
  if (first === undefined || last === undefined) return [];
  const all: MonthSum[] = [];
  for (let month = last; month >= first && all.length < most; month = monthBefore(month)) {
    all.unshift({ month, bytes: sums.get(month) ?? 0 });
  }
  return all;
}

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2)).toISOString().slice(0, 7);
}
