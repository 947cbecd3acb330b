/** What alarms read of ClickHouse: of other nodes, in bounded time, and for a trial all that any page has. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { parseAlarm } from '@ocpp-logs/core';
import { active, DEPOT, said, T0, times } from '../../packages/server/src/alarms/alarms.fixture.ts';
import { Evaluation, type SeenFiring } from '../../packages/server/src/alarms/evaluation.ts';
import { openLookup } from '../../packages/server/src/alarms/open-lookup.ts';
import { tryAlarm } from '../../packages/server/src/alarms/trial.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { closePlace, openNode, openPlace, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const ANSWER_MS = 2000;

/** This node, another one that ships to the same database, and what alarms of this one read. */
async function twoNodes(t: TestContext) {
  const place = await openPlace(url);
  const { connection } = place;
  await migrate(connection);
  const folder = await mkdtemp(join(tmpdir(), 'olk-lookup-'));
  const [here, there] = [
    openNode(folder, connection),
    openNode(place.folder, connection, { node: 'node-2' }),
  ];
  const lookup = await openLookup({
    folder,
    clickhouse: { url, database: connection.database },
    report: (line) => t.diagnostic(line),
    onDamage: () => undefined,
    answerMs: ANSWER_MS,
  });
  t.after(async () => {
    http.fault = () => null;
    await lookup.close();
    for (const node of [here, there]) await node.close();
    await closePlace(place);
    await rm(folder, { recursive: true });
  });
  const put = (node: typeof here, ...entries: readonly ReturnType<typeof said>[]) => {
    const changes = entries.map((entry) => ({ slot: { id: null as bigint | null }, entry }));
    node.writer.apply(DEPOT.id, changes);
    node.writer.commit();
    return changes.flatMap(({ slot }) => slot.id ?? []);
  };
  return { here, there, lookup, put };
}

function trial(lookup: Awaited<ReturnType<typeof openLookup>>, text: string, ms = 10_000) {
  const parsed = parseAlarm(text);
  assert.ok(parsed.kind === 'rule');
  const end = performance.now() + ms;
  return tryAlarm(
    { entries: (query) => lookup.stored(query, () => end - performance.now()) },
    { rule: parsed.rule, sites: [{ ...DEPOT, kept: 0 }], from: T0, to: T0 + 3_600_000 },
    { entries: 1000, firings: 100, late: () => performance.now() >= end },
  );
}

test('an alarm is tried on what all nodes have recorded', async (t) => {
  const { here, there, lookup, put } = await twoNodes(t);
  const [a = 0n] = put(here, said(10, 'Faulted'));
  const [b = 0n] = put(there, said(30, 'Available'), said(50, 'Faulted', 'CP-2'));
  for (const node of [here, there]) await shipAll(node);
  const found = await trial(lookup, 'status:Faulted THEN status:Available WITHIN 30s');
  assert.deepEqual(found.firings, [
    { site: 'depot', charger: 'CP-1', at: T0 + 30_000, entries: [String(a), String(b)] },
  ]);
  assert.deepEqual([found.looked, found.through], [3, T0 + 3_600_000]);
  assert.equal((await trial(lookup, 'status:Faulted')).stations, 2);
});

test('a trial over a ClickHouse that hangs ends in its time, and tells that nothing was looked at', async (t) => {
  const { here, lookup, put } = await twoNodes(t);
  put(here, said(10, 'Faulted'));
  await shipAll(here);
  http.fault = (sql) => (sql.startsWith('SELECT') ? { when: 'before', answer: 'silence' } : null);
  const began = performance.now();
  const { looked, through, fired } = await trial(lookup, 'status:Faulted', 1000);
  assert.deepEqual([looked, through, fired], [0, T0, 0]);
  assert.ok(performance.now() - began < 5000);
});

test('while ClickHouse hangs what this node records is judged within the bound, and it is asked less often', async (t) => {
  const { here, there, lookup, put } = await twoNodes(t);
  const firings: SeenFiring[] = [];
  const evaluation = new Evaluation({
    lookup,
    now: () => T0 + 100_000,
    grace: 15_000,
    changing: 120_000,
    emit: (seen) => firings.push(...seen),
    report: (line) => t.diagnostic(line),
  });
  await evaluation.set([active('status:Faulted'), active('SILENT 15min', { id: 'a2' })]);
  const theirs = put(there, said(5, 'Faulted', 'CP-9'));
  await shipAll(there);
  let asked = 0;
  http.fault = (sql) => {
    if (!sql.startsWith('SELECT')) return null;
    asked += 1;
    return { when: 'before', answer: 'silence' };
  };
  const began = performance.now();
  void evaluation.changed(DEPOT.id, theirs, true);
  await evaluation.changed(DEPOT.id, put(here, said(10, 'Faulted')), false);
  assert.deepEqual(times(firings), ['a1 CP-1 +10s']);
  const passed = performance.now() - began;
  assert.ok(passed >= ANSWER_MS - 100 && passed < ANSWER_MS + 5000, `${passed}`);
  // What could not be read, and the stations: neither waits again.
  const again = performance.now();
  await evaluation.tick();
  assert.ok(performance.now() - again < ANSWER_MS, `${performance.now() - again}`);
  assert.equal(asked, 1);
  assert.deepEqual(lookup.counters(), { alarms_questions_late_total: 1, alarms_questions_left_out_total: 2 });
});
