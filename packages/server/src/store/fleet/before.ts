/** What is known of stations from before the time that is read: each is asked for once, and bounded. */

import {
  type ConnectorReport,
  type CoverageMark,
  type Firmware,
  firmwareOf,
  markOf,
  parseQuery,
  type QueryNode,
  reportOf,
  type SeenEntry,
} from '@ocpp-logs/core';
import type { SessionSite } from '../sessions/question.ts';
import type { Reading, Wanted } from '../sessions/reading.ts';

/** Entries of a look back, and looks: a station that comes and goes must not hide all others. */
const LOOK = 1_000;
const LOOKS_MAX = 20;
/** Faults that are looked at, the newest ones, of so long before. */
const FAULTS_MAX = 1_000;
const FAULT_BACK_MS = 30 * 86_400_000;
/** Gaps of the whole site. */
const GAPS_MAX = 50;

export interface Behind {
  readonly reading: Reading;
  readonly site: SessionSite;
  /** ms: before it. */
  readonly to: number;
}

/** Of each station that is asked for, the newest entry that tells something. */
async function newestOf<T>(
  { reading, site, to }: Behind,
  chargers: readonly string[],
  wish: Pick<Wanted, 'kinds' | 'actions'>,
  tells: (entry: SeenEntry) => T | null,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  let end = to;
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const left = chargers.filter((charger) => !found.has(charger));
    if (left.length === 0) break;
    let seen = 0;
    const wanted = { sites: [site], from: 0, to: end, chargers: left, ...wish };
    for await (const { entry } of reading.each(wanted, 'desc', LOOK)) {
      seen += 1;
      // What stands in the same millisecond is looked at again.
      end = entry.at + 1;
      if (found.has(entry.charger)) continue;
      const told = tells(entry);
      if (told !== null) found.set(entry.charger, told);
    }
    if (seen < LOOK) break;
  }
  return found;
}

/** What opened or ended a connection last. */
export function marksBefore(
  behind: Behind,
  chargers: readonly string[],
): Promise<ReadonlyMap<string, CoverageMark>> {
  return newestOf(behind, chargers, { kinds: ['connection', 'gap'], actions: null }, (entry) => {
    const mark = markOf(entry);
    return mark?.kind === 'gap' && mark.connection === null ? null : mark;
  });
}

export function firmwareBefore(
  behind: Behind,
  chargers: readonly string[],
): Promise<ReadonlyMap<string, Firmware>> {
  const wish = { kinds: ['exchange'], actions: ['BootNotification'] } as const;
  return newestOf(behind, chargers, wish, ({ call }) => firmwareOf(call));
}

/** Gaps of the whole site that may reach into the time. */
export async function gapsBefore({ reading, site, to }: Behind): Promise<readonly CoverageMark[]> {
  const gaps: CoverageMark[] = [];
  const wanted = { sites: [site], from: 0, to, kinds: ['gap'] as const, actions: null, chargers: [''] };
  for await (const { entry } of reading.each({ ...wanted, ofSite: true }, 'desc', GAPS_MAX)) {
    const mark = markOf(entry);
    if (mark !== null) gaps.push(mark);
  }
  return gaps;
}

const FAULTED = searchFor('status:Faulted');

function searchFor(text: string): QueryNode | null {
  const parsed = parseQuery(text);
  if (parsed.kind === 'fault') throw new Error(parsed.error.message);
  return parsed.root;
}

/** Connectors that were faulted, and told nothing else since, by station. */
export async function faultsBefore({
  reading,
  site,
  to,
}: Behind): Promise<ReadonlyMap<string, readonly ConnectorReport[]>> {
  const from = to - FAULT_BACK_MS;
  const wanted = {
    sites: [site],
    to,
    kinds: ['exchange'] as const,
    actions: ['StatusNotification'],
    chargers: null,
  };
  const last = new Map<string, { readonly charger: string; readonly report: ConnectorReport }>();
  for await (const { entry } of reading.each({ ...wanted, from, query: FAULTED }, 'desc', FAULTS_MAX)) {
    const report = reportOf(entry);
    if (report?.status !== 'Faulted') continue;
    const lane = JSON.stringify([entry.charger, report.connector, report.evseConnector]);
    if (!last.has(lane)) last.set(lane, { charger: entry.charger, report });
  }
  const reports = new Map<string, ConnectorReport[]>();
  for (const { charger, report } of last.values()) {
    const since = { ...wanted, from: report.at + 1, chargers: [charger], connectors: [report.connector] };
    if ((await reading.first(since, 'asc')) !== null) continue;
    reports.set(charger, [...(reports.get(charger) ?? []), report]);
  }
  return reports;
}
