/** GET /sites/{id}/chargers/{charger}: what is known of one station, and how it did in a time range. */

import type { ClockSkew } from '@ocpp-logs/core';
import type { Static } from 'typebox';
import type { Caller } from '../auth/caller.ts';
import { Problem } from '../errors.ts';
import type { Site } from '../store/control.ts';
import type { ChargerSummary } from '../store/store.ts';
import { callerOf, mayCommand, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { whileThere } from './scopes.ts';
import { type StationFacts, type StationQuestion, stationFacts } from './station-facts.ts';
import { type COMMANDING, StationPathSchema, StationQuerySchema, StationSchema } from './station-schemas.ts';
import { readRange } from './time-range.ts';

const operation: Operation = {
  id: 'getCharger',
  summary: 'One station',
  description:
    'What the station says it is, and of a time range: when it was connected, what its connectors reported, how long calls waited for their answers, its configuration as last seen, how far clocks are off, and findings. Of each part only so many entries are looked at; complete is false where there are more.',
  tag: 'Sites',
  scope: 'read',
  extension: true,
  path: StationPathSchema,
  query: StationQuerySchema,
  answers: { 200: { description: 'The station.', content: { 'application/json': StationSchema } } },
  problems: ['bad-request', 'site-not-found', 'not-found', 'unavailable'],
};

function commanding(
  api: Api,
  caller: Caller,
  site: Site,
  charger: string,
): { readonly state: (typeof COMMANDING)[number]; readonly version: '1.6' | '2.0.1' | '2.1' | null } {
  const station = api.csms.connected(site.id, charger);
  if (site.upstream !== null) return { state: 'passed-on', version: null };
  if (!mayCommand(caller, site.id)) return { state: 'role', version: null };
  return station === null
    ? { state: 'not-connected', version: null }
    : { state: 'ready', version: station.version };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

function skewBody(skew: ClockSkew | null) {
  return skew && { median_ms: skew.median, spread_ms: skew.spread, samples: skew.samples };
}

function stationBody(
  { site, charger, range }: StationQuestion,
  summary: ChargerSummary | undefined,
  facts: StationFacts,
  commands: ReturnType<typeof commanding>,
): Static<typeof StationSchema> {
  const { boot, coverage, connectors, answerTimes, configuration, findings } = facts;
  const connected = summary?.connected ?? false;
  return {
    id: charger,
    site_id: site.id,
    site_name: site.name,
    timezone: site.timezone,
    vendor: boot?.vendor ?? summary?.vendor ?? null,
    model: boot?.model ?? summary?.model ?? null,
    serial: boot?.serial ?? null,
    firmware: boot?.firmware ?? summary?.firmware ?? null,
    iccid: boot?.iccid ?? null,
    protocol: summary?.protocol ?? null,
    booted: isoOrNull(boot?.at ?? null),
    first_seen: isoOrNull(facts.firstSeen),
    last_seen: isoOrNull(summary?.lastSeen ?? null),
    connected,
    connected_since: connected ? isoOrNull(facts.opened) : null,
    commands,
    from: iso(range.from),
    to: iso(range.to),
    complete:
      [coverage, connectors, answerTimes, configuration].every((part) => part.complete) && findings.exact,
    coverage: {
      complete: coverage.complete,
      segments: coverage.found.map(({ from, to, state }) => ({ from: iso(from), to: iso(to), state })),
    },
    connectors: {
      complete: connectors.complete,
      states: connectors.found.map(({ connector, evseConnector, from, to, status, errorCode, entry }) => ({
        connector,
        evse_connector: evseConnector,
        from: iso(from),
        to: iso(to),
        status,
        error_code: errorCode,
        entry_id: entry,
      })),
    },
    answer_times: {
      complete: answerTimes.complete,
      entries: answerTimes.entries,
      actions: answerTimes.found.map(({ p50, p95, max, ...rest }) => ({
        ...rest,
        p50_ms: p50,
        p95_ms: p95,
        max_ms: max,
      })),
    },
    configuration: {
      complete: configuration.complete,
      settings: configuration.found.map(({ at, entry, ...setting }) => ({
        ...setting,
        time: iso(at),
        entry_id: entry,
      })),
    },
    clock_skew: { station: skewBody(facts.stationSkew), csms: skewBody(facts.csmsSkew) },
    findings: (findings.facets[0]?.values ?? []).map(({ value, count }) => ({ code: value, count })),
  };
}

export function stationRoute(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/sites/:id/chargers/:charger',
      {
        config: describes(operation),
        schema: { params: StationPathSchema, response: { 200: StationSchema } },
      },
      async (request, reply) => {
        const { id, charger } = request.params;
        const caller = callerOf(request);
        const site = siteFor(api.control, caller, id);
        const query = new Query(request.raw.url ?? '', Object.keys(StationQuerySchema.properties));
        const now = api.now();
        const range = readRange(query, now);
        query.settle();
        const question = { site, charger, range, now };
        const found = await whileThere(reply, (signal) =>
          Promise.all([
            api.reader.chargers(site.id),
            stationFacts({ reader: api.reader, signal, clock: api.now }, question),
          ]),
        );
        if (found === null) return reply;
        const [summaries, facts] = found;
        const summary = summaries.find((each) => each.id === charger);
        if (summary === undefined && facts.firstSeen === null) {
          throw new Problem('not-found', 'No station of this id has been seen at this site.');
        }
        return stationBody(question, summary, facts, commanding(api, caller, site, charger));
      },
    );
  };
}
