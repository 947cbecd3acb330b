/** For tests: a simulated station that stands idle at a strict CSMS of another make. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { stationModels } from './demo-fleet.ts';
import { stationUrl } from './fleet.ts';
import { Station } from './station.ts';
import { type StrictCsms, type StrictStation, startStrictCsms } from './strict-csms-double.ts';

export const NOW = '2025-03-01T12:00:00Z';
const DAY = 86_400;
/** A minute in less than a third of a second. */
export const BRISK = 200;
export const ACCEPTED = { status: 'Accepted' };

interface Talk {
  readonly csms: StrictCsms;
  readonly station: StrictStation;
}

/** A station that stands idle for as long as a test takes, unless it is called. */
export async function idle(t: TestContext, version: '1.6' | '2.0.1', speed = 1): Promise<Talk> {
  let transactions = 0;
  const csms = await startStrictCsms(t, (action, { idTag, idToken }) => {
    if (action === 'BootNotification') return { ...ACCEPTED, currentTime: NOW, interval: DAY };
    if (action === 'Heartbeat') return { currentTime: NOW };
    if (action === 'Authorize') {
      return idTag === undefined ? { idTokenInfo: ACCEPTED } : { idTagInfo: ACCEPTED };
    }
    if (action === 'StartTransaction') {
      transactions += 1;
      return { idTagInfo: ACCEPTED, transactionId: transactions };
    }
    if (action === 'TransactionEvent' && idToken !== undefined) return { idTokenInfo: ACCEPTED };
    return action === 'DataTransfer' ? ACCEPTED : {};
  });
  const [model = assert.fail()] = stationModels(1, version);
  const over = new AbortController();
  const { url } = csms;
  const running = new Station({
    url: stationUrl(url, 'demo', model.charger),
    model,
    speed,
    seed: 'idle',
    firstVehicle: [DAY, DAY],
    until: over.signal,
  }).run();
  t.after(async () => {
    over.abort();
    await running;
    assert.deepEqual(csms.faults, []);
  });
  const station = await csms.station();
  await csms.called((action) => action === 'StatusNotification');
  return { csms, station };
}
