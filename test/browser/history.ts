/** A day of three stations at two sites, known to the last byte, in the store of the server itself. */

import assert from 'node:assert/strict';
import { ADMIN_TOKEN, type RunningServer } from '../e2e/running-server.ts';

export const SITES = [
  { id: 'depot', name: 'Depot North', timezone: 'Europe/Berlin' },
  { id: 'harbour', name: 'Harbour', timezone: 'America/New_York' },
] as const;

/** For `config` of a server. */
export const SITES_CONFIG = `sites: ${JSON.stringify(SITES)}\n`;

export const DAY = Date.UTC(2026, 0, 5);
export const DAY_PATH = '/explore?from=2026-01-05T00:00:00.000Z&to=2026-01-06T00:00:00.000Z';
const STATIONS = [
  { site: SITES[0], charger: 'CP-1' },
  { site: SITES[0], charger: 'CP-2' },
  { site: SITES[1], charger: 'HB-1' },
] as const;

/** Every two minutes, the stations in turn. */
const EVERY_MS = 120_000;
const COUNT = 720;

export interface Spoken {
  readonly site: (typeof SITES)[number];
  readonly charger: string;
  /** ms since 1970. */
  readonly at: number;
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly error: string;
  readonly outcome: 'answered' | 'error' | 'timeout';
  readonly latency: number;
  readonly request: string;
  readonly answer: string | null;
}

/** Spaces, escapes and digits that no parser gives back as they were. */
const EXACT =
  '{ "vendorId":"Br\\u00fcnn\\/Watt" ,"messageId":"odd","data":"12345678901234567890","n":1.10,"big":12345678901234567890,"e":1E+2 }';

function payloadOf(at: number, time: string): Pick<Spoken, 'action' | 'status' | 'error'> & { text: string } {
  const none = { status: '', error: '' };
  const kind = at % 10;
  if (at === 5) return { ...none, action: 'DataTransfer', text: EXACT };
  if (kind < 4) return { ...none, action: 'Heartbeat', text: '{}' };
  if (kind < 7) {
    // One of a quantity whose unit is not told.
    const what = at === 4 ? { measurand: 'Voltage', value: '231' } : { value: String(at * 10), unit: 'Wh' };
    const value = JSON.stringify([{ timestamp: time, sampledValue: [what] }]);
    return { ...none, action: 'MeterValues', text: `{"connectorId":1,"meterValue":${value}}` };
  }
  if (kind === 7) {
    const faulted = at % 70 === 7;
    const status = faulted ? 'Faulted' : at % 20 === 7 ? 'Charging' : 'Available';
    const error = faulted ? 'GroundFailure' : 'NoError';
    const text = JSON.stringify({ connectorId: 1, errorCode: error, status, timestamp: time });
    return { action: 'StatusNotification', status, error, text };
  }
  return { ...none, action: 'Authorize', text: `{"idTag":"TAG${at % 3}"}` };
}

function spokenAt(index: number): Spoken {
  const station = STATIONS[index % STATIONS.length] ?? STATIONS[0];
  const at = DAY + index * EVERY_MS;
  const { action, status, error, text } = payloadOf(index, new Date(at).toISOString());
  const id = `m${index}`;
  const outcome = index % 48 === 8 ? 'error' : index % 90 === 1 ? 'timeout' : 'answered';
  const result =
    action === 'Authorize'
      ? '{"idTagInfo":{"status":"Accepted"}}'
      : action === 'Heartbeat'
        ? `{"currentTime":"${new Date(at).toISOString()}"}`
        : action === 'DataTransfer'
          ? '{"status":"Accepted","data":"\\u20ac 0.10"}'
          : '{}';
  const answers = {
    answered: `[3,"${id}",${result}]`,
    error: `[4,"${id}","InternalError","no \\"back office\\"",{"code":7.50}]`,
    timeout: null,
  };
  return {
    ...station,
    at,
    id,
    action,
    status,
    error,
    outcome,
    latency: 100 + (index % 7) * 50,
    request: `[2,"${id}","${action}",${text}]`,
    answer: answers[outcome],
  };
}

/** Oldest first. */
export const HISTORY: readonly Spoken[] = Array.from({ length: COUNT }, (_, index) => spokenAt(index));

export interface PushedFrame {
  readonly charger: string;
  readonly at: number;
  readonly up: boolean;
  readonly frame: string;
}

/** Frames that a CSMS pushes; answered when they are on the disk. */
export async function push(
  server: Pick<RunningServer, 'url'>,
  site: string,
  frames: readonly PushedFrame[],
  ended = false,
): Promise<void> {
  const lines = frames.map(({ charger, at, up, frame }) => ({
    charger_id: charger,
    occurrence_time: new Date(at).toISOString(),
    direction: up ? 'station_to_csms' : 'csms_to_station',
    frame,
    ocpp_version: '1.6',
  }));
  await pushLines(server, site, lines, ended);
}

/** The same, of frames and of what befell connections. */
export async function pushLines(
  server: Pick<RunningServer, 'url'>,
  site: string,
  lines: readonly object[],
  ended = false,
): Promise<void> {
  const response = await fetch(`${server.url}/rest/v1/ocpp-logs/site/${site}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/x-ndjson',
      ...(ended ? { 'x-ocpp-logs-end': '1' } : {}),
    },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const answer = await response.text();
  assert.equal(response.status, 200, answer);
  assert.deepEqual((JSON.parse(answer) as { rejected: readonly object[] }).rejected, []);
}

export async function pushHistory(server: Pick<RunningServer, 'url'>): Promise<void> {
  for (const { id } of SITES) {
    const frames = HISTORY.filter(({ site }) => site.id === id).flatMap(
      ({ charger, at, latency, request, answer }): readonly PushedFrame[] => [
        { charger, at, up: true, frame: request },
        ...(answer === null ? [] : [{ charger, at: at + latency, up: false, frame: answer }]),
      ],
    );
    await push(server, id, frames, true);
  }
}
