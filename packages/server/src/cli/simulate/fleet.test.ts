import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeOf, connect, startCsms } from '../../capture/csms/csms-double.ts';
import { DEMO_SITE, demoFleet, stationModels } from './demo-fleet.ts';
import { type FleetProgress, runFleet, stationUrl } from './fleet.ts';

test('the demo has six stations of both versions, each with an id of its own', () => {
  const stations = demoFleet();
  assert.deepEqual(stations.map(({ version }) => version).sort(), [
    '1.6',
    '1.6',
    '1.6',
    '2.0.1',
    '2.0.1',
    '2.0.1',
  ]);
  assert.equal(new Set(stations.map(({ charger }) => charger)).size, 6);
  assert.ok(stations.some(({ connectors }) => connectors.some(({ current }) => current === 'DC')));
});

test('any number of stations can be had, of one version too', () => {
  const stations = stationModels(250, '1.6');
  assert.equal(new Set(stations.map(({ charger }) => charger)).size, 250);
  assert.ok(stations.every(({ version }) => version === '1.6'));
});

test('a station calls the address of its site and charger', () => {
  assert.equal(stationUrl('ws://h:1/', 'a b', 'C/1:ä'), 'ws://h:1/ocpp/a%20b/C%2F1%3A%C3%A4');
});

test('a fleet boots, charges, comes back after a loss and ends when it is told', {
  timeout: 60_000,
}, async (t) => {
  const { url, sink } = await startCsms(t, { now: () => new Date() });
  const over = new AbortController();
  t.after(() => over.abort());
  const reached: FleetProgress[] = [];
  const running = runFleet({
    url,
    site: DEMO_SITE.id,
    stations: demoFleet(),
    speed: 2_000,
    seed: 'fleet',
    until: over.signal,
    onProgress: (progress) => {
      reached[0] = progress;
    },
  });
  await sink.until(() => reached[0]?.connected === 6 && reached[0].sessions > 0 && reached[0].charging > 0);
  assert.deepEqual(
    sink.connections.map(({ opened }) => `${opened.site}/${opened.charger} ${opened.subprotocol}`),
    demoFleet().map(({ charger, version }) => `demo/${charger} ocpp${version}`),
  );
  const [first = assert.fail()] = demoFleet();
  const lost = sink.connections.length;
  // Another connection under the same id ends the one of the station, which then ends it in turn.
  const stranger = await connect(stationUrl(url, DEMO_SITE.id, first.charger), 'ocpp1.6');
  const thrownOut = closeOf(stranger);
  await sink.until(() => sink.connections.length === lost + 2 && reached[0]?.connected === 6);
  assert.equal((await thrownOut).code, 1000);
  over.abort();
  const last = await running;
  assert.equal(last.connected, 0);
  assert.deepEqual([last.stations, last.errors], [6, 0]);
  assert.ok(last.sent > 50 && last.received > 50);
});
