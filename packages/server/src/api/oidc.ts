/** /session/oidc: signing in by the OpenID provider that is configured. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OidcSignIn } from '../auth/oidc-sign-in.ts';
import { readState, STATE_MS, writeState } from '../auth/oidc-state.ts';
import { Problem } from '../errors.ts';
import { negotiate } from './accept.ts';
import type { Api } from './api.ts';
import { noteForAudit, signInFailed } from './auditing.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from './cookies.ts';
import { isPage } from './dashboard-files.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { peerOf } from './peer.ts';
import { asProblem } from './problems.ts';
import { Query } from './query-string.ts';
import { setSessionCookie } from './session-body.ts';

const STATE_COOKIE = 'ocpp_logs_oidc';
const START = '/explore';

const COMMON = { tag: 'People', scope: null, extension: true } as const;

const operations = {
  start: {
    ...COMMON,
    id: 'startOidc',
    summary: 'Sign in by the OpenID provider',
    description:
      'For a browser: leads to the provider, and from there back here. Where no provider is configured there is no such address.',
    query: Type.Object({
      to: Type.Optional(
        Type.String({ description: 'Path of the dashboard to go on with; /explore unless given.' }),
      ),
    }),
    answers: { 303: { description: 'To the provider.' } },
    problems: ['bad-request', 'not-found', 'provider-away'],
  },
  callback: {
    ...COMMON,
    id: 'finishOidc',
    audit: 'sign-in',
    summary: 'Back from the OpenID provider',
    description:
      'Where the provider sends the browser, to be registered there as redirect URI. Signs in as POST /session does and leads to the dashboard; a browser that cannot be signed in is led to /sign-in with the problem in the query.',
    query: Type.Object({
      code: Type.Optional(Type.String({ description: 'What the tokens are asked for with.' })),
      state: Type.Optional(Type.String({ description: 'Of the attempt that this browser began.' })),
      iss: Type.Optional(Type.String({ description: 'Which provider answers (RFC 9207).' })),
      error: Type.Optional(Type.String({ description: 'Why the provider refuses.' })),
    }),
    answers: { 303: { description: 'To the dashboard.' } },
    problems: ['not-found', 'sign-in-refused', 'user-unknown', 'provider-away', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

/** `hasPages`: whether there is a dashboard to lead browsers to. */
export function oidcRoutes(api: Api, hasPages: boolean): AddRoutes {
  function configured(): OidcSignIn {
    if (api.oidc !== null) return api.oidc;
    throw new Problem('not-found', 'No OpenID provider is configured here.');
  }

  /** Host and scheme as the browser knows them; the host has been checked at the door. */
  function redirectUri(request: FastifyRequest, oidc: OidcSignIn): string {
    const { host, secure } = peerOf(request, api.proxies);
    const here = `${secure ? 'https' : 'http'}://${host}${api.publicPath}/rest/v1/session/oidc/callback`;
    return oidc.settings.redirectUri ?? here;
  }

  function keepState(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number): void {
    // Lax: the provider's page leads back here, and a Strict cookie would not come along.
    const { secure } = peerOf(request, api.proxies);
    setCookie(reply, STATE_COOKIE, value, { sameSite: 'Lax', secure, maxAge });
  }

  async function start(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const oidc = configured();
    const query = new Query(request.raw.url ?? '', ['to']);
    const to = query.text('to') ?? START;
    if (!isPage(to)) query.fault('to', 'must be a path of the dashboard, such as /explore');
    query.settle();
    const back = redirectUri(request, oidc);
    const { url, ...begun } = await oidc.provider.begin(back);
    const expires = api.now() + STATE_MS;
    const state = writeState(api.secretKey, { ...begun, redirectUri: back, to, expires });
    keepState(request, reply, state, STATE_MS / 1000);
    await reply.redirect(url, 303);
  }

  async function finish(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const oidc = configured();
    const { secure } = peerOf(request, api.proxies);
    const begun = readState(api.secretKey, cookieOf(request, STATE_COOKIE, secure) ?? '', api.now());
    keepState(request, reply, '', 0);
    if (begun === null) {
      throw new Problem(
        'sign-in-refused',
        'This browser began no sign-in in the last 10 minutes; try again.',
      );
    }
    const [, query = ''] = (request.raw.url ?? '').split('?');
    const user = await oidc.userOf(await oidc.provider.finish(query, begun));
    noteForAudit(request, { user, details: { by: 'provider' } });
    const opened = await api.sessions.open(user, cookieOf(request, SESSION_COOKIE, secure));
    setSessionCookie(reply, opened, secure);
    await reply.redirect(`${api.publicPath}${begun.to}`, 303);
  }

  async function orNoted(request: FastifyRequest, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const { code } = asProblem(error);
      if (code !== 'not-found') signInFailed(api, request, null, `provider: ${code}`);
      throw error;
    }
  }

  /** A person sees a page and not a document; which problem it was stands in its address. */
  async function orPage(request: FastifyRequest, reply: FastifyReply, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const { code, status } = asProblem(error);
      if (status < 500) request.log.warn({ err: error }, 'sign-in by the provider failed');
      const page =
        negotiate(request.headers.accept, ['application/problem+json', 'text/html']) === 'text/html';
      if (!hasPages || !page || code === 'not-found') throw error;
      if (status >= 500) request.log.error({ err: error }, 'request failed');
      await reply.redirect(`${api.publicPath}/sign-in?problem=${code}`, 303);
    }
  }

  return (app) => {
    app.get('/session/oidc/start', { config: describes(operations.start) }, (request, reply) =>
      orPage(request, reply, start(request, reply)),
    );
    app.get('/session/oidc/callback', { config: describes(operations.callback) }, (request, reply) =>
      orPage(request, reply, orNoted(request, finish(request, reply))),
    );
  };
}
