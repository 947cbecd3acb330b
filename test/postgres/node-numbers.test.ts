/** Numbers of nodes in PostgreSQL: each data folder keeps its own, a copy gets another, and nobody gets one twice. */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runFor } from '../../packages/server/src/cli/terminal-double.ts';
import { takeNodeNumber } from '../../packages/server/src/serve/node-number.ts';
import { DEPOT_TIME, entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import { NODES_MAX, readNode, writeNode } from '../../packages/server/src/store/node-number.ts';
import { GONE_MS, type NodeClaim, NodeRunsError } from '../../packages/server/src/store/nodes.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { openWriter } from '../../packages/server/src/store/sqlite/writer.ts';
import { LACKING, openCluster } from './cluster.ts';

const options = { skip: LACKING, timeout: 110_000 };
const cluster = LACKING === false ? await openCluster() : null;

async function database(t: TestContext, at: string | null = null): Promise<PostgresDatabase> {
  if (cluster === null) throw new Error(String(LACKING));
  const url = at ?? (await cluster.database());
  const opened = await PostgresDatabase.open(
    readAddress({ url, password_file: '', ca_file: '', connections: 4 }),
  );
  t.after(() => opened.close());
  return opened;
}

/** A server's way to it. */
function controlOf({ nodes }: PostgresDatabase, now = 0) {
  return { shared: true, claimNode: (claim: NodeClaim) => nodes.claim(claim, now) };
}

function fresh(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'olk-node-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function withEntry(t: TestContext): string {
  const folder = fresh(t);
  const writer = openWriter({ folder, derive: (entry) => entry, report: (line) => assert.fail(line) });
  writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME) }]);
  writer.commit();
  writer.close();
  return folder;
}

function copied(t: TestContext, folder: string): string {
  const copy = fresh(t);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

async function start(control: ReturnType<typeof controlOf>, folder: string, ships = true) {
  const lines: string[] = [];
  const node = await takeNodeNumber(control, { folder, ships, report: (line) => lines.push(line) });
  return { number: node?.number ?? null, lines };
}

test('folders that start at once get numbers of their own, and keep them', options, async (t) => {
  const control = controlOf(await database(t));
  const folders = Array.from({ length: 8 }, () => fresh(t));
  const first = await Promise.all(folders.map((folder) => start(control, folder)));
  assert.deepEqual(first.map(({ number }) => number).sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [at, folder] of folders.entries()) {
    assert.deepEqual(await start(control, folder), { number: first[at]?.number, lines: [] });
    assert.equal(readNode(folder)?.number, first[at]?.number);
  }
});

test('a start that was cut off, before it was noted or after, costs no number', options, async (t) => {
  const db = await database(t);
  const folder = fresh(t);
  const cutOff = (then: () => void) => ({
    shared: true,
    claimNode: async (claim: NodeClaim) => {
      then();
      await db.nodes.claim(claim, 0);
      throw new Error('cut off');
    },
  });
  for (let tried = 0; tried < 3; tried += 1) {
    await assert.rejects(
      start(
        cutOff(() => undefined),
        folder,
      ),
      /cut off/,
    );
    const before = cutOff(() => {
      throw new Error('cut off');
    });
    await assert.rejects(start(before, folder), /cut off/);
  }
  assert.deepEqual(await start(controlOf(db), folder), { number: 1, lines: [] });
  await assert.rejects(
    start(
      cutOff(() => undefined),
      folder,
    ),
    /cut off/,
  );
  assert.deepEqual(await start(controlOf(db), folder), { number: 1, lines: [] });
  assert.equal((await db.nodes.all()).length, 1);
});

test('a copy of a folder, such as a restored back-up, gets a number of its own', options, async (t) => {
  const control = controlOf(await database(t));
  const folder = fresh(t);
  await start(control, folder);
  const copy = copied(t, folder);
  assert.equal((await start(control, folder)).number, 1);
  const second = await start(control, copy);
  assert.equal(second.number, 2);
  assert.match(second.lines.join(), /is a copy/);
  assert.equal((await start(control, copy)).number, 2);
  assert.equal((await start(control, folder)).number, 1);
});

test('entries from before have the ids of node 0: of such folders one ships', options, async (t) => {
  const control = controlOf(await database(t));
  const [old, another] = [withEntry(t), withEntry(t)];
  assert.equal((await start(control, old)).number, 0);
  await assert.rejects(start(control, another), /holds entries from before it was node 1, /);
  assert.equal((await start(control, another, false)).number, 1, 'each by itself may go on');
  await assert.rejects(
    start(control, another),
    /only one such folder \(node 0\) can ship/,
    'and is known later',
  );
  assert.equal((await start(control, old)).number, 0);
});

test(
  'numbers of another PostgreSQL are kept where they are free; otherwise it is as entries from before',
  options,
  async (t) => {
    const control = controlOf(await database(t));
    const [a, b] = [fresh(t), fresh(t)];
    for (const folder of [a, b]) writeNode(folder, { folder: `of-${folder}`, number: 9, runs: ['r'] });
    assert.equal((await start(control, a)).number, 9);
    assert.equal((await start(control, b, false)).number, 1);
    await assert.rejects(start(control, b), /holds entries from before/);
    const c = fresh(t);
    writeNode(c, { folder: 'c', number: 9, runs: ['r'] });
    await assert.rejects(start(control, c), /holds entries from before/);
  },
);

test('a number is given back by command alone, and not of a server that runs', options, async (t) => {
  const db = await database(t);
  const folders = Array.from({ length: NODES_MAX - 1 }, () => fresh(t));
  for (const folder of folders) await start(controlOf(db), folder);
  const late = fresh(t);
  await assert.rejects(start(controlOf(db), late), /all 64 numbers of nodes are given: release/);
  assert.equal((await start(controlOf(db), late, false)).number, null);
  assert.equal(readNode(late)?.number, null);
  const gone = folders[4] ?? '';
  await db.nodes.seen(readNode(gone)?.folder ?? '', 1000);
  await assert.rejects(async () => db.nodes.release(5, GONE_MS), NodeRunsError);
  assert.equal(await db.nodes.release(5, GONE_MS + 1000), true);
  assert.equal(await db.nodes.release(5, GONE_MS + 1000), false);
  // Its entries bear it still.
  await assert.rejects(start(controlOf(db), late), /all 64 numbers/);
  await assert.rejects(start(controlOf(db), gone), /all 64 numbers/);
  assert.equal(await db.nodes.forget(6), false, 'a folder has it');
  assert.equal(await db.nodes.forget(5), true);
  assert.equal((await start(controlOf(db), late)).number, 5);
  await assert.rejects(start(controlOf(db), gone), /all 64 numbers/);
});

/** A ClickHouse that says of every question whether there is something. */
async function answering(t: TestContext, found: () => boolean): Promise<string> {
  const server = createServer((request, response) => {
    const count = Buffer.alloc(8);
    count.writeBigUInt64LE(found() ? 1n : 0n);
    request.resume().on('end', () => response.end(count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Listening on a port, so the address is no path.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test(
  'a number that was given back is free once ClickHouse holds no entry that bears it',
  options,
  async (t) => {
    const url = await (cluster ?? assert.fail()).database();
    const db = await database(t, url);
    await start(controlOf(db), fresh(t));
    let found = true;
    const environment = {
      OCPP_LOGS_CONTROL_POSTGRES_URL: url,
      OCPP_LOGS_STORE_CLICKHOUSE_URL: await answering(t, () => found),
    };
    const release = () => runFor(['node', 'release', '1', '--data', fresh(t)], { environment });
    const numbers = async () =>
      (await db.nodes.all()).map(({ number, released }) => [number, released !== null]);
    const first = await release();
    assert.match(
      first.output,
      /^released node 1\nClickHouse holds entries that bear 1: [^\n]+\n$/,
      first.errors,
    );
    assert.deepEqual(await numbers(), [[1, true]]);
    found = false;
    const second = await release();
    assert.equal(second.output, 'ClickHouse holds no entry that bears 1: another folder may get it\n');
    assert.deepEqual(await numbers(), []);
    const third = await release();
    assert.deepEqual([third.status, /no folder has the number 1/.test(third.errors)], [1, true]);
  },
);
