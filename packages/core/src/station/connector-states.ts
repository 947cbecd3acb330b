/** What connectors reported of themselves, and for how long it held. From entries of StatusNotification. */

import type { OcppLog } from '../ocpp-log.ts';
import type { CoverageSegment, TimeSpan } from './coverage.ts';

export interface ConnectorReport {
  /** ms since 1970. */
  readonly at: number;
  /** OCPP 2.x: the EVSE. */
  readonly connector: number;
  /** OCPP 2.x: the connector of the EVSE. */
  readonly evseConnector: number | null;
  readonly status: string;
  /** null where there is none, and for `NoError`. */
  readonly errorCode: string | null;
  /** Entry id. */
  readonly entry: string | null;
}

export interface ConnectorState extends TimeSpan, Omit<ConnectorReport, 'at'> {}

/** null for an entry that reports no status. */
export function connectorReportOf(entry: OcppLog): ConnectorReport | null {
  const { action, connector_id, request_status, request_error_code, exchange } = entry;
  if (action !== 'StatusNotification' || connector_id === null || request_status === null) return null;
  const plain = request_error_code === null || request_error_code === 'NoError';
  return {
    at: Date.parse(entry.occurrence_time),
    connector: connector_id,
    evseConnector: exchange?.evse_connector_id ?? null,
    status: request_status,
    errorCode: plain ? null : request_error_code,
    entry: exchange?.id ?? null,
  };
}

/**
 * By connector, then by time, each state only where the station was recorded. A status holds until the next one or
 * until nothing was recorded: what was told meanwhile nobody knows. While the station is not connected nothing is
 * known of it either, but whatever changes it must tell when it is back (OCPP 1.6J 4.9, OCPP 2.0.1 B04): without that
 * its last status goes on. `coverage` begins with the first report that counts, at the latest with the range; reports
 * before the range say how it begins.
 */
export function connectorStates(
  reports: readonly ConnectorReport[],
  coverage: readonly CoverageSegment[],
  range: TimeSpan,
): readonly ConnectorState[] {
  const lanes = Map.groupBy(
    reports.filter(({ at }) => at < range.to),
    laneName,
  );
  const ordered = [...lanes.values()].sort(
    ([a], [b]) =>
      (a?.connector ?? 0) - (b?.connector ?? 0) || (a?.evseConnector ?? 0) - (b?.evseConnector ?? 0),
  );
  return ordered.flatMap((lane) => laneOf(lane, coverage, range));
}

function laneName({ connector, evseConnector }: ConnectorReport): string {
  return `${connector}.${evseConnector ?? ''}`;
}

/** Of each connector the last report. */
export function lastReports(reports: readonly ConnectorReport[]): readonly ConnectorReport[] {
  const sorted = [...reports].sort((a, b) => a.at - b.at);
  return [...new Map(sorted.map((report) => [laneName(report), report])).values()];
}

function laneOf(
  lane: readonly ConnectorReport[],
  coverage: readonly CoverageSegment[],
  { from, to }: TimeSpan,
): readonly ConnectorState[] {
  const sorted = [...lane].sort((a, b) => a.at - b.at);
  const states: ConnectorState[] = [];
  let first = 0;
  for (const [place, { at, ...report }] of sorted.entries()) {
    const end = Math.min(sorted[place + 1]?.at ?? to, to);
    // Reports and segments are both in the order of time.
    while ((coverage[first]?.to ?? Number.POSITIVE_INFINITY) <= at) first += 1;
    if (at < (coverage[0]?.from ?? at)) continue;
    for (let next = first; next < coverage.length; next += 1) {
      const segment = coverage[next];
      if (segment === undefined || segment.from >= end || segment.state === 'blind') break;
      const span = { from: Math.max(at, segment.from, from), to: Math.min(end, segment.to) };
      if (segment.state === 'disconnected' || span.to <= span.from) continue;
      const last = states.at(-1);
      const goesOn =
        last?.to === span.from && last.status === report.status && last.errorCode === report.errorCode;
      if (goesOn) states[states.length - 1] = { ...last, to: span.to };
      else states.push({ ...report, ...span });
    }
  }
  return states;
}
