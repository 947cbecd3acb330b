/** Findings that only the entries around an entry tell, for entries that were written out with a place left for them. */

import { type Finding, fillFindings, type PlacedFindings, placedFindings, timeOfId } from '@ocpp-logs/core';
import { closeTogether, dayOf, windowOf } from '../sessions/day.ts';
import { type SessionSite, sessionName } from '../sessions/question.ts';
import { type ReadEntries, Reading } from '../sessions/reading.ts';
import type { RenderedAt } from '../sessions/roles.ts';
import { readTogether, type Stretch } from '../sessions/together.ts';
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

interface Station extends Stretch {
  readonly entries: readonly PlacedFindings[];
  readonly days: NeighbourDays;
  readonly found: Map<string, Finding[]>;
}

async function findingsOf(
  read: ReadEntries,
  sites: ReadonlyMap<string, SessionSite>,
  entries: readonly PlacedFindings[],
  readMax: number,
): Promise<Told> {
  const told: Told = new Map();
  const stations = [...Map.groupBy(entries, ({ site, charger }) => JSON.stringify([site, charger])).values()]
    .flatMap((asked) =>
      closeTogether(
        asked.toSorted((a, b) => timeOf(a) - timeOf(b)),
        timeOf,
      ),
    )
    .flatMap((asked) => stationOf(sites, asked));
  const what = { kinds: ['exchange', 'connection', 'gap'], actions: null } as const;
  const whole = await readTogether(new Reading(read), stations, what, readMax, ({ days }, entry) =>
    days.see(entry),
  );
  for (const { entries: asked, days, found } of whole) {
    days.end();
    for (const { site, id } of asked) told.set(sessionName(site, id), found.get(id) ?? []);
  }
  return told;
}

/** None where it is not known what is kept of its site. */
function stationOf(
  sites: ReadonlyMap<string, SessionSite>,
  entries: readonly PlacedFindings[],
): readonly Station[] {
  const [first] = entries;
  const last = entries.at(-1);
  const site = sites.get(first?.site ?? '');
  if (first === undefined || last === undefined || site === undefined) return [];
  const found = new Map<string, Finding[]>();
  const asked = new Set(entries.map((entry) => dayOf(timeOf(entry))));
  const days = new NeighbourDays(
    first.charger,
    (day) => asked.has(day),
    ({ code, entry, path, detail }) => {
      const own = found.get(entry) ?? [];
      found.set(entry, own);
      if (own.length < FINDINGS_MAX) own.push({ code, detail, ...(path === undefined ? {} : { path }) });
    },
  );
  const kept = entries.some(({ action }) => KEPT.has(action));
  const from = windowOf(dayOf(timeOf(first))).from;
  const to = kept ? windowOf(dayOf(timeOf(last))).to : timeOf(last) + 1;
  return [{ site, charger: first.charger, from, to, entries, days, found }];
}

function timeOf({ id }: PlacedFindings): number {
  return timeOfId(BigInt(id));
}
