/** What connectors reported of themselves, and for how long it held. From entries of StatusNotification. */

import type { OcppLog } from '../ocpp-log.ts';
import type { TimeSpan } from './coverage.ts';

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
 * By connector, then by time. Reports may lie before the range: the last one says how it begins. The same status told
 * again goes on; before the first report there is nothing.
 */
export function connectorStates(
  reports: readonly ConnectorReport[],
  { from, to }: TimeSpan,
): readonly ConnectorState[] {
  const lanes = Map.groupBy(
    reports.filter(({ at }) => at < to),
    ({ connector, evseConnector }) => `${connector}.${evseConnector ?? ''}`,
  );
  const ordered = [...lanes.values()].sort(
    ([a], [b]) =>
      (a?.connector ?? 0) - (b?.connector ?? 0) || (a?.evseConnector ?? 0) - (b?.evseConnector ?? 0),
  );
  return ordered.flatMap((lane) => laneOf(lane, { from, to }));
}

function laneOf(lane: readonly ConnectorReport[], { from, to }: TimeSpan): readonly ConnectorState[] {
  const sorted = [...lane].sort((a, b) => a.at - b.at);
  const states: ConnectorState[] = [];
  for (const [place, { at, ...report }] of sorted.entries()) {
    const span = { from: Math.max(at, from), to: Math.min(sorted[place + 1]?.at ?? to, to) };
    if (span.to <= span.from) continue;
    const last = states.at(-1);
    const same = last?.status === report.status && last.errorCode === report.errorCode;
    if (same) states[states.length - 1] = { ...last, to: span.to };
    else states.push({ ...report, ...span });
  }
  return states;
}
