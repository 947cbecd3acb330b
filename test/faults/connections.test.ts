/** Strangers who connect and say nothing, more of them than the process may open files. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { issueServer } from '../../packages/server/src/capture/tls/certificates.fixture.ts';
import { openFilesMax } from '../../packages/server/src/serve/sockets.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { endingTalks } from './endings.ts';
import { asking, joinedTalk, type Talk, upgraded } from './raw-talk.ts';
import { metric } from './site-entries.ts';

const FILES = 600;
/** Of them a quarter is kept for all else, and a station that is passed on has two. */
const ROOM = 'at most 450 at once, 225 where all are passed on: no more files may be open';
/** More than four times what is kept at most. */
const MANY_FILES = 9_000;
const MUCH_ROOM = 'at most 7,000 at once, 3,500 where all are passed on: no more files may be open';
const STRANGERS_EACH = 400;
const STATIONS_EACH = 15;

/** Connections that never send the rest of their request, from addresses of their own. */
function strangers(t: TestContext, url: string, said: string): readonly Socket[] {
  const { hostname, port } = new URL(url);
  return ['127.0.0.2', '127.0.0.3'].flatMap((localAddress) =>
    Array.from({ length: STRANGERS_EACH }, () => {
      const socket = connect({ host: hostname, port: Number(port), localAddress });
      t.after(() => socket.destroy());
      // Those for whom there is no room are reset.
      socket.on('error', () => {}).resume();
      socket.write(said);
      return socket;
    }),
  );
}

const settled = (socket: Socket) =>
  socket.connecting ? Promise.race([once(socket, 'connect'), once(socket, 'close')]) : Promise.resolve();

/** Its address; it answers every call. */
async function csms(t: TestContext): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  t.after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (call) => socket.send(JSON.stringify([3, JSON.parse(String(call))[1], {}])));
  });
  await once(server, 'listening');
  // Safe: it listens on a TCP port.
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A station tries until it is let in, as stations do. */
async function station(t: TestContext, url: string): Promise<WebSocket> {
  const tried = await eventually(
    async () => {
      const socket = new WebSocket(url, 'ocpp1.6', { rejectUnauthorized: false });
      t.after(() => socket.terminate());
      await new Promise<void>((resolve) => socket.once('open', resolve).once('error', () => resolve()));
      return { socket, opened: socket.readyState === WebSocket.OPEN };
    },
    ({ opened }) => opened,
  );
  return tried.socket;
}

async function entries(server: RunningServer, site: string): Promise<number> {
  const answer = await server.get(`/ocpp-logs/site/${site}?from=2020-01-01&to=2100-01-01&actions=Heartbeat`);
  // Safe: a page has this.
  return ((await answer.json()) as { count: number }).count;
}

/** What is asked for while there may be no room for who asks. */
const orNull = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null);

/** As {@link station}, of one that is passed on and speaks TCP by hand. */
async function persistent(server: { readonly url: string }, csms: RawCsms, path: string): Promise<Talk> {
  const coming = csms.next();
  const tried = await eventually(
    async () => {
      const station = await orNull(asking(server, path));
      const gone = station?.ending.then(() => null) ?? null;
      return { station, backend: await Promise.race([coming, gone]) };
    },
    ({ backend }) => backend !== null,
  );
  const { station, backend } = tried;
  assert.ok(station !== null && backend !== null);
  return upgraded({ station, backend });
}

/** What it says of stations when it is up. */
const roomOf = (server: RunningServer) => /^ +stations to .*\n +\((.*)\)$/m.exec(server.output())?.[1];

test('of more files most are for stations, as it is printed', async (t) => {
  const files = openFilesMax();
  if (files === null || files < MANY_FILES)
    return t.skip(`NOT TESTED: of ${MANY_FILES} files ${files} may be open`);
  const server = await startServer({ openFiles: MANY_FILES, config: 'sites:\n  - id: here\n' });
  t.after(() => server.stop());
  assert.equal(roomOf(server), MUCH_ROOM);
});

for (const secure of [false, true]) {
  test(`half requests ${secure ? 'before their TLS handshake' : 'on plain connections'} take neither the stations' nor the store's files`, async (t) => {
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true, force: true }));
    const upstream = await csms(t);
    const raw = await RawCsms.listen();
    t.after(() => raw.close());
    const { cert, key } = issueServer().server;
    const files = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const;
    await writeFile(files[0], cert);
    await writeFile(files[1], key);
    const tls = secure ? `tls: {cert_file: ${files[0]}, key_file: ${files[1]}, port: 0}\n` : '';
    const server = await startServer({
      folder,
      openFiles: FILES,
      config: `${tls}sites:\n  - id: here\n  - id: passed\n    upstream: ${upstream}/{charger}\n  - id: raw\n    upstream: ws://127.0.0.1:${raw.port}/{charger}\n`,
    });
    t.after(() => server.stop('SIGKILL'));
    assert.equal(roomOf(server), ROOM);
    const plain = /without TLS +(http:[^,\s]+)/.exec(server.output())?.[1] ?? server.url;
    const asked = {
      ...server,
      get: (path: string) =>
        fetch(`${plain}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }),
    };

    const before = await endingTalks('BEFORE', (charger) =>
      joinedTalk({ url: plain }, raw, `/ocpp/raw/${charger}`),
    );
    // A record of TLS that does not go on, or a request.
    const all = strangers(t, server.url, secure ? '\x16' : 'GET /livez HTTP/1.1\r\nHost: ');
    await Promise.all(all.map(settled));
    await eventually(
      () => orNull(metric(asked, 'http_connections_refused_total')),
      (count) => (count ?? 0) > STRANGERS_EACH / 4,
    );

    const base = `${server.url.replace('http', 'ws')}/ocpp`;
    const names = ['here', 'passed'].flatMap((site) =>
      Array.from({ length: STATIONS_EACH }, (_, n) => `${site}/CP${n}`),
    );
    const stations = await Promise.all(names.map((name) => station(t, `${base}/${name}`)));
    for (const [n, socket] of stations.entries()) {
      const answered = once(socket, 'message');
      socket.send(`[2,"call-${n}","Heartbeat",{}]`);
      await answered;
    }
    for (const site of ['here', 'passed']) {
      await eventually(
        () => orNull(entries(asked, site)),
        (count) => count === STATIONS_EACH,
      );
    }
    const came = await endingTalks('MEANWHILE', (charger) =>
      persistent({ url: plain }, raw, `/ocpp/raw/${charger}`),
    );
    for (const leaving of [before, came]) await leaving.end();
    for (const left of [before, came]) await left.told(asked, 'raw');
    await eventually(
      () => metric(asked, 'capture_stations'),
      (connected) => connected === names.length,
    );
    const most = await metric(asked, 'http_connections_max');
    assert.ok((await metric(asked, 'http_connections')) <= most && most < FILES, `at most ${most}`);
    assert.doesNotMatch(server.output(), /EMFILE|away/);
    assert.equal(await server.stop(), 0);
  });
}
