/** Somebody else's station and CSMS: the npm package `ocpp-rpc`, in strict mode, which checks every message by schema. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RPCClient, RPCServer } from 'ocpp-rpc';

export type Payload = Record<string, unknown>;
export type Handlers = Readonly<Record<string, (params: Payload) => Payload>>;

export interface PeerCsms {
  /** `ws://127.0.0.1:PORT` */
  readonly url: string;
  /** The station's connection, once it is there. */
  readonly station: Promise<PeerConnection>;
  close(): Promise<void>;
}

export interface PeerConnection {
  readonly identity: string | undefined;
  readonly password: string | undefined;
  call(action: string, params: Payload): Promise<Payload>;
}

type ClientOptions = ConstructorParameters<typeof RPCClient>[0];

export async function startCsms(protocol: string, handlers: Handlers): Promise<PeerCsms> {
  const server = new RPCServer({ protocols: [protocol], strictMode: true });
  let password: string | undefined;
  server.auth((accept, _reject, handshake) => {
    password = handshake.password?.toString();
    accept();
  });
  const station = new Promise<PeerConnection>((resolve) => {
    server.on('client', (client: RPCClient) => {
      for (const [action, answer] of Object.entries(handlers)) {
        client.handle(action, async ({ params }) => answer(params ?? {}));
      }
      resolve({
        identity: client.identity,
        password,
        // Its answer to a call is the payload.
        call: (action, params) => client.call(action, params) as Promise<Payload>,
      });
    });
  });
  const http = createServer();
  http.on('upgrade', server.handleUpgrade);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  // A server that listens on TCP has such an address.
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    station,
    close: async () => {
      await server.close({ force: true });
      http.close();
    },
  };
}

export interface PeerStation extends PeerConnection {
  close(): Promise<void>;
}

export async function connectStation(
  endpoint: string,
  identity: string,
  protocol: string,
  handlers: Handlers = {},
  more: Partial<ClientOptions> = {},
): Promise<PeerStation> {
  const options: Partial<ClientOptions> = {
    endpoint,
    identity,
    protocols: [protocol],
    strictMode: true,
    reconnect: false,
    ...more,
  };
  // Its type demands every option, its constructor has defaults for all of them.
  const client = new RPCClient(options as ClientOptions);
  for (const [action, answer] of Object.entries(handlers)) {
    client.handle(action, async ({ params }: { params?: Payload }) => answer(params ?? {}));
  }
  await client.connect();
  return {
    identity,
    password: undefined,
    call: (action, params) => client.call(action, params) as Promise<Payload>,
    close: async () => {
      await client.close();
    },
  };
}
