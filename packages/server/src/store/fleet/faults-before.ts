/** Connectors, EVSEs and stations that were faulted before the time that is read, and told nothing else since. */

import {
  heldReports,
  type PlaceTold,
  parseQuery,
  placeName,
  type QueryNode,
  toldOfPlaces,
} from '@ocpp-logs/core';
import type { Behind } from './before.ts';

/** Faults that are looked at, and NotifyEvents, the newest ones, of so long before. */
const FAULTS_MAX = 1_000;
const EVENTS_MAX = 5_000;
const FAULT_BACK_MS = 30 * 86_400_000;
/** Of all stations together. */
const PLACES_MAX = 10_000;
/** Statuses of one connector number since: OCPP 2.x has several connectors of one EVSE. */
const SINCE_MAX = 100;

type OfPlace = Exclude<PlaceTold, { readonly kind: 'boot' }>;

/** The newest that was told of one place, of each kind, the newer first. */
interface Known {
  readonly charger: string;
  readonly told: readonly OfPlace[];
}

const FAULTED = searchFor('status:Faulted');

function searchFor(text: string): QueryNode | null {
  const parsed = parseQuery(text);
  if (parsed.kind === 'fault') throw new Error(parsed.error.message);
  return parsed.root;
}

/** By station. */
export async function faultsBefore(behind: Behind): Promise<ReadonlyMap<string, readonly PlaceTold[]>> {
  const faults = new Map<string, readonly PlaceTold[]>();
  let looked = 0;
  for (const { charger, told: newestFirst } of await newestTold(behind)) {
    const told = newestFirst.toReversed();
    if (!endsFaulted(told)) continue;
    // Each is a question: of more nothing is known.
    looked += 1;
    if (looked > FAULTS_MAX) break;
    if (await saidElse(behind, charger, told)) continue;
    faults.set(
      charger,
      [...(faults.get(charger) ?? []), ...told].sort((a, b) => a.at - b.at),
    );
  }
  return faults;
}

function endsFaulted(told: readonly OfPlace[]): boolean {
  return heldReports(told).at(-1)?.status === 'Faulted';
}

async function newestTold({ reading, site, to }: Behind): Promise<Iterable<Known>> {
  const places = new Map<string, Known>();
  const note = (charger: string, one: PlaceTold) => {
    if (one.kind === 'boot') return;
    const name = JSON.stringify([charger, placeName(one)]);
    const told = places.get(name)?.told ?? [];
    if (told.length === 0 && places.size >= PLACES_MAX) return;
    if (told.some(({ kind, at }) => kind === one.kind && at >= one.at)) return;
    const kept = [...told.filter(({ kind }) => kind !== one.kind), one];
    places.set(name, { charger, told: kept.sort((a, b) => b.at - a.at) });
  };
  const span = { sites: [site], from: to - FAULT_BACK_MS, to, chargers: null };
  const wanted = { ...span, kinds: ['exchange'] as const };
  const statuses = { ...wanted, actions: ['StatusNotification'], query: FAULTED };
  for await (const { entry } of reading.each(statuses, 'desc', FAULTS_MAX)) {
    for (const one of toldOfPlaces(entry)) note(entry.charger, one);
  }
  const events = { ...wanted, actions: ['NotifyEvent'] };
  for await (const { entry } of reading.each(events, 'desc', EVENTS_MAX)) {
    for (const one of toldOfPlaces(entry).toReversed()) note(entry.charger, one);
  }
  return places.values();
}

/** Whether a status of this place came since, or a boot where a problem alone made it faulted. */
async function saidElse(
  { reading, site, to }: Behind,
  charger: string,
  told: readonly OfPlace[],
): Promise<boolean> {
  const fault = told.findLast((one) => (one.kind === 'state' ? one.status === 'Faulted' : one.there));
  if (fault === undefined) return true;
  const since = {
    sites: [site],
    from: fault.at + 1,
    to,
    kinds: ['exchange'] as const,
    chargers: [charger],
  };
  const statuses = { ...since, actions: ['StatusNotification'], connectors: [fault.connector] };
  let seen = 0;
  for await (const { entry } of reading.each(statuses, 'asc', SINCE_MAX)) {
    seen += 1;
    const own = toldOfPlaces(entry).some((one) => one.kind !== 'boot' && placeName(one) === placeName(fault));
    if (own) return true;
  }
  if (seen === SINCE_MAX) return true;
  if (endsFaulted(told.filter(({ kind }) => kind === 'state'))) return false;
  return (await reading.first({ ...since, actions: ['BootNotification'] }, 'asc')) !== null;
}
