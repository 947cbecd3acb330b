/** A page of sessions, newest first, and one session by itself. */

import { firstIdAt, KINDS, SESSION_ACTIONS, timeOfId } from '@ocpp-logs/core';
import { type Begun, begunOn, dayOf } from './day.ts';
import { type Judged, judgedOf } from './judged.ts';
import type {
  SessionAnswer,
  SessionPosition,
  SessionQuery,
  SessionsFilter,
  SessionsPage,
  SessionsQuery,
} from './question.ts';
import { type ReadEntries, Reading } from './reading.ts';
import { sessionJson, summaryJson } from './session-json.ts';
import { type SignedOfSession, signedJson, signedOf } from './signed.ts';

/** Entries read for one page; then it ends where it is, and its cursor goes on from there. */
export const PAGE_READ_MAX = 50_000;
/** Sessions that are judged at a time. */
const LOT = 50;

export async function listSessions(
  read: ReadEntries,
  query: SessionsQuery,
  readMax = PAGE_READ_MAX,
): Promise<SessionsPage> {
  const reading = new Reading(read);
  const found: string[] = [];
  let last = query.after;
  const page = (more: boolean): SessionsPage => ({
    body: bytesOf(found.join(',')),
    sessions: found.length,
    last,
    more,
    read: reading.entries,
  });
  let end = query.after === null ? query.to : Math.min(query.to, timeOfId(query.after.id) + 1);
  while (end > query.from) {
    const founding = { ...query, to: end, kinds: ['exchange'] as const, actions: SESSION_ACTIONS };
    const newest = await reading.first(founding, 'desc');
    if (newest === null) break;
    const day = dayOf(newest.at);
    const begun = (await begunOn(reading, query, day))
      .filter(({ from }) => from >= query.from && from < query.to)
      .filter((one) => last === null || compare(positionOf(one), last) < 0)
      .sort((a, b) => compare(positionOf(b), positionOf(a)));
    for (let at = 0; at < begun.length; at += LOT) {
      const lot = begun.slice(at, at + LOT);
      const judged = await judgedLot(reading, lot, day, query.now);
      for (const one of lot) {
        last = positionOf(one);
        const told = judged.get(one);
        if (told === undefined || !matches(query, told)) continue;
        found.push(summaryJson(told));
        if (found.length === query.take) return page(true);
      }
      if (reading.entries >= readMax) return page(true);
    }
    end = day;
    last = { id: firstIdAt(day), site: '' };
    if (reading.entries >= readMax) return page(end > query.from);
  }
  return page(false);
}

export async function findSession(read: ReadEntries, query: SessionQuery): Promise<SessionAnswer> {
  const reading = new Reading(read);
  const told = await toldOf(reading, query);
  if (told === null) return { body: null, read: reading.entries };
  const text = query.signed === true ? signedJson(told, await signedOf(reading, told)) : sessionJson(told);
  return { body: bytesOf(text), read: reading.entries };
}

/** null: no session begins with that entry. */
export async function signedOfSession(
  read: ReadEntries,
  query: SessionQuery,
): Promise<SignedOfSession | null> {
  const reading = new Reading(read);
  const told = await toldOf(reading, query);
  return told === null ? null : signedOf(reading, told);
}

async function toldOf(reading: Reading, { site, entry, now }: SessionQuery): Promise<Judged | null> {
  const at = timeOfId(entry);
  const only = [{ site: site.id, id: String(entry) }];
  const wanted = { sites: [site], from: at, to: at + 1, kinds: KINDS, actions: null, chargers: null };
  for await (const { entry: first } of reading.each(wanted, 'asc', 1, only)) {
    const day = dayOf(first.at);
    const place = { sites: [site], chargers: [first.charger] };
    const begun = (await begunOn(reading, place, day)).filter(({ id }) => id === first.id);
    const judged = await judgedOf(reading, { site, charger: first.charger, day }, begun, now);
    return begun.length === 0 ? null : (judged.get(first.id) ?? null);
  }
  return null;
}

const encoder = new TextEncoder();

/** In a buffer of their own, which can be handed to another thread. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

async function judgedLot(
  reading: Reading,
  lot: readonly Begun[],
  day: number,
  now: number,
): Promise<ReadonlyMap<Begun, Judged>> {
  const judged = new Map<Begun, Judged>();
  const stations = Map.groupBy(lot, ({ site, charger }) => `${charger}\n${site.id}`);
  for (const begun of stations.values()) {
    const [first] = begun;
    if (first === undefined) continue;
    const told = await judgedOf(reading, { site: first.site, charger: first.charger, day }, begun, now);
    for (const one of begun) {
      const found = told.get(one.id);
      if (found !== undefined) judged.set(one, found);
    }
  }
  return judged;
}

function positionOf({ id, site }: Begun): SessionPosition {
  return { id: BigInt(id), site: site.id };
}

function compare(a: SessionPosition, b: SessionPosition): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.site < b.site ? -1 : Number(a.site > b.site);
}

function matches(
  { connectors, verdicts, severities, states }: SessionsFilter,
  { session, verdict }: Judged,
): boolean {
  return (
    (connectors === null || (session.connector !== null && connectors.includes(session.connector))) &&
    (verdicts === null || verdicts.includes(verdict.rule)) &&
    (severities === null || severities.includes(verdict.severity)) &&
    (states === null || states.includes(session.state))
  );
}
