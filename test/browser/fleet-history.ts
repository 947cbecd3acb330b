/** Two stations over two days: one whose second firmware is better, one that is away for half of the time. */

import type { RunningServer } from '../e2e/running-server.ts';
import { DAY, pushLines } from './history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const FLEET_QUERY = 'from=2026-01-05T00:00:00.000Z&to=2026-01-07T00:00:00.000Z&zone=utc';

let calls = 0;

function says(charger: string, at: number, action: string, call: object, answer: object): readonly object[] {
  calls += 1;
  const line = (ms: number, direction: string, frame: readonly unknown[]) => ({
    charger_id: charger,
    occurrence_time: new Date(DAY + ms).toISOString(),
    connection_id: `c-${charger}`,
    direction,
    frame: JSON.stringify(frame),
    ocpp_version: '1.6',
  });
  const id = `f-${calls}`;
  return [
    line(at, 'station_to_csms', [2, id, action, call]),
    line(at + 80, 'csms_to_station', [3, id, answer]),
  ];
}

function befell(charger: string, at: number, event: object): object {
  const occurrence_time = new Date(DAY + at).toISOString();
  return { charger_id: charger, occurrence_time, connection_id: `c-${charger}`, event };
}

const status = (charger: string, at: number, word: string) => {
  const timestamp = new Date(DAY + at).toISOString();
  return says(
    charger,
    at,
    'StatusNotification',
    { connectorId: 1, errorCode: 'NoError', status: word, timestamp },
    {},
  );
};

const boot = (charger: string, at: number, firmwareVersion: string) =>
  says(
    charger,
    at,
    'BootNotification',
    { chargePointVendor: 'Tarnmoor', chargePointModel: 'Rapid 60', firmwareVersion },
    { status: 'Accepted', interval: 300, currentTime: new Date(DAY + at).toISOString() },
  );

function refused(charger: string, at: number): readonly object[] {
  return [
    ...status(charger, at, 'Preparing'),
    ...says(charger, at + 5_000, 'Authorize', { idTag: 'CARD-3' }, { idTagInfo: { status: 'Invalid' } }),
    ...status(charger, at + MINUTE, 'Available'),
  ];
}

function charged(charger: string, at: number, transactionId: number): readonly object[] {
  const idTagInfo = { status: 'Accepted' };
  const time = (ms: number) => new Date(DAY + at + ms).toISOString();
  return [
    ...status(charger, at, 'Preparing'),
    ...says(
      charger,
      at + 5_000,
      'StartTransaction',
      { connectorId: 1, idTag: 'CARD-7', meterStart: 0, timestamp: time(5_000) },
      { transactionId, idTagInfo },
    ),
    ...says(
      charger,
      at + 10 * MINUTE,
      'StopTransaction',
      { transactionId, meterStop: 9_000, timestamp: time(10 * MINUTE), reason: 'EVDisconnected' },
      { idTagInfo },
    ),
    ...status(charger, at + 11 * MINUTE, 'Available'),
  ];
}

/** FW-1 at `depot`: 12 refused cards of 12, then 20 sessions of 20. AWAY-1 at `harbour`: connected for 12 of 48 hours. */
export async function pushFleet(server: Pick<RunningServer, 'url'>): Promise<void> {
  const tries = (count: number, from: number, one: (at: number, number: number) => readonly object[]) =>
    Array.from({ length: count }, (_, n) => one(from + n * 40 * MINUTE, n)).flat();
  await pushLines(
    server,
    'depot',
    [
      befell('FW-1', 0, { event: 'accepted' }),
      ...boot('FW-1', MINUTE, '1.0.9'),
      ...tries(12, HOUR, (at) => refused('FW-1', at)),
      ...boot('FW-1', 12 * HOUR, '1.1.0'),
      ...tries(20, 13 * HOUR, (at, n) => charged('FW-1', at, 100 + n)),
      ...status('FW-1', 47 * HOUR, 'Available'),
    ],
    true,
  );
  await pushLines(
    server,
    'harbour',
    [
      befell('AWAY-1', 0, { event: 'accepted' }),
      ...status('AWAY-1', HOUR, 'Available'),
      befell('AWAY-1', 12 * HOUR, { event: 'closed', ended_by: 'station', how: 'reset' }),
    ],
    true,
  );
}
