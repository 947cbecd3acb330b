/** The way to PostgreSQL, encrypted: who is believed, and who is not. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue, issueServer } from '../../packages/server/src/capture/tls/certificates.fixture.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { LACKING, openCluster } from './cluster.ts';

const options = { skip: LACKING };

function folder(t: TestContext): (name: string, text: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'ocpp-logs-pg-tls-'));
  t.after(() => rmSync(path, { recursive: true }));
  return (name, text) => {
    writeFileSync(join(path, name), text);
    return join(path, name);
  };
}

test('a server is believed by its authority and its name, as sslmode asks', options, async (t) => {
  const { authority, server } = issueServer('rsa');
  const cluster = await openCluster();
  await cluster.serveTls(server.cert, server.key);
  const file = folder(t);
  const ours = file('ca.pem', authority.cert);
  const other = file('other.pem', issue({ name: 'Somebody else', authority: true }).cert);
  const url = await cluster.database();
  const open = async (mode: string, ca: string) => {
    const address = readAddress({ url: `${url}?sslmode=${mode}`, ca_file: ca });
    const store = await PostgresDatabase.open(address);
    await store.close();
  };
  const away = { code: 'STORE_UNAVAILABLE' };
  await open('verify-full', ours);
  await open('verify-ca', ours);
  await open('require', '');
  await assert.rejects(open('verify-full', other), away);
  await assert.rejects(open('verify-full', ''), away);
  await assert.rejects(open('require', other), away, 'who names an authority wants certificates of it');
});
