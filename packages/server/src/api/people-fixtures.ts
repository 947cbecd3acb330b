/** People for tests, and a browser that keeps their cookies. */

import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { hashPassword } from '../auth/password.ts';
import { newLink } from '../auth/sign-in.ts';
import { newUser } from '../auth/user.ts';
import type { RoleAt, UserRecord } from '../store/people.ts';
import type { ControlDouble } from './fixtures.ts';

export const PASSWORD = 'correct horse battery';
/** Quick; what a real one costs is no matter of these tests. */
export const CHEAP = { ln: 4, r: 8, p: 1 } as const;

export async function addUser(
  control: Pick<ControlDouble, 'people'>,
  name: string,
  roles: readonly RoleAt[],
): Promise<UserRecord> {
  const user = newUser({ name, roles, password: await hashPassword(PASSWORD, CHEAP) }, 1_000);
  await control.people.addUser(user);
  return user;
}

export async function addLink(
  control: Pick<ControlDouble, 'people'>,
  user: string | null,
  now: number,
): Promise<string> {
  const { token, record } = newLink(user, now);
  await control.people.putLink(record);
  return token;
}

export class Browser {
  readonly #app: FastifyInstance;
  cookie: string | null = null;
  csrf: string | null = null;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** With the cookie, and on writes with the token against forged ones. */
  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LightMyRequestResponse> {
    const request: InjectOptions = {
      method,
      url,
      headers: {
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...(this.csrf === null || method === 'GET' ? {} : { 'x-csrf-token': this.csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    };
    const answer = await this.#app.inject(request);
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.#keep(line);
    return answer;
  }

  async signIn(user: string, password: string = PASSWORD): Promise<LightMyRequestResponse> {
    return this.#signedIn(await this.send('POST', '/session', { user, password }));
  }

  async follow(token: string): Promise<LightMyRequestResponse> {
    return this.#signedIn(await this.send('POST', '/session', { token }));
  }

  #signedIn(answer: LightMyRequestResponse): LightMyRequestResponse {
    if (answer.statusCode === 201) this.csrf = answer.json<{ csrf: string }>().csrf;
    return answer;
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    if (!/^(?:__Host-)?ocpp_logs_session=/.test(pair)) return;
    this.cookie = /Max-Age=0/.test(line) ? null : pair;
  }
}
