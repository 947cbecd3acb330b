/** A fleet that connects while the server is at something else: each finds its place in the queue of the system. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startServer } from '../e2e/running-server.ts';

/** More than the 511 that a server of Node asks for unless told otherwise. */
const CONNECTIONS = 1_500;
const LIMIT_MS = 30_000;

function allowed(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    return 0;
  }
}

const skip = allowed() < CONNECTIONS ? 'NOT TESTED: this system keeps fewer connections' : false;

for (const door of ['plain', 'TLS'] as const) {
  test(`${door}: ${CONNECTIONS} connections are kept while the server stands still`, { skip }, async (t) => {
    const tls = door === 'plain' ? '' : 'tls:\n  cert_file: CERT\n  key_file: KEY\n';
    const server = await startServer({ config: `log_level: warn\n${withFiles(tls)}` });
    const sockets: Socket[] = [];
    t.after(async () => {
      process.kill(server.pid, 'SIGCONT');
      for (const socket of sockets) socket.destroy();
      await server.stop();
    });
    process.kill(server.pid, 'SIGSTOP');
    const port = Number(new URL(server.url).port);
    for (let place = 0; place < CONNECTIONS; place++) sockets.push(connect({ host: '127.0.0.1', port }));
    let connected = 0;
    const all = Promise.all(
      sockets.map(async (socket) => {
        await once(socket, 'connect');
        connected += 1;
      }),
    );
    const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS).unref());
    await Promise.race([all, limit]);
    assert.equal(connected, CONNECTIONS);
  });
}

function withFiles(settings: string): string {
  const file = (name: string) => JSON.stringify(new URL(`../fixtures/${name}`, import.meta.url).pathname);
  return settings.replace('CERT', file('upstream-cert.pem')).replace('KEY', file('upstream-key.pem'));
}
