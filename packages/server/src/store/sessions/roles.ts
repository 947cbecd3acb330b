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

/** Entries read to tell the sessions of one page; of what is beyond, it is said that nobody has looked. */
const READ_MAX = 100_000;
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
  for (const [key, asked] of stations) {
    const [id] = JSON.parse(key);
    const site = sites.find((one) => one.id === id);
    if (site === undefined) continue;
    for (const near of closeTogether(asked.toSorted(inOrder), ({ at }) => at)) {
      const complete = await tellRoles(reading, site, near, readMax - reading.entries, roles);
      if (complete) continue;
      for (const entry of near) {
        const name = sessionName(site.id, entry.id);
        if (!roles.has(name)) roles.set(name, UNKNOWN);
      }
    }
  }
  return roles;
}

/** false: there was more to be read than may be. */
async function tellRoles(
  reading: Reading,
  site: SessionSite,
  asked: readonly SeenEntry[],
  readMax: number,
  roles: Map<string, string>,
): Promise<boolean> {
  const [first] = asked;
  const last = asked.at(-1);
  if (first === undefined || last === undefined) return true;
  if (readMax <= 0) return false;
  // An entry may be of a session that began as long before as is looked back.
  const [begin, end] = [dayOf(first.at - SESSION_LOOKBACK_MS), dayOf(last.at)];
  const span = { from: windowOf(begin).from, to: windowOf(end).to };
  const wanted = { sites: [site], chargers: [first.charger], kinds: ['exchange'] as const, ...span };
  const entries = asked.filter(({ action }) => action !== null && METERS.includes(action));
  for await (const { entry } of reading.each({ ...wanted, actions: WITHOUT_METERS }, 'asc', readMax)) {
    entries.push(entry);
    if (entries.length >= readMax) return false;
  }
  entries.sort(inOrder);
  const ids = new Set(asked.map(({ id }) => id));
  for (let day = begin; day <= end; day += DAY_MS) {
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
  return true;
}
