/** A real OpenID provider on this machine that knows one person, and a browser that follows where it is led. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'ocpp-logs', secret: 'secret-of-the-client-0123456789' } as const;

export interface Person {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly groups?: readonly string[];
}

export class ProviderDouble {
  readonly issuer: string;
  /** Who is at the keyboard; null refuses. */
  person: Person | null = null;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    // Safe: it listens on TCP.
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async listening(t: TestContext): Promise<ProviderDouble> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const double = new ProviderDouble(server);
    t.after(() => double.stop());
    return double;
  }

  /** From now on it lets the client sign people in. */
  serve(redirectUri: string): void {
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
      claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
      scopes: ['openid', 'profile', 'groups'],
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ['only for a test'] },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: async (_context, id) => ({
        accountId: id,
        claims: async () => ({ ...this.person, sub: id }),
      }),
      // Nobody is asked whether the client may know what it asks for.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid profile groups');
        await grant.save();
        return grant;
      },
    });
    const callback = provider.callback();
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!request.url?.startsWith('/interaction/')) {
        callback(request, response);
        return;
      }
      const result =
        this.person === null
          ? { error: 'access_denied', error_description: 'the person said no' }
          : { login: { accountId: this.person.sub } };
      provider.interactionFinished(request, response, result).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const STEPS_MOST = 12;

/** Keeps cookies by origin, and follows redirects as long as `stopAt` does not say where to stop. */
export class FollowingBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Lines of `set-cookie` that came, of all origins. */
  readonly set: string[] = [];

  async get(url: string, accept = '*/*'): Promise<Response> {
    const jar = this.#jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie, accept } });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** The last answer, and the address that gave it; a redirect that leads to `stopAt` is not followed. */
  async follow(start: string, stopAt: (url: string) => boolean, accept?: string) {
    let url = start;
    for (let step = 0; step < STEPS_MOST; step += 1) {
      const response = await this.get(url, accept);
      const location = response.headers.get('location');
      if (location === null) return { url, response };
      const next = new URL(location, url).href;
      await response.arrayBuffer();
      if (stopAt(next)) return { url: next, response };
      url = next;
    }
    throw new Error(`led in circles, at last to ${url}`);
  }

  #jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }
}
