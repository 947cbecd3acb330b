/** Which session entries are in, and as what: the same as in the list. */

import {
  DETAIL_ACTIONS,
  fillSessionPlaces,
  inOrder,
  KINDS,
  type PlacedEntry,
  placedEntries,
  SESSION_LOOKBACK_MS,
  type SeenEntry,
  SessionFold,
} from '@ocpp-logs/core';
import type { Rendering } from '../store.ts';
import { closeTogether, DAY_MS, dayOf, METERS, WITHOUT_METERS, windowOf } from './day.ts';
import { type SessionSite, sessionName } from './question.ts';
import { type ReadEntries, Reading } from './reading.ts';
import { readTogether, type Stretch } from './together.ts';

/** Entries read to tell the sessions of one page; of what is beyond, it is said that nobody has looked. */
const READ_MAX = 100_000;
/** Stations read together after so many were. */
const GROWTH = 8;
const UNKNOWN = '{"id":null,"role":null}';
const NONE = 'null';
const encoder = new TextEncoder();

export interface RenderedAt {
  readonly site: string;
  readonly rendering: Rendering;
}

/**
 * `bodies` as their entries were written out, with the sessions in the places that were left for them; as they are where
 * no sessions are asked for.
 */
export async function withSessions(
  read: ReadEntries,
  scopes: readonly RenderedAt[],
  bodies: readonly Uint8Array[],
  readMax = READ_MAX,
): Promise<readonly Uint8Array[]> {
  if (!scopes.some(({ rendering }) => rendering.session)) return bodies;
  const texts = bodies.map((body) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  const sites = scopes.flatMap(({ site, rendering: { siteName, session } }): SessionSite[] =>
    session === undefined ? [] : [{ id: site, name: siteName, kept: session.kept }],
  );
  const roles = await rolesOf(read, sites, texts.flatMap(placedEntries), readMax);
  return texts.map((text) =>
    encoder.encode(fillSessionPlaces(text, ({ site, id }) => roles.get(sessionName(site, id)) ?? NONE)),
  );
}

async function rolesOf(
  read: ReadEntries,
  sites: readonly SessionSite[],
  entries: readonly PlacedEntry[],
  readMax: number,
): Promise<ReadonlyMap<string, string>> {
  const roles = new Map<string, string>();
  if (entries.length === 0) return roles;
  const reading = new Reading(read);
  const only = entries.map(({ site, id }) => ({ site, id }));
  const everything = { sites, from: 0, to: 2 ** 42, kinds: KINDS, actions: null, chargers: null };
  const stations = new Map<string, SeenEntry[]>();
  for await (const { site, entry } of reading.each(everything, 'asc', null, only)) {
    if (entry.action === null || !DETAIL_ACTIONS.includes(entry.action)) continue;
    const key = JSON.stringify([site, entry.charger]);
    const known = stations.get(key);
    if (known === undefined) stations.set(key, [entry]);
    else known.push(entry);
  }
  const stretches = [...stations].flatMap(([key, asked]) => {
    const [id] = JSON.parse(key);
    const site = sites.find((one) => one.id === id);
    const apart = closeTogether(asked.toSorted(inOrder), ({ at }) => at);
    return site === undefined ? [] : apart.flatMap((near) => stretchOf(site, near));
  });
  const whole = await readInTurns(reading, stretches, readMax);
  for (const stretch of whole) tellRoles(stretch, roles);
  for (const stretch of stretches) {
    if (whole.has(stretch)) continue;
    for (const { id } of stretch.asked) {
      const name = sessionName(stretch.site.id, id);
      if (!roles.has(name)) roles.set(name, UNKNOWN);
    }
  }
  return roles;
}

/** Entries that are asked for, and those that sessions around them are made of. */
interface Around extends Stretch {
  readonly asked: readonly SeenEntry[];
  readonly entries: SeenEntry[];
}

/** The ones of which all was read: the first as far as there is room, and as many of them together as will have room. */
async function readInTurns(
  reading: Reading,
  stretches: readonly Around[],
  readMax: number,
): Promise<ReadonlySet<Around>> {
  const what = { kinds: ['exchange'], actions: WITHOUT_METERS } as const;
  const whole = new Set<Around>();
  const begun = reading.entries;
  for (let at = 0, size = 1; at < stretches.length && reading.entries < readMax; ) {
    const some = stretches.slice(at, at + size);
    const left = readMax - reading.entries;
    const read = await readTogether(reading, some, what, left, ({ entries }, entry) => entries.push(entry));
    for (const stretch of read) whole.add(stretch);
    at += some.length;
    // As much as each took so far.
    const room = ((readMax - reading.entries) * at) / Math.max(1, reading.entries - begun);
    size = Math.max(1, Math.min(size * GROWTH, Math.floor(room)));
  }
  return whole;
}

function stretchOf(site: SessionSite, asked: readonly SeenEntry[]): readonly Around[] {
  const [first] = asked;
  const last = asked.at(-1);
  if (first === undefined || last === undefined) return [];
  // An entry may be of a session that began as long before as is looked back.
  const from = windowOf(dayOf(first.at - SESSION_LOOKBACK_MS)).from;
  const { to } = windowOf(dayOf(last.at));
  const entries = asked.filter(({ action }) => action !== null && METERS.includes(action));
  return [{ site, charger: first.charger, from, to, asked, entries }];
}

function tellRoles({ site, asked, entries, from: begin, to: end }: Around, roles: Map<string, string>): void {
  entries.sort(inOrder);
  const ids = new Set(asked.map(({ id }) => id));
  for (let day = begin + SESSION_LOOKBACK_MS; windowOf(day).to <= end; day += DAY_MS) {
    const { from, to } = windowOf(day);
    const fold = new SessionFold();
    const sessions = [];
    for (const entry of entries) {
      if (entry.at < from || entry.at >= to) continue;
      fold.add(entry);
      sessions.push(...fold.take());
    }
    for (const session of [...sessions, ...fold.end()]) {
      const founded = session.marks.find(({ entry }) => entry === session.id);
      if (dayOf(session.from) !== day || founded?.role === 'meter' || founded?.role === 'limit') continue;
      for (const { entry, role } of session.marks) {
        const name = sessionName(site.id, entry);
        if (!ids.has(entry) || roles.has(name)) continue;
        roles.set(name, JSON.stringify({ id: sessionName(site.id, session.id), role }));
      }
    }
  }
}
