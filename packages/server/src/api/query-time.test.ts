/** A question that takes too long, at a server on the real reading threads. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openReader } from '../store/sqlite/reader-pool.ts';
import { DEPOT } from './control-double.ts';
import { asAdmin, DAY, server } from './fixtures.ts';

/** Pages of the site `endless` never come there. */
const SLOW = new URL('../store/sqlite/reader-worker.fixture.ts', import.meta.url);

test('it is 503 with when to come back, counted, and others are answered meanwhile', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'query-time-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const reader = openReader(folder, { threads: 1, queryMs: 3_000, script: SLOW });
  t.after(() => reader.close());
  const { app, control } = server(t, { reader, counters: () => reader.counters() });
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['endless', { ...DEPOT, id: 'endless' }],
  ]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const get = (path: string) => fetch(`${url}${path}`, { headers: asAdmin });
  const late = get(`/ocpp-logs/site/endless?${DAY}`);
  assert.equal((await get(`/ocpp-logs/site/depot?${DAY}`)).status, 200);
  const answer = await late;
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('retry-after'), '30');
  // Safe: a problem as RFC 9457 has it.
  const { type, instance } = (await answer.json()) as { readonly type: string; readonly instance: string };
  assert.equal(type, 'urn:ocpp-logs:problem:query-too-long');
  assert.equal(instance, answer.headers.get('x-request-id'));
  assert.match(await (await get('/metrics')).text(), /^ocpp_logs_reader_queries_given_up_total 1$/m);
  assert.equal((await get(`/ocpp-logs/site/depot?${DAY}`)).status, 200);
});
