import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { StoreUnavailableError } from '../unavailable.ts';
import { Connection, whole } from './sql.ts';
import { WriterClaim } from './writer-claim.ts';

test('what is inserted into replicas is acknowledged once most of them have it', async (t) => {
  const settings: {
    readonly sql: string;
    readonly quorum: string | null;
    readonly foreground: string | null;
  }[] = [];
  const server = createServer(async (request, response) => {
    const { searchParams: of } = new URL(request.url ?? '', 'http://engine');
    const body = Buffer.concat(await request.toArray());
    const text = request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(body) : body;
    settings.push({
      sql: `${of.get('query') ?? ''} ${text}`,
      quorum: of.get('insert_quorum'),
      foreground: of.get('distributed_foreground_insert'),
    });
    response.end();
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
    await new WriterClaim(connection, { node: 'n', number: 1, now: () => 0 }).renew();
    await connection.close();
  }
  const inserts = settings.filter(({ sql }) => sql.includes('INSERT'));
  assert.deepEqual(
    inserts.map(({ quorum, foreground }) => [quorum, foreground]),
    [
      [null, '1'],
      [null, '1'],
      ['auto', '1'],
      ['auto', '1'],
    ],
  );
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
