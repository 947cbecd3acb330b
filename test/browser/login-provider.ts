/** A real OpenID provider with its own pages to sign in: the package `oidc-provider`, on this machine. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'ocpp-logs', secret: 'secret-of-the-client-0123456789' } as const;

export interface LoginProvider {
  /** By the name of this machine, and the server by its address: two sites for a browser. */
  readonly issuer: string;
  /** From now on it lets people into the server at this address. */
  serve(server: string): void;
  close(): Promise<void>;
}

export async function startLoginProvider(): Promise<LoginProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  return {
    issuer,
    serve: (address) => {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [`${address}/rest/v1/session/oidc/callback`],
          },
        ],
        claims: { openid: ['sub'], profile: ['preferred_username'] },
        cookies: { keys: ['only for a test'] },
        findAccount: (_context, id) => ({
          accountId: id,
          claims: async () => ({ sub: id, preferred_username: id }),
        }),
      });
      server.on('request', provider.callback());
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
