/** GET /fleet and GET /fleet/firmware-changes: how stations, models and firmwares did, day by day. */

import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import {
  FirmwareChanges,
  FLEET_GROUPINGS,
  type FleetDay,
  type FleetGroup,
  type FleetGrouping,
  FleetGroups,
  sumOfTallies,
  TallySum,
} from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Api } from './api.ts';
import { compared, daily, firstSuccessOf, iso, measures, p95Of, uptimeOf } from './fleet-json.ts';
import {
  chosenDays,
  type FleetChoice,
  type FleetSites,
  readChoice,
  readFleetSites,
  withKnownFirmware,
} from './fleet-question.ts';
import {
  FirmwareChangesQuerySchema,
  FirmwareChangesSchema,
  FLEET_INCLUDES,
  FLEET_LIMIT,
  FLEET_SORTS,
  FleetQuerySchema,
  FleetSchema,
  type FleetSort,
} from './fleet-schemas.ts';
import type { FleetTold, ToldDays } from './fleet-told.ts';
import { readChoices } from './log-query.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { whileThere } from './scopes.ts';

const CHANGES_MAX = 100;
const CHANGED_STATIONS_MAX = 200;

const operations = {
  fleet: {
    id: 'getFleet',
    summary: 'How stations, models and firmwares did',
    description:
      'Uptime, tries to charge and what failed them, answer times and findings, of whole UTC days. Days are made once and kept; those that there was no time to make are told as missing, and are made when somebody asks again. What was found in messages is told as far as they were looked through; with include=findings more are.',
    tag: 'Fleet',
    scope: 'read',
    extension: true,
    query: FleetQuerySchema,
    answers: { 200: { description: 'The rows.', content: { 'application/json': FleetSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
  changes: {
    id: 'getFirmwareChanges',
    summary: 'Before and after a change of firmware',
    description:
      'Of each station that told another firmware at a boot, and of all stations that made the same change. Only where the 95 % interval of a difference does not hold 0 it is called one.',
    tag: 'Fleet',
    scope: 'read',
    extension: true,
    query: FirmwareChangesQuerySchema,
    answers: { 200: { description: 'The changes.', content: { 'application/json': FirmwareChangesSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

interface Gathered {
  readonly asked: FleetSites;
  readonly found: ToldDays;
  readonly days: readonly FleetDay[];
}

/** null: nobody waits for it any more. */
function gather(
  api: Api,
  fleet: FleetTold,
  reply: FastifyReply,
  asked: FleetSites,
  choice: FleetChoice,
  withFindings: boolean,
): Promise<Gathered | null> {
  return whileThere(reply, async (signal) => {
    const found = await fleet.gather(asked.sites, asked.range, signal, withFindings);
    const days = await withKnownFirmware(api.reader, found.days, asked);
    return { asked, found, days: chosenDays(days, choice) };
  });
}

function headOf({ asked, found, days }: Gathered) {
  const entries = days.reduce(
    (sum, { parts }) => parts.reduce((all, { tally }) => all + tally.entries, sum),
    0,
  );
  const { asked: asking, missing, cut, asOf, findings } = found;
  return {
    from: iso(asked.range.from),
    to: iso(Math.min(asked.range.to, asked.now)),
    rests_on: {
      entries,
      days: asking,
      days_missing: missing,
      days_cut: cut,
      partial: missing > 0 || cut > 0,
      as_of: asOf === null ? null : iso(asOf),
      findings_days_missing: findings.missing,
      findings_days_cut: findings.cut,
      findings_as_of: findings.upTo.size === 0 ? null : iso(Math.min(...findings.upTo.values())),
    },
  };
}

/** Whether all messages were looked through: of one site, or of all that are asked for. */
function isLooked({ found: { findings } }: Gathered, site: string | null): boolean {
  return site === null ? findings.partial.size === 0 : !findings.partial.has(site);
}

/** ms after which others have their turn. */
const STEP_MS = 5;

async function inTurns<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    visit(item);
    if (performance.now() - began < STEP_MS) continue;
    await turn();
    began = performance.now();
  }
}

/** null: unknown, and last whatever the order. */
const VALUES: Readonly<Record<Exclude<FleetSort, 'name'>, (group: FleetGroup) => number | null>> = {
  uptime: ({ tally }) => uptimeOf(tally),
  first_success: ({ tally }) => firstSuccessOf(tally).share,
  tries: ({ tally }) => tally.attempts.tries,
  failed: ({ tally }) => tally.attempts.failed,
  station_p95: ({ tally }) => p95Of(tally.answers.station),
  csms_p95: ({ tally }) => p95Of(tally.answers.csms),
  findings: ({ tally }) => Object.values(tally.findings).reduce((sum, count) => sum + count, 0),
  connections: ({ tally }) => tally.connections,
};

function nameOf({ charger, site, firmware }: FleetGroup): string {
  return charger ?? [firmware?.vendor, firmware?.model, firmware?.version, site].join(' ');
}

const byName = (a: FleetGroup, b: FleetGroup) =>
  nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }) || ((a.site ?? '') < (b.site ?? '') ? -1 : 1);

function sorted(
  groups: readonly FleetGroup[],
  sort: FleetSort,
  order: 'asc' | 'desc',
): readonly FleetGroup[] {
  const way = order === 'asc' ? 1 : -1;
  const named = groups.toSorted((a, b) => (sort === 'name' ? way : 1) * byName(a, b));
  if (sort === 'name') return named;
  const measure = VALUES[sort];
  const valued = named.map((group) => ({ group, value: measure(group) }));
  return valued
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return (a.value - b.value) * way;
    })
    .map(({ group }) => group);
}

function rowOf(gathered: Gathered, withDays: boolean, group: FleetGroup) {
  const { names } = gathered.asked;
  const { site, charger, firmware, stations, tally, days } = group;
  const upTo = site === null ? undefined : gathered.found.findings.upTo.get(site);
  return {
    site_id: site,
    site_name: site === null ? null : (names.get(site) ?? ''),
    charger_id: charger,
    vendor: firmware?.vendor ?? null,
    model: firmware?.model ?? null,
    firmware: firmware?.version ?? null,
    stations,
    ...measures(tally, isLooked(gathered, site)),
    findings_as_of: upTo === undefined ? null : iso(upTo),
    ...(withDays ? { daily: daily(days) } : {}),
  };
}

function totalOf(gathered: Gathered, groups: readonly FleetGroup[], stations: number, withDays: boolean) {
  const tally = sumOfTallies(groups.map((group) => group.tally));
  const told = { stations, ...measures(tally, isLooked(gathered, null)) };
  if (!withDays) return told;
  const byDay = new Map<number, TallySum>();
  for (const { day, tally: part } of groups.flatMap(({ days }) => days)) {
    byDay.set(day, (byDay.get(day) ?? new TallySum()).add(part));
  }
  const days = [...byDay].sort(([a], [b]) => a - b).map(([day, sum]) => ({ day, tally: sum.tally }));
  return { ...told, daily: daily(days) };
}

/** What does not change where rows stand. */
const UNPLACED = ['cursor', 'limit', 'include'];

/** A cursor belongs to its question: the rows of another one stand elsewhere. */
function hashOf(query: Query): string {
  const names = Object.keys(FleetQuerySchema.properties).filter((name) => !UNPLACED.includes(name));
  const asked = names.map((name) => query.text(name));
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 11);
}

function readCursor(query: Query): number {
  const text = query.text('cursor');
  if (text === null || text === '') return 0;
  const [, place, hash] = /^(\d{1,9})\.(.{11})$/.exec(text) ?? [];
  if (place === undefined) query.fault('cursor', 'is no cursor of this server; begin anew without one');
  else if (hash !== hashOf(query)) {
    query.fault('cursor', 'belongs to a question with other parameters; begin anew without one');
  } else return Number(place);
  return 0;
}

function oneOf<C extends string>(query: Query, name: string, known: readonly C[], otherwise: C): C {
  const [first = otherwise, ...more] = readChoices(query, name, known) ?? [];
  if (more.length > 0) query.fault(name, `takes one of ${known.join(', ')}`);
  return first;
}

async function fleetBody(
  api: Api,
  fleet: FleetTold,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Static<typeof FleetSchema> | null> {
  const query = new Query(request.raw.url ?? '', Object.keys(FleetQuerySchema.properties));
  const asked = readFleetSites(api, request, query);
  const choice = readChoice(query);
  const by: FleetGrouping = oneOf(query, 'by', FLEET_GROUPINGS, 'station');
  const sort = oneOf(query, 'sort', FLEET_SORTS, 'name');
  const order = oneOf(query, 'order', ['asc', 'desc'], 'asc');
  const limit = query.integer('limit', FLEET_LIMIT.minimum, FLEET_LIMIT.maximum, FLEET_LIMIT.default);
  const included = readChoices(query, 'include', FLEET_INCLUDES) ?? [];
  const withDays = included.includes('daily');
  const start = readCursor(query);
  query.settle();
  const wait = included.includes('findings') || sort === 'findings';
  const gathered = await gather(api, fleet, reply, asked, choice, wait);
  if (gathered === null) return null;
  const grouped = new FleetGroups(by);
  await inTurns(gathered.days, (day) => grouped.add(day));
  const groups = grouped.groups();
  const rows = sorted(groups, sort, order);
  const stations = new Set(gathered.days.map(({ site, charger }) => JSON.stringify([site, charger])));
  const end = start + limit;
  return {
    ...headOf(gathered),
    by,
    total: totalOf(gathered, groups, stations.size, withDays),
    count: rows.length,
    rows: rows.slice(start, end).map((group) => rowOf(gathered, withDays, group)),
    next_cursor: end < rows.length ? `${end}.${hashOf(query)}` : null,
  };
}

async function changesBody(
  api: Api,
  fleet: FleetTold,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Static<typeof FirmwareChangesSchema> | null> {
  const query = new Query(request.raw.url ?? '', Object.keys(FirmwareChangesQuerySchema.properties));
  const asked = readFleetSites(api, request, query);
  const { chargers, models, firmwares } = readChoice(query);
  query.settle();
  // Of one firmware alone there is no change.
  const choice = { chargers, models, firmwares: null };
  const gathered = await gather(api, fleet, reply, asked, choice, false);
  if (gathered === null) return null;
  const found = new FirmwareChanges();
  const stations = Map.groupBy(gathered.days, ({ site, charger }) => JSON.stringify([site, charger]));
  await inTurns(stations.values(), (days) => found.add(days));
  const changes = found
    .changes()
    .filter(({ from, to }) => firmwares === null || firmwares.includes(from) || firmwares.includes(to));
  return {
    ...headOf(gathered),
    changes: changes.slice(0, CHANGES_MAX).map((change) => ({
      vendor: change.vendor,
      model: change.model,
      firmware_before: change.from,
      firmware_after: change.to,
      stations: change.stations.length,
      ...compared(change, isLooked(gathered, null)),
      by_station: change.stations.slice(0, CHANGED_STATIONS_MAX).map((one) => ({
        site_id: one.site,
        site_name: asked.names.get(one.site) ?? '',
        charger_id: one.charger,
        time: iso(one.at),
        entry_id: one.entry,
        ...compared(one, isLooked(gathered, one.site)),
      })),
    })),
    more: changes.length > CHANGES_MAX,
  };
}

export function fleetRoutes(api: Api, fleet: FleetTold): AddRoutes {
  return (app) => {
    app.get(
      '/fleet',
      { config: describes(operations.fleet), schema: { response: { 200: FleetSchema } } },
      async (request, reply) => (await fleetBody(api, fleet, request, reply)) ?? reply,
    );
    app.get(
      '/fleet/firmware-changes',
      { config: describes(operations.changes), schema: { response: { 200: FirmwareChangesSchema } } },
      async (request, reply) => (await changesBody(api, fleet, request, reply)) ?? reply,
    );
  };
}
