/** The health check of the image, against the server itself. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer, temporaryFolder } from './running-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('the health check tells a server that is ready from none', async (t) => {
  const folder = await temporaryFolder();
  const server = await startServer({ folder });
  t.after(() => server.stop('SIGKILL'));
  const { port } = new URL(server.url);
  const health = () =>
    spawnSync(process.execPath, [join(root, 'deploy/health.mjs')], { env: { OCPP_LOGS_PORT: port } }).status;
  assert.equal(health(), 0);
  await server.stop('SIGTERM');
  assert.equal(health(), 1);
});
