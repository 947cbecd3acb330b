/** SIGTERM under load: all that went over before is stored, and nothing but an end in order is on record. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { eventually, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { answeringCsms, callingStations } from './calling-stations.ts';
import { assertPassedOn, assertStoredAsSent } from './said-texts.ts';
import { entriesOf } from './site-entries.ts';

const STATIONS = 20;
/** Calls a second. */
const RATE = 300;
/** So many are through before the server is told to stop. */
const THROUGH = 600;

async function stoppedUnderLoad(t: TestContext, relayed: boolean): Promise<void> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const csms = await answeringCsms();
  t.after(() => csms.close());
  const upstream = relayed ? `\n    upstream: ${csms.url}/{charger}` : '';
  const config = `sites:\n  - id: depot${upstream}\n`;
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const stations = callingStations(STATIONS);
  await stations.connect(`${server.url.replace('http', 'ws')}/ocpp/depot`);
  stations.call(RATE);
  await eventually(
    async () => stations.answered.size,
    (answered) => answered >= THROUGH,
  );
  // It ends itself with 1 where it takes longer than ten seconds.
  assert.equal(await server.stop('SIGTERM'), 0, server.output());
  assert.doesNotMatch(server.output(), /did not stop within/);
  await Promise.all([stations.stop(), csms.left()]);

  const calls = new Map([...stations.sent.values()].flatMap((texts) => [...texts]));
  const again = await startServer({ folder, config });
  t.after(() => again.stop('SIGKILL'));
  const outcomes = new Map<string, string | null>();
  for (const entry of await entriesOf(again, 'depot', 'exchange', 'exchange,raw')) {
    const id = entry.exchange.message_id ?? '';
    assert.ok(!outcomes.has(id), `${id} is there twice`);
    if (relayed) assertStoredAsSent(entry, { calls, answers: csms.answers });
    else assert.equal(entry.raw?.request_text, calls.get(id));
    outcomes.set(id, entry.exchange.outcome);
  }
  for (const id of csms.received.keys()) assert.ok(outcomes.has(id), `${id} went over and is lost`);
  for (const id of stations.answered.keys())
    assert.equal(outcomes.get(id), 'answered', `the answer of ${id} went over`);
  const ends = new Set(outcomes.values());
  assert.ok(ends.isSubsetOf(new Set(['answered', 'connection_lost'])), `outcomes ${[...ends]}`);
  if (relayed) {
    assertPassedOn(csms.calls, calls);
    assertPassedOn(stations.answers, csms.answers);
  }
  const closings = (await entriesOf(again, 'depot', 'connection'))
    .map(({ exchange }) => exchange.event)
    .filter((event) => event?.event === 'closed');
  assert.deepEqual(
    closings.map((event) => [event?.ended_by, event?.how]),
    Array.from({ length: STATIONS }, () => ['server', 'shutdown']),
  );
  assert.deepEqual(await entriesOf(again, 'depot', 'gap,orphan,malformed'), []);
  t.diagnostic(`${outcomes.size} calls stored, ${stations.answered.size} of them answered`);
  assert.equal(await again.stop(), 0);
}

test('SIGTERM under load, stations that are passed on: what either side had received is stored as it was', (t) =>
  stoppedUnderLoad(t, true));

test('SIGTERM under load, stations at the built-in CSMS: what they were answered is stored', (t) =>
  stoppedUnderLoad(t, false));
