/**
 * What was found in the messages of the stations of a site over some days: of every entry what it says when it is opened, by
 * itself and by the entries around it. It takes far longer than to tell how stations did, and is told by itself.
 */

import { decodeEntry, KINDS, SESSION_LOOKBACK_MS, StationFindings, seenOf } from '@ocpp-logs/core';
import { checkedEntry } from '../../validate/findings-of.ts';
import { NeighbourDays } from '../neighbours/neighbour-days.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import { packedDays } from './packed.ts';
import type { FleetAnswer, FleetQuery } from './question.ts';

/** Entries read for one answer, of the days and of 48 hours on either side. */
export const FOUND_READ_MAX = 300_000;

interface Station {
  readonly findings: StationFindings;
  readonly neighbours: NeighbourDays | null;
}

export async function fleetFindings(
  read: ReadEntries,
  query: FleetQuery,
  readMax = FOUND_READ_MAX,
): Promise<FleetAnswer> {
  const whole = await foundIn(read, query, SESSION_LOOKBACK_MS, readMax);
  if (!whole.cut) return whole;
  // What neighbours tell is left out, rather than the days themselves.
  const alone = await foundIn(read, query, 0, readMax);
  return { ...alone, read: whole.read + alone.read, cut: true };
}

/** `around`: ms on either side that are read for what neighbours tell; 0: it is not told. */
async function foundIn(
  read: ReadEntries,
  { site, from, to }: FleetQuery,
  around: number,
  readMax: number,
): Promise<FleetAnswer> {
  const range = { from, to };
  const filter = {
    site: site.id,
    from: Math.max(from - around, site.kept),
    to: to + around,
    kinds: KINDS,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
  const stations = new Map<string, Station>();
  let count = 0;
  if (filter.from < filter.to) {
    for await (const batch of read({ filters: [filter], order: 'asc', take: readMax + 1, only: null })) {
      for (const text of batch) {
        count += 1;
        if (count > readMax) return answerOf(stations, count, true);
        if (text.charger === '') continue;
        const known = stations.get(text.charger);
        const station = known ?? begun(text.charger);
        if (known === undefined) stations.set(text.charger, station);
        const entry = decodeEntry(text);
        const asked = entry.at >= from && entry.at < to;
        const seen = asked ? checkedEntry(String(text.id), entry) : seenOf(String(text.id), entry);
        station.findings.see(seen);
        station.neighbours?.see(seen);
      }
    }
  }
  return answerOf(stations, count, false);

  function begun(charger: string): Station {
    const findings = new StationFindings(charger, range);
    const wanted = (day: number) => day >= from && day < to;
    const neighbours =
      around === 0
        ? null
        : new NeighbourDays(charger, wanted, ({ code, entry }) => findings.tell(code, entry));
    return { findings, neighbours };
  }
}

function answerOf(stations: ReadonlyMap<string, Station>, read: number, cut: boolean): FleetAnswer {
  const days = [...stations.values()].flatMap(({ findings, neighbours }) => {
    // Of a day that was not read to its end nobody knows what its neighbours tell.
    if (!cut) neighbours?.end();
    return findings.days();
  });
  return { days: packedDays(days), read, cut };
}
