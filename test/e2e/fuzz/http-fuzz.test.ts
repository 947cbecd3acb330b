/**
 * Requests that nobody meant, made from the program's own description, so that a new route has its share. The same of a
 * seed; `FUZZ_SEED` chooses another than the one that is chosen at random. More of them: `npm run soak -- http`.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../running-server.ts';
import { operationsOf } from './api-document.ts';
import { fuzz, openSockets, startFuzzed, told, unharmed } from './http-fuzz.ts';

const REQUESTS = 500;
const random = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

let folder = '';
let fuzzed: Awaited<ReturnType<typeof startFuzzed>>;
let sockets: number | null = null;
const statuses = new Set<number>();

before(async () => {
  folder = await temporaryFolder();
  fuzzed = await startFuzzed(folder);
  sockets = openSockets(fuzzed.server);
});

after(async () => {
  await fuzzed?.server.stop('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

for (const seed of [1, 2, random]) {
  test(`whatever is asked, the answer is one that is described, and no 5xx: seed ${seed}`, async () => {
    const result = await fuzz(fuzzed, seed, REQUESTS);
    assert.equal(result.faults.length, 0, told(result.faults, seed));
    assert.equal(result.operations.size, operationsOf(fuzzed.document).length);
    for (const status of result.statuses.keys()) statuses.add(status);
  });
}

test('nothing is harmed by it, and the requests were wild enough', async () => {
  for (const status of [200, 201, 204, 400, 401, 403, 404, 413, 415])
    assert.ok(statuses.has(status), `nothing was answered with ${status}`);
  await unharmed(fuzzed, sockets);
  assert.equal(await fuzzed.server.stop(), 0, fuzzed.server.output());
});
