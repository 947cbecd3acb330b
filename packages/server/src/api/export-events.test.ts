import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { desk } from '../export/jobs/fixtures.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { server } from './fixtures.ts';

test('a key that is revoked while it follows an export is told nothing more of it', async (t) => {
  const { jobs, runner } = await desk(t);
  const { app, clock, control, key } = server(t, { exports: jobs, exportWait: 0 });
  clock.now = DEPOT_TIME + 86_400_000;
  const { id, bearer } = await key({ sites: ['depot'] });
  const headers = { authorization: `Bearer ${bearer}` };
  runner.hold();
  const asked = await app.inject({
    method: 'POST',
    url: '/exports',
    headers: { ...headers, 'content-type': 'application/json' },
    payload: JSON.stringify({ site: 'depot', from: '2026-05-01', to: '2026-06-01' }),
  });
  assert.equal(asked.statusCode, 202, asked.body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const [events]: IncomingMessage[] = await once(
    get({ port, path: asked.json().links.events, headers: { ...headers, accept: 'text/event-stream' } }),
    'response',
  );
  assert.ok(events);
  const told = events.setEncoding('utf8')[Symbol.asyncIterator]();
  assert.match((await told.next()).value, /event: progress/);
  await control.revokeKey(id);
  runner.release();
  let more = '';
  for (;;) {
    const { done, value } = await told.next();
    if (done === true) break;
    more += value;
  }
  assert.equal(more, '');
});
