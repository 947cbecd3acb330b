/** Findings that only the entries around an entry tell, for entries that were written out with a place left for them. */

import { type Finding, fillFindings, type PlacedFindings, placedFindings, timeOfId } from '@ocpp-logs/core';
import { closeTogether, dayOf, windowOf } from '../sessions/day.ts';
import { type SessionSite, sessionName } from '../sessions/question.ts';
import { type ReadEntries, Reading } from '../sessions/reading.ts';
import type { RenderedAt } from '../sessions/roles.ts';
import { NeighbourDays } from './neighbour-days.ts';

/** Entries read for one page, of its stations alike; of what is beyond, it is said that nobody has looked. */
export const NEIGHBOURS_MAX = 50_000;
/** Of one entry. */
const FINDINGS_MAX = 64;
/** What is told of these needs what came later, of others only what came before. */
const KEPT = new Set(['MeterValues', 'StartTransaction', 'StopTransaction', 'TransactionEvent']);
const encoder = new TextEncoder();

/** `bodies` with the findings in their places; as they are where none are asked for. */
export async function withNeighbourFindings(
  read: ReadEntries,
  scopes: readonly RenderedAt[],
  bodies: readonly Uint8Array[],
  readMax = NEIGHBOURS_MAX,
): Promise<readonly Uint8Array[]> {
  if (!scopes.some(({ rendering }) => rendering.neighbours)) return bodies;
  const texts = bodies.map((body) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  const sites = new Map(
    scopes.flatMap(({ site, rendering: { siteName: name, neighbours } }): [string, SessionSite][] =>
      neighbours === undefined ? [] : [[site, { id: site, name, kept: neighbours.kept }]],
    ),
  );
  const told = await findingsOf(read, sites, texts.flatMap(placedFindings), readMax);
  return texts.map((text) =>
    encoder.encode(fillFindings(text, ({ site, id }) => told.get(sessionName(site, id)) ?? null)),
  );
}

/** By name of the entry; what is not there is unknown. */
type Told = Map<string, Finding[]>;

async function findingsOf(
  read: ReadEntries,
  sites: ReadonlyMap<string, SessionSite>,
  entries: readonly PlacedFindings[],
  readMax: number,
): Promise<Told> {
  const told: Told = new Map();
  const reading = new Reading(read);
  const stations = [
    ...Map.groupBy(entries, ({ site, charger }) => JSON.stringify([site, charger])).values(),
  ].flatMap((asked) =>
    closeTogether(
      asked.toSorted((a, b) => timeOf(a) - timeOf(b)),
      timeOf,
    ),
  );
  for (const [at, asked] of stations.entries()) {
    const site = sites.get(asked[0]?.site ?? '');
    // One that needs less leaves the rest to those behind it.
    const share = Math.ceil((readMax - reading.entries) / (stations.length - at));
    const found = site === undefined || share <= 0 ? null : await foundAround(reading, site, asked, share);
    if (found === null) continue;
    for (const { site: of, id } of asked) told.set(sessionName(of, id), found.get(id) ?? []);
  }
  return told;
}

/** null: there was more to be read than may be. */
async function foundAround(
  reading: Reading,
  site: SessionSite,
  asked: readonly PlacedFindings[],
  readMax: number,
): Promise<ReadonlyMap<string, Finding[]> | null> {
  const found = new Map<string, Finding[]>();
  const [first] = asked;
  const last = asked.at(-1);
  if (first === undefined || last === undefined) return found;
  const days = new Set(asked.map((entry) => dayOf(timeOf(entry))));
  const station = new NeighbourDays(
    first.charger,
    (day) => days.has(day),
    ({ code, entry, path, detail }) => {
      const own = found.get(entry) ?? [];
      found.set(entry, own);
      if (own.length < FINDINGS_MAX) own.push({ code, detail, ...(path === undefined ? {} : { path }) });
    },
  );
  const wanted = {
    sites: [site],
    chargers: [first.charger],
    kinds: ['exchange', 'connection'] as const,
    actions: null,
    from: windowOf(dayOf(timeOf(first))).from,
    to: asked.some(({ action }) => KEPT.has(action)) ? windowOf(dayOf(timeOf(last))).to : timeOf(last) + 1,
  };
  let left = readMax;
  for await (const { entry } of reading.each(wanted, 'asc', readMax + 1)) {
    left -= 1;
    if (left < 0) return null;
    station.see(entry);
  }
  station.end();
  return found;
}

function timeOf({ id }: PlacedFindings): number {
  return timeOfId(BigInt(id));
}
