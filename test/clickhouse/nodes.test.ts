/**
 * Three nodes, the program itself, over one PostgreSQL and one engine: stations are at any of them, and it does not
 * matter which one is asked, which one is killed, and which one revokes a key.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { ORDINAL_BITS } from '@ocpp-logs/core';
import { ORDINALS_PER_NODE } from '../../packages/server/src/store/node-number.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { entriesOf, type SeenEntry } from '../faults/site-entries.ts';
import { LACKING, openCluster } from '../postgres/cluster.ts';
import { HttpEngine } from './http-engine.ts';
import { NodeTail, SpreadStation } from './spread-stations.ts';

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange';
/** What a reader at any node waits for at most where nothing else is done on the machine, ms. */
const SEEN_MS = 2_000;
const ROUNDS = 7;

interface Entry {
  readonly charger_id: string;
  readonly occurrence_time: string;
  readonly exchange: { readonly id: string; readonly message_id: string };
}

interface Charger {
  readonly id: string;
  readonly connected: boolean;
  readonly captured_through: string | null;
}

const bearer = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };

async function heartbeats(of: RunningServer): Promise<readonly Entry[]> {
  const answer = await of.get(`/rest/v1/ocpp-logs/site/depot?${EVERYTHING}&actions=Heartbeat`);
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { readonly ocpp_logs: readonly Entry[] }).ocpp_logs;
}

async function chargers(of: RunningServer): Promise<readonly Charger[]> {
  const answer = await of.get('/rest/v1/sites/depot');
  return ((await answer.json()) as { readonly chargers: readonly Charger[] }).chargers;
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

const talkOf = (of: RunningServer, charger: string) =>
  entriesOf(of, 'depot', `exchange&actions=DataTransfer&charger_id=${charger}`);
const isAnswered = ({ exchange }: SeenEntry) => exchange.outcome === 'answered';
const numberIn = (id: string) => Number(id.slice(id.lastIndexOf('-') + 1));
const byNumber = (one: string, other: string) => numberIn(one) - numberIn(other);

const messages = (entries: readonly Entry[]) => entries.map(({ exchange }) => exchange.message_id).sort();
const idOf = ({ exchange }: Entry) => exchange.id;
const isSame = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b);

/** Until every node shows these and no others, each once. */
async function seenBy(nodes: readonly RunningServer[], ids: readonly string[]): Promise<void> {
  const wanted = [...ids].sort();
  await Promise.all(
    nodes.map((node) =>
      eventually(
        async () => messages(await heartbeats(node)),
        (found) => isSame(found, wanted),
      ),
    ),
  );
}

test('three nodes are one', { skip: LACKING, timeout: 240_000 }, async (t) => {
  const http = new HttpEngine();
  const url = await http.listen();
  after(() => http.close());
  const postgres = await (await openCluster()).database();
  const folders = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);
  const config = JSON.stringify({
    sites: [{ id: 'depot' }],
    store: { clickhouse: { url, database: 'logs_of_nodes' } },
  });
  const running = new Set<RunningServer>();
  const stations = Array.from({ length: 9 }, (_, at) => new SpreadStation(`CP${at}`));
  t.after(async () => {
    await Promise.all([...running].map((server) => server.stop('SIGKILL')));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  const start = async (folder: string): Promise<RunningServer> => {
    const env = {
      OCPP_LOGS_CONTROL_POSTGRES_URL: postgres,
      OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
    };
    const server = await startServer({ folder, config, env });
    running.add(server);
    return server;
  };
  const [a, b, c] = (await Promise.all(folders.map(start))) as [RunningServer, RunningServer, RunningServer];
  const nodes = [a, b, c];
  const at = (node: number) => stations.filter((_, each) => each % 3 === node);
  const said = () => stations.flatMap(({ answered }) => answered.map(({ id }) => id));

  // Stations are spread; what they say is seen everywhere, soon.
  await Promise.all(stations.map((station, each) => station.connect(nodes[each % 3] ?? a)));
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(stations.map((station) => station.say()));
    const begun = performance.now();
    await seenBy(nodes, said());
    took.push(performance.now() - begun);
  }
  t.diagnostic(`seen on every node after ${took.map(Math.round).join(', ')} ms`);
  // The middle one: what else runs on the machine may hold one of them up.
  const median = [...took].sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  assert.ok(median < SEEN_MS, `seen on every node after ${took.join(', ')} ms`);

  // Ids bear the number of their node, so that no two are the same.
  const entries = await heartbeats(b);
  assert.equal(new Set(entries.map(idOf)).size, entries.length);
  const numberOf = (entry: Entry) =>
    Number(BigInt(idOf(entry)) & ((1n << ORDINAL_BITS) - 1n)) >> Math.log2(ORDINALS_PER_NODE);
  for (const node of [0, 1, 2]) {
    const names = at(node).map(({ charger }) => charger);
    const numbers = entries.filter((entry) => names.includes(entry.charger_id)).map(numberOf);
    assert.equal(new Set(numbers).size, 1);
  }
  assert.deepEqual([...new Set(entries.map(numberOf))].sort(), [1, 2, 3]);
  for (const node of nodes) {
    await eventually(
      () => chargers(node),
      (all) => all.length === stations.length && all.every(({ connected }) => connected),
    );
  }

  // The live tail of one node has what all record, once; and answers that come later as updates.
  const tail = await new NodeTail().open(a);
  t.after(() => tail.close());
  // Alarms follow the other nodes from the start, when the tables were not there yet.
  const missed = await metric(a, 'tail_changes_missed_total');
  const before = new Set(said());
  await Promise.all(stations.map((station) => station.say()));
  const fresh = said().filter((id) => !before.has(id));
  await eventually(
    async () => fresh.map((id) => tail.count('entry', id)),
    (counts) => counts.every((count) => count > 0),
  );
  const [ofB = assert.fail()] = at(1);
  const command = fetch(`${b.url}/rest/v1/sites/depot/chargers/${ofB.charger}/commands`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ action: 'Reset', payload: { type: 'Soft' } }),
  });
  const [call = assert.fail()] = await eventually(
    async () => ofB.called,
    (calls) => calls.length > 0,
  );
  await eventually(
    async () => tail.count('entry', call),
    (count) => count === 1,
  );
  ofB.answer(call);
  assert.equal((await command).status, 200);
  await eventually(
    async () => tail.count('update', call),
    (count) => count === 1,
  );

  // A node is killed with entries that it had not shipped; its stations go on at the others.
  const shipped = new Set(said());
  http.fault = (sql) =>
    /^\s*INSERT INTO/.test(sql)
      ? { when: 'before', answer: { status: 500, code: 242, message: 'read-only' } }
      : null;
  await Promise.all(at(2).map((station) => station.say()));
  await eventually(
    () => metric(c, 'shipping_waiting_changes'),
    (waiting) => waiting >= at(2).length,
  );
  // In the midst of its stations' talk: each has a call under way, and what the live tail told is committed.
  const tailOfC = await new NodeTail().open(c);
  const talks = at(2).map((station) => station.chatter());
  const [ofC = assert.fail()] = at(2);
  const unanswered = fetch(`${c.url}/rest/v1/sites/depot/chargers/${ofC.charger}/commands`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ action: 'Reset', payload: { type: 'Soft' } }),
  }).then(
    () => assert.fail('its node was killed'),
    () => undefined,
  );
  await eventually(
    async () => [tailOfC.named(), ofC.called.at(-1) ?? ''] as const,
    ([told, reset]) => told.has(reset) && talks.every(({ answered }) => answered.some((id) => told.has(id))),
  );
  await tailOfC.close();
  await c.stop('SIGKILL');
  running.delete(c);
  await unanswered;
  const committed = tailOfC.named();
  http.fault = () => null;
  const unshipped = said().filter((id) => !shipped.has(id));
  await Promise.all(at(2).map((station) => station.ended()));
  await Promise.all(at(2).map((station, each) => station.connect(each % 2 === 0 ? a : b)));
  await Promise.all(stations.map((station) => station.say()));
  await seenBy(
    [a, b],
    said().filter((id) => !unshipped.includes(id)),
  );
  const through = new Map<string, number>();
  for (const node of [a, b]) {
    for (const { id, captured_through } of await chargers(node)) {
      if (captured_through === null) continue;
      through.set(id, Math.max(through.get(id) ?? 0, Date.parse(captured_through)));
    }
  }
  assert.equal(through.size, stations.length);

  // It starts again, and ships what it had: nothing is lost, nothing is there twice, and the tail has had it too.
  const again = await start(folders[2] ?? assert.fail());
  const now = [a, b, again];
  await seenBy(now, said());
  for (const { charger, sent, answered } of talks) {
    assert.equal(sent.length, answered.length + 1, 'a call was under way');
    const told = sent.filter((id) => committed.has(id));
    for (const node of now) {
      const found = await eventually(
        () => talkOf(node, charger),
        (talk) => talk.length >= told.length && talk.every(({ exchange }) => exchange.outcome !== 'pending'),
      );
      const ids = found.map(({ exchange }) => exchange.message_id ?? '').sort(byNumber);
      // All up to some frame, each once: of what came behind that nothing was told.
      assert.deepEqual(ids, sent.slice(0, ids.length));
      const lost = found.filter(({ exchange }) => exchange.outcome === 'connection_lost');
      assert.ok(lost.length <= 1, `${lost.length} calls without their answers`);
      assert.equal(found.length - lost.length, found.filter(isAnswered).length);
    }
  }
  const resets = await entriesOf(a, 'depot', `exchange&actions=Reset&charger_id=${ofC.charger}`);
  assert.deepEqual(
    resets.map(({ exchange }) => exchange.outcome),
    ['connection_lost'],
  );
  const whole = await heartbeats(a);
  assert.equal(new Set(whole.map(idOf)).size, whole.length);
  const late = whole.filter(({ exchange }) => unshipped.includes(exchange.message_id));
  assert.equal(late.length, unshipped.length);
  for (const { charger_id, occurrence_time } of late) {
    const told = through.get(charger_id) ?? assert.fail();
    assert.ok(
      Date.parse(occurrence_time) > told,
      `${charger_id} was captured through ${told} without ${occurrence_time}`,
    );
  }
  await eventually(
    async () => [...fresh, ...unshipped].map((id) => tail.count('entry', id)),
    (counts) => counts.every((count) => count > 0),
  );
  for (const id of said()) {
    const wanted = before.has(id) ? 0 : 1;
    assert.equal(tail.count('entry', id), wanted, `${id} is told ${wanted} times`);
  }
  assert.equal(tail.events.filter(({ event }) => event === 'gap').length, 0);
  assert.equal(await metric(a, 'tail_changes_missed_total'), missed);
  assert.equal(again.output().includes('is a copy'), false);

  // A key that one node revokes is refused by all.
  const made = await fetch(`${b.url}/rest/v1/keys`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ name: 'reader', scopes: ['read'] }),
  });
  const key = (await made.json()) as { readonly id: string; readonly bearer: string };
  const status = async ({ url: of }: RunningServer) =>
    (await fetch(`${of}/rest/v1/sites`, { headers: { authorization: `Bearer ${key.bearer}` } })).status;
  assert.deepEqual(await Promise.all(now.map(status)), [200, 200, 200]);
  await fetch(`${b.url}/rest/v1/keys/${key.id}`, { method: 'DELETE', headers: bearer });
  const revoked = performance.now();
  await eventually(
    () => Promise.all(now.map(status)),
    (all) => all.every((each) => each === 401),
  );
  const refused = performance.now() - revoked;
  assert.ok(refused < 5_000, `a revoked key was refused everywhere after ${refused} ms`);

  await tail.close();
  await Promise.all(stations.map((station) => station.close()));
  assert.deepEqual(await Promise.all(now.map((node) => node.stop())), [0, 0, 0]);
  running.clear();
});
