/** `kill -9` at random moments of an erasure: the store is whole, and the run goes on with the same replacement. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { seededRandom } from './kill-rounds.ts';

const ROUNDS = 4;
const ENTRIES = 12_000;
/** Beyond what was reached. */
const LIFE_MS = 400;
const TAG = 'Driver4711Secret';
const FILES = 3;

function linesOf(month: number): string {
  return Array.from({ length: ENTRIES / FILES }, (_, nth) => {
    const at = new Date(Date.UTC(2026, month, 1) + nth * 60_000).toISOString();
    return `${at} >> [2,"i${nth}","Authorize",{"idTag":"${nth % 500 === 3 ? TAG : `Other${nth}`}"}]\n`;
  }).join('');
}

interface Told {
  readonly id: string;
  readonly state: string;
  readonly percent: number;
  readonly replacement: string;
  readonly entries: number;
  readonly occurrences: number;
}

async function askedFor(server: RunningServer): Promise<Told> {
  const answer = await fetch(`${server.url}/rest/v1/erasures`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ site: 'depot', id_tag: TAG }),
  });
  assert.equal(answer.status, 202);
  return (await answer.json()) as Told;
}

const PAGE = '/rest/v1/ocpp-logs/site/depot?from=2026-01-01&to=2026-06-01&include=exchange,raw';

async function countOf(server: RunningServer, q: string): Promise<number> {
  const answer = await server.get(`${PAGE}&take=1&q=${encodeURIComponent(q)}`);
  return ((await answer.json()) as { count: number }).count;
}

test('killed at any moment of an erasure, every entry is there once, and the next start brings it to its end', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const imported = ['import', '-', '--charger', 'CP1', '--site', 'depot', '--data', folder];
  for (const month of [0, 1, 2]) assert.equal((await run(imported, {}, linesOf(month))).code, 0);
  let replacement: string | null = null;
  const reached: number[] = [];
  let server = await startServer({ folder });
  t.after(() => server.stop('SIGKILL'));
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 0) replacement = (await askedFor(server)).replacement;
    // Somewhere between its beginning and its end: within a look, a copy, or the exchange of the two.
    const target = Math.floor(random() * 40);
    const [so] = await eventually(
      async () => ((await (await server.get('/rest/v1/erasures')).json()) as { erasures: Told[] }).erasures,
      ([first]) => (first?.percent ?? 0) >= target,
    );
    await wait(random() * LIFE_MS);
    await server.stop('SIGKILL');
    reached.push(so?.percent ?? 0);
    t.diagnostic(`killed at ${so?.percent} % of a run: ${so?.state}, ${so?.entries} entries`);
    const checked = await run(['check', '--data', folder]);
    assert.ok(checked.code === 0 || /not in the index/.test(checked.stdout), checked.stdout);
    server = await startServer({ folder });
    assert.equal(await countOf(server, ''), ENTRIES);
    if (so?.state === 'done') {
      // It had ended: what is asked once more goes over all of it again.
      const again = await askedFor(server);
      assert.equal(again.replacement, replacement);
    }
  }
  assert.ok(
    reached.some((percent) => percent > 0),
    'the work itself was met',
  );
  const done = await eventually(
    async () => ((await (await server.get('/rest/v1/erasures')).json()) as { erasures: Told[] }).erasures,
    ([first]) => first?.state === 'done',
  );
  assert.equal(done.length, 1);
  const [told] = done;
  assert.deepEqual(
    [told?.replacement, told?.entries, told?.occurrences],
    [replacement, ENTRIES / 500, ENTRIES / 500],
  );
  assert.equal(await countOf(server, `"${replacement}"`), ENTRIES / 500);
  assert.equal(await countOf(server, TAG), 0);
  assert.equal(await server.stop(), 0);
  assert.equal((await run(['check', '--data', folder])).code, 0);
  for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.includes('.')) continue;
    assert.ok(!readFileSync(join(parentPath, name), 'latin1').includes(TAG), name);
  }
});
