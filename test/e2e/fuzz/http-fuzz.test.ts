/**
 * Requests that nobody meant, made from the program's own description, so that a new route has its share. The same of a
 * seed; `FUZZ_SEED` chooses another than the one that is chosen at random. More of them: `npm run soak -- http`.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { temporaryFolder } from '../running-server.ts';
import { operationsOf } from './api-document.ts';
import { fuzz, openSockets, startFuzzed, told, unharmed } from './http-fuzz.ts';

const FIXED = [1, 2];
const REQUESTS = 500;

test('whatever is asked, the answer is one that is described, no 5xx, and nothing is harmed', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const fuzzed = await startFuzzed(folder);
  t.after(() => fuzzed.server.stop('SIGKILL'));
  const sockets = openSockets(fuzzed.server);
  const random = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seeds ${[...FIXED, random]}`);
  const statuses = new Set<number>();
  for (const seed of [...FIXED, random]) {
    const result = await fuzz(fuzzed, seed, REQUESTS);
    assert.equal(result.faults.length, 0, told(result.faults, seed));
    assert.equal(result.operations.size, operationsOf(fuzzed.document).length);
    for (const status of result.statuses.keys()) statuses.add(status);
  }
  for (const status of [200, 201, 204, 400, 401, 403, 404, 413, 415])
    assert.ok(statuses.has(status), `nothing was answered with ${status}: the requests are too tame`);
  await unharmed(fuzzed, sockets);
  assert.equal(await fuzzed.server.stop(), 0, fuzzed.server.output());
});
