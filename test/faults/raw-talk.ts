/** A station and a CSMS that speak TCP by hand, with the running server between them. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type RawCsms,
  RawPeer,
  SWITCHING,
  upgradeHead,
} from '../../packages/server/src/capture/relay/capture-rig.ts';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import type { RunningServer } from '../e2e/running-server.ts';

/** What the rig's heads name; the server answers under its own name. */
const HOST = 'logs.example:9016';

export interface Talk {
  readonly station: RawPeer;
  readonly backend: RawPeer;
}

/** A TCP connection to the server on which nothing was said yet; `from`: the address that it comes from. */
export async function dialled(server: Pick<RunningServer, 'url'>, from?: string): Promise<RawPeer> {
  const { hostname, port } = new URL(server.url);
  const local = from === undefined ? {} : { localAddress: from };
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, ...local });
  await once(socket, 'connect');
  return new RawPeer(socket);
}

/** A station that has asked for its upgrade. */
export async function asking(
  server: Pick<RunningServer, 'url'>,
  path: string,
  headers: readonly string[] = ['Sec-WebSocket-Protocol: ocpp1.6'],
  from?: string,
): Promise<RawPeer> {
  const station = await dialled(server, from);
  station.write(upgradeHead(path, headers).replace(HOST, new URL(server.url).host));
  return station;
}

/** Both sides of a connection that is through with its handshake. */
export async function joinedTalk(
  server: Pick<RunningServer, 'url'>,
  csms: RawCsms,
  path: string,
  answer = SWITCHING,
  from?: string,
): Promise<Talk> {
  const offered = ['Sec-WebSocket-Protocol: ocpp1.6', 'Sec-WebSocket-Extensions: permessage-deflate'];
  const station = await asking(server, path, offered, from);
  return upgraded({ station, backend: await csms.next() }, answer);
}

/** The CSMS that was reached answers. */
export async function upgraded({ station, backend }: Talk, answer = SWITCHING): Promise<Talk> {
  await backend.takeHead();
  backend.write(answer);
  assert.equal(await station.takeHead(), answer, 'the answer goes back byte for byte');
  return { station, backend };
}

/** What one writes is what the other gets, and nothing else. */
export async function passes(from: RawPeer, to: RawPeer, bytes: Buffer): Promise<void> {
  from.write(bytes);
  const got = await to.take(bytes.length);
  assert.ok(got.equals(bytes), `${bytes.length} bytes went in, other ones came out`);
  assert.equal(to.received.length, 0, 'nothing comes that was not sent');
}

/** A call of the station and its answer, each compared byte for byte. */
export async function calls({ station, backend }: Talk, id: string, payload = '{}'): Promise<void> {
  await passes(station, backend, text(`[2,"${id}","DataTransfer",${payload}]`, { mask: MASK }));
  await passes(backend, station, text(`[3,"${id}",{}]`));
}
