/** Which days of which stations are asked for. */

import type { FleetDay } from '@ocpp-logs/core';
import type { FastifyRequest } from 'fastify';
import type { Site } from '../store/control.ts';
import { retentionCut } from '../store/retention.ts';
import type { SessionSite } from '../store/sessions/question.ts';
import type { ChargerSummary, EntryReader } from '../store/store.ts';
import type { Api } from './api.ts';
import { dayOf, FLEET_DAY, type FleetRange } from './fleet-days.ts';
import { FLEET_DAYS } from './fleet-schemas.ts';
import { readInstant } from './instant.ts';
import type { Query } from './query-string.ts';
import { askedSites } from './scopes.ts';

export interface FleetSites {
  readonly sites: readonly SessionSite[];
  readonly names: ReadonlyMap<string, string>;
  /** Whole UTC days. */
  readonly range: FleetRange;
  /** ms. */
  readonly now: number;
}

export function readFleetSites(api: Api, request: FastifyRequest, query: Query): FleetSites {
  const { sites } = askedSites(api, request, query);
  const now = api.now();
  return {
    sites: sites.map((site) => sessionSite(site, now)),
    names: new Map(sites.map(({ id, name }) => [id, name])),
    range: readDays(query, now),
    now,
  };
}

function sessionSite({ id, name, retentionDays }: Site, now: number): SessionSite {
  return { id, name, kept: retentionCut(now, retentionDays) };
}

function readDays(query: Query, now: number): FleetRange {
  const read = (name: string): number | null => {
    const text = query.text(name);
    if (text === null) return null;
    const instant = readInstant(text);
    if ('ms' in instant) return instant.ms;
    query.fault(name, instant.fault);
    return null;
  };
  const [first, last] = [read('from'), Math.min(read('to') ?? now, now)];
  const to = dayOf(Math.max(0, last - 1)) + FLEET_DAY;
  const from = first === null ? Math.max(0, to - FLEET_DAYS.default * FLEET_DAY) : dayOf(first);
  if (from >= now) query.fault('from', 'must be earlier than now');
  else if ((first ?? from) >= last) query.fault('to', 'must be after from');
  else if (to - from > FLEET_DAYS.maximum * FLEET_DAY) {
    query.fault('from', `must lie within ${FLEET_DAYS.maximum} days of to, whole UTC days`);
  }
  return { from, to };
}

/** null: any. */
export interface FleetChoice {
  readonly chargers: readonly string[] | null;
  readonly models: readonly string[] | null;
  readonly firmwares: readonly string[] | null;
}

export function readChoice(query: Query): FleetChoice {
  return {
    chargers: query.ids('charger_id'),
    models: query.ids('model'),
    firmwares: query.ids('firmware'),
  };
}

/** Without a day on which nothing is left. */
export function chosenDays(days: readonly FleetDay[], choice: FleetChoice): readonly FleetDay[] {
  const { chargers, models, firmwares } = choice;
  return days.flatMap((each) => {
    if (chargers !== null && !chargers.includes(each.charger)) return [];
    const parts = each.parts.filter(
      ({ firmware }) =>
        (models === null || models.includes(firmware?.model ?? '')) &&
        (firmwares === null || firmwares.includes(firmware?.version ?? '')),
    );
    return parts.length === 0 ? [] : [{ ...each, parts }];
  });
}

/**
 * A station of which no boot is kept ran what it last told, as far as that is known: where days up to now are asked for,
 * no boot can have come since.
 */
export async function withKnownFirmware(
  reader: EntryReader,
  days: readonly FleetDay[],
  { sites, range, now }: FleetSites,
): Promise<readonly FleetDay[]> {
  if (range.to <= now - FLEET_DAY) return days;
  const summaries = new Map<string, ChargerSummary>();
  for (const { id } of sites) {
    for (const summary of await reader.chargers(id)) summaries.set(JSON.stringify([id, summary.id]), summary);
  }
  const nameOf = ({ site, charger }: FleetDay) => JSON.stringify([site, charger]);
  const told = new Set(
    days.filter(({ parts }) => parts.some(({ firmware }) => firmware !== null)).map(nameOf),
  );
  return days.map((each) => {
    const name = nameOf(each);
    const summary = summaries.get(name);
    if (summary === undefined || told.has(name)) return each;
    const { vendor, model, firmware: version } = summary;
    if (vendor === null && model === null && version === null) return each;
    return { ...each, parts: each.parts.map((part) => ({ ...part, firmware: { vendor, model, version } })) };
  });
}
