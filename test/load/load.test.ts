/** A small swarm: what `npm run soak -- load` measures with thousands of stations holds, and nothing is timed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, type RunningServer, startServer } from '../e2e/running-server.ts';
import { metric } from '../faults/site-entries.ts';
import { startProcess } from './child-process.ts';
import type { CsmsCounts } from './csms-process.ts';
import { compareSite, storedCounts, sumOfCounts } from './stored.ts';
import { Swarm } from './swarm.ts';

const STATIONS = 300;
const CALLS_A_SECOND = 900;
const SECONDS = 4;
const SITES = ['site-1', 'site-2', 'site-3'];

for (const mode of ['relay', 'built-in CSMS'] as const) {
  test(`${mode}: ${STATIONS} stations lose nothing, and come back at once when all lines are cut`, async (t) => {
    const csms = startProcess('./csms-process.ts');
    t.after(() => csms.stop());
    const port = await csms.order<number>('listen');
    const sites = SITES.map((id) =>
      mode === 'relay' ? { id, upstream: `ws://127.0.0.1:${port}/{charger}` } : { id },
    );
    // JSON is YAML.
    const server = await startServer({ config: JSON.stringify({ sites }) });
    t.after(() => server.stop());
    const swarm = new Swarm({
      stations: STATIONS,
      processes: 2,
      port: Number(new URL(server.url).port),
      pathOf: (place) => `/ocpp/${SITES[place % SITES.length]}`,
    });
    t.after(() => swarm.stop());
    await swarm.begin();

    const connected = await swarm.connect(500);
    assert.deepEqual([connected.missing, [...connected.failures]], [0, []]);
    await swarm.rate(CALLS_A_SECOND);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    await swarm.cut();
    const back = await swarm.connect(500);
    assert.deepEqual([back.missing, [...back.failures]], [0, []]);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    await swarm.drain();

    const told = await swarm.counts();
    assert.equal(told.open, STATIONS);
    assert.equal(told.waiting, 0, 'every call of a connection that is there has its answer');
    assert.equal(told.answered + told.unanswered, told.sent);
    assert.ok(told.answered > STATIONS * 2, `only ${told.answered} calls were made`);
    assert.deepEqual([told.strange, told.skipped, told.broken], [0, 0, 0]);
    if (mode === 'relay') {
      const { again, strange, connections, calls } = await csms.order<CsmsCounts>('counts');
      assert.deepEqual({ again, strange, connections }, { again: 0, strange: 0, connections: STATIONS });
      assert.ok(calls >= told.answered && calls <= told.sent);
    }
    await holdsAll(server, swarm, told.answered);
    assert.equal(await metric(server, 'capture_stations'), STATIONS);
    assert.equal(await metric(server, 'unrecorded_total'), 0);
    assert.equal(await metric(server, 'alarm_duplicate_connection_total'), 0);
  });
}

async function holdsAll(server: RunningServer, swarm: Swarm, answered: number): Promise<void> {
  const sent = await swarm.sent();
  // Every connection was accepted, cut, and accepted again; an answer is with its station before it is committed.
  const found = await eventually(
    async () => sumOfCounts(await Promise.all(SITES.map((site) => storedCounts(server, site)))),
    (stored) => stored.connections >= STATIONS * 3 && stored.answered >= answered,
  );
  assert.deepEqual([found.connections, found.gaps, found.strange], [STATIONS * 3, 0, 0]);
  for (const [place, site] of SITES.entries()) {
    const own = sent.filter(({ number }) => (number - 1) % SITES.length === place);
    const { compared, examples, ...faults } = await compareSite(server, site, own);
    assert.deepEqual(
      faults,
      { missing: 0, inGap: 0, twice: 0, foreign: 0, otherwise: 0 },
      examples.join('\n'),
    );
    assert.ok(compared > 0);
  }
}
