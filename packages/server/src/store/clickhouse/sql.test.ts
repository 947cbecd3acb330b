import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { StoreUnavailableError } from '../unavailable.ts';
import { Connection, whole } from './sql.ts';

test('what is inserted into replicas is acknowledged once most of them have it', async (t) => {
  const settings: (string | null)[] = [];
  const server = createServer((request, response) => {
    settings.push(new URL(request.url ?? '', 'http://engine').searchParams.get('insert_quorum'));
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Listening on a port, so the address is no path.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const cluster of [null, 'main']) {
    const connection = new Connection({ url, database: 'logs', cluster });
    await connection.insert('logs.entry', ['site'], [Buffer.from('depot\n')], 'token');
    await connection.close();
  }
  assert.deepEqual(settings, [null, 'auto']);
});

test('an answer that would not end is read up to its bound, one within it as a whole', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 1;
      yield Buffer.alloc(1_000, given);
    }
  }
  await assert.rejects(whole(endless(), 10_000), StoreUnavailableError);
  assert.equal(given, 11);
  async function* ten() {
    for (let n = 0; n < 10; n += 1) yield Buffer.alloc(1_000, n);
  }
  assert.equal((await whole(ten(), 10_000)).length, 10_000);
});
