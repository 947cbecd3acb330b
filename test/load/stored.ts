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
  /** Calls that were answered and are not stored. */
  readonly missing: number;
  /** Stored more than once. */
  readonly twice: number;
  /** Stored, though nobody sent it. */
  readonly foreign: number;
  /** Answered, and stored with another outcome. */
  readonly otherwise: number;
  /** Calls that were looked at. */
  readonly compared: number;
  /** Some of them, for people. */
  readonly examples: readonly string[];
}

const CALL = /"message_id":"(\d{5})-(\d{7})"/;
const OUTCOME = /"outcome":"([a-z_]+)"/;
const EXAMPLES = 10;

/** Every call of these stations, one by one; `site` holds them and no others. */
export async function compareSite(
  server: Asked,
  site: string,
  stations: readonly StationSent[],
): Promise<Faults> {
  const expected = new Map(stations.map((station) => [station.number, station]));
  const seen = new Map(stations.map(({ number, sent }) => [number, new Uint8Array(sent + 1)]));
  const cut = new Map(stations.map(({ number, unanswered }) => [number, new Set(unanswered)]));
  const faults = { missing: 0, twice: 0, foreign: 0, otherwise: 0, compared: 0 };
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
    if (calls === undefined || call < 1 || call >= calls.length) {
      tell('foreign', line.slice(0, 300));
      continue;
    }
    if (calls[call] !== 0) tell('twice', `${station}-${number}`);
    calls[call] = 1;
    faults.compared += 1;
    const outcome = OUTCOME.exec(line)?.[1];
    if (outcome !== 'answered' && cut.get(Number(station))?.has(call) !== true) {
      tell('otherwise', `${station}-${number} is ${outcome}`);
    }
  }
  for (const [number, calls] of seen) {
    for (let call = 1; call <= (expected.get(number)?.sent ?? 0); call++) {
      if (calls[call] === 0 && cut.get(number)?.has(call) !== true) tell('missing', `${number}-${call}`);
    }
  }
  return { ...faults, examples };
}
