/** What the server has stored, held against what the swarm knows that it said. */

import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { RunningServer } from '../e2e/running-server.ts';
import type { StationSent } from './stations-process.ts';

export interface StoredCounts {
  readonly exchanges: number;
  readonly answered: number;
  readonly connections: number;
  readonly gaps: number;
  /** Answers without their call, and what cannot be read. */
  readonly strange: number;
}

type Asked = Pick<RunningServer, 'get'>;

const RANGE = 'from=2000-01-01&to=2100-01-01';

async function countOf(server: Asked, site: string, filter: string): Promise<number> {
  const response = await server.get(`/ocpp-logs/site/${site}?${RANGE}&take=1&${filter}`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  // Safe: it is the server under test.
  return ((await response.json()) as { readonly count: number }).count;
}

/** Of one site, as the API counts. */
export async function storedCounts(server: Asked, site: string): Promise<StoredCounts> {
  return {
    exchanges: await countOf(server, site, 'kinds=exchange'),
    answered: await countOf(server, site, 'kinds=exchange&q=outcome:answered'),
    connections: await countOf(server, site, 'kinds=connection'),
    gaps: await countOf(server, site, 'kinds=gap'),
    strange: await countOf(server, site, 'kinds=orphan,malformed'),
  };
}

export function sumOfCounts(all: readonly StoredCounts[]): StoredCounts {
  const sum = (of: (counts: StoredCounts) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    exchanges: sum(({ exchanges }) => exchanges),
    answered: sum(({ answered }) => answered),
    connections: sum(({ connections }) => connections),
    gaps: sum(({ gaps }) => gaps),
    strange: sum(({ strange }) => strange),
  };
}

export interface Faults {
  /** Calls that were answered and are not stored, and that no gap of their own station covers. */
  readonly missing: number;
  /** Such that a gap of their own station covers. */
  readonly inGap: number;
  /** Stored more than once. */
  readonly twice: number;
  /** Stored, though nobody sent it. */
  readonly foreign: number;
  /** Answered, and stored with another outcome, which no gap of the station explains. */
  readonly otherwise: number;
  /** Calls that were looked at. */
  readonly compared: number;
  /** Some of them, for people. */
  readonly examples: readonly string[];
}

/** From the first frame that is not recorded to the next one that is, ms. */
type Gap = readonly [from: number, to: number];

/** By the number of the station that the gap is of. */
async function gapsOf(server: Asked, site: string): Promise<ReadonlyMap<number, readonly Gap[]>> {
  const all = await server.get(`/ocpp-logs/site/${site}?${RANGE}&kinds=gap&include=exchange`, {
    accept: 'application/x-ndjson',
  });
  if (all.status !== 200) throw new Error(`${all.status} of the gaps of ${site}`);
  const gaps = new Map<number, Gap[]>();
  for (const line of (await all.text()).split('\n').filter((text) => text !== '')) {
    // Safe: it is the server under test.
    const { charger_id, exchange } = JSON.parse(line) as {
      readonly charger_id: string;
      readonly exchange: { readonly event: { readonly from: string; readonly to: string } };
    };
    const { from, to } = exchange.event;
    const number = Number(STATION.exec(charger_id)?.[1] ?? Number.NaN);
    const own = gaps.get(number);
    const gap: Gap = [Date.parse(from), Date.parse(to)];
    if (own === undefined) gaps.set(number, [gap]);
    else own.push(gap);
  }
  return gaps;
}

/** As `nameOf` has it. */
const STATION = /^CP(\d+)$/;
const CALL = /"message_id":"(\d{5})-(\d{7})"/;
const TIME = /"occurrence_time":"([^"]+)"/;
const OUTCOME = /"outcome":"([a-z_]+)"/;
const EXAMPLES = 10;

/** A call of a station, as it is stored. */
interface StoredCall {
  /** ms */
  readonly at: number;
  readonly answered: boolean;
}

/** Every call of these stations, one by one; `site` holds them and no others. */
export async function compareSite(
  server: Asked,
  site: string,
  stations: readonly StationSent[],
): Promise<Faults> {
  const seen = new Map(stations.map(({ number }) => [number, new Map<number, StoredCall>()]));
  const sent = new Map(stations.map(({ number, sent }) => [number, sent]));
  const faults = { missing: 0, inGap: 0, twice: 0, foreign: 0, otherwise: 0, compared: 0 };
  const examples: string[] = [];
  const tell = (kind: 'missing' | 'twice' | 'foreign' | 'otherwise', what: string) => {
    faults[kind] += 1;
    if (examples.length < EXAMPLES) examples.push(`${kind}: ${what}`);
  };
  const response = await server.get(`/ocpp-logs/site/${site}?${RANGE}&kinds=exchange&include=exchange`, {
    accept: 'application/x-ndjson',
  });
  if (response.status !== 200 || response.body === null) throw new Error(`${response.status} of ${site}`);
  for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
    const [, station = '', number = ''] = CALL.exec(line) ?? [];
    const call = Number(number);
    const calls = seen.get(Number(station));
    if (calls === undefined || call < 1 || call > (sent.get(Number(station)) ?? 0)) {
      tell('foreign', line.slice(0, 300));
      continue;
    }
    if (calls.has(call)) tell('twice', `${station}-${number}`);
    const at = Date.parse(TIME.exec(line)?.[1] ?? '');
    calls.set(call, { at, answered: OUTCOME.exec(line)?.[1] === 'answered' });
    faults.compared += 1;
  }
  const gaps = await gapsOf(server, site);
  for (const { number, sent: last, unanswered } of stations) {
    const calls = seen.get(number) ?? new Map<number, StoredCall>();
    const own = gaps.get(number) ?? [];
    const cut = new Set(unanswered);
    const after = timesAfter(calls, last);
    let before = Number.NEGATIVE_INFINITY;
    for (let call = 1; call <= last; call++) {
      const found = calls.get(call);
      before = found?.at ?? before;
      if (cut.has(call) || found?.answered === true) continue;
      // It, or its answer, came after the last one that is there and before the next one that is.
      const isTold = own.some(([from, to]) => from <= (after[call] ?? 0) && (to > before || from >= before));
      if (!isTold) tell(found === undefined ? 'missing' : 'otherwise', `${number}-${call}`);
      else if (found === undefined) faults.inGap += 1;
    }
  }
  return { ...faults, examples };
}

/** By the number of each call: when the next one that is stored came; infinity where there is none. */
function timesAfter(calls: ReadonlyMap<number, StoredCall>, last: number): Float64Array {
  const times = new Float64Array(last + 1).fill(Number.POSITIVE_INFINITY);
  for (let call = last; call > 0; call--) times[call - 1] = calls.get(call)?.at ?? times[call] ?? 0;
  return times;
}
