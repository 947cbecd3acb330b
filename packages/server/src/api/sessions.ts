/** /session: signing in, who is signed in, the own password, signing out. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { passwordFault } from '../auth/password.ts';
import type { Session } from '../auth/sessions.ts';
import { isUnfinished, nameFault } from '../auth/user.ts';
import { Problem } from '../errors.ts';
import type { UserRecord } from '../store/people.ts';
import { checkCsrf, sessionOf } from './access.ts';
import type { Api } from './api.ts';
import { noteForAudit, signInFailed } from './auditing.ts';
import type { BodyQuery } from './body-query.ts';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';
import { BODY_BYTES, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes } from './operation.ts';
import { peerOf } from './peer.ts';
import { toldAsProblem } from './people-problems.ts';
import { dropSessionCookie, type SignInMethod, sessionBody, setSessionCookie } from './session-body.ts';
import { sessionOperations as operations } from './session-operations.ts';
import { MethodsSchema, OwnUserSchema, SessionSchema, SignInSchema } from './session-schemas.ts';

export function sessionRoutes(api: Api): AddRoutes {
  const { sessions, signIn, control } = api;
  const methods: readonly SignInMethod[] = api.oidc === null ? ['password'] : ['password', 'oidc'];

  function ownCookie(request: FastifyRequest): string | null {
    return cookieOf(request, SESSION_COOKIE, peerOf(request, api.proxies).secure);
  }

  function signedIn(request: FastifyRequest): Session {
    const session = sessionOf(request);
    if (session !== null) return session;
    const cookie = ownCookie(request);
    if (cookie === null) throw new Problem('credentials-missing', 'Nobody is signed in: POST /session.');
    throw new Problem('credentials-invalid', 'The session has ended; sign in again.');
  }

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    user: UserRecord,
    status: 200 | 201,
    byLink = false,
  ): Promise<void> {
    const opened = await sessions.open(user, ownCookie(request), byLink);
    setSessionCookie(reply, opened, peerOf(request, api.proxies).secure);
    reply.code(status).send(sessionBody(opened, methods));
    await reply;
  }

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = jsonBody(request, SignInSchema);
    const [token, name, password] = [body.text('token'), body.text('user'), body.text('password')];
    if (token === null) {
      for (const [parameter, value] of [['user', name] as const, ['password', password] as const]) {
        if (value === null) body.fault(parameter, 'is required, unless a token is given');
      }
    } else if (name !== null || password !== null) {
      body.fault('token', 'is given together with a user or password; one of both is meant');
    }
    body.settle();
    const { address } = peerOf(request, api.proxies);
    const by = token === null ? 'password' : 'link';
    const found =
      token === null ? signIn.byPassword(name ?? '', password ?? '', address) : signIn.byLink(token, address);
    const user = await found.catch((error: unknown) => {
      signInFailed(api, request, name, by);
      throw error;
    });
    noteForAudit(request, { user, details: { by } });
    await begin(request, reply, user, 201, token !== null);
  }

  /** The own user's new name, where it may still be chosen. */
  function newName(body: BodyQuery, user: UserRecord): string {
    const name = body.text('name');
    if (name === null) return user.name;
    const fault = isUnfinished(user) ? nameFault(name) : 'is changed by an admin';
    if (fault !== null && name !== user.name) body.fault('name', fault);
    return name;
  }

  async function change(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { user, setsPasswordUntil } = signedIn(request);
    const known = user.password !== null && setsPasswordUntil === null;
    checkCsrf(request, ownCookie(request) ?? '');
    const body = jsonBody(request, OwnUserSchema);
    const password = body.text('password');
    const fault = password === null ? 'is required' : passwordFault(password);
    if (fault !== null) body.fault('password', fault);
    const current = body.text('current_password');
    if (known && current === null) body.fault('current_password', 'is required');
    const name = newName(body, user);
    body.settle();
    const { address } = peerOf(request, api.proxies);
    if (known && !(await signIn.checkPassword(user, current ?? '', address))) {
      signInFailed(api, request, user.name, 'change of the password');
      body.fault('current_password', 'is not the password of this user');
      body.settle();
    }
    const hash = await signIn.hash(password ?? '');
    const changed = await toldAsProblem(control.people.changeUser(user.id, { name, password: hash }));
    if (changed === null) throw new Problem('credentials-invalid', 'The user was removed.');
    await control.people.endSessionsOf(user.id);
    await begin(request, reply, changed, 200);
  }

  async function close(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    noParameters(request);
    const cookie = ownCookie(request);
    if (cookie !== null && sessionOf(request) !== null) {
      checkCsrf(request, cookie);
      await sessions.end(cookie);
    }
    dropSessionCookie(reply, peerOf(request, api.proxies).secure);
    reply.code(204).send();
    await reply;
  }

  const answers = { response: { 200: SessionSchema, 201: SessionSchema } };
  return (app) => {
    app.post(
      '/session',
      { config: describes(operations.open), bodyLimit: BODY_BYTES, schema: answers },
      open,
    );
    app.get('/session', { config: describes(operations.read), schema: answers }, async (request) => {
      noParameters(request);
      return sessionBody(signedIn(request), methods);
    });
    app.patch(
      '/session',
      { config: describes(operations.change), bodyLimit: BODY_BYTES, schema: answers },
      change,
    );
    app.delete('/session', { config: describes(operations.close) }, close);
    app.get(
      '/session/methods',
      { config: describes(operations.methods), schema: { response: { 200: MethodsSchema } } },
      async (request) => {
        noParameters(request);
        return { methods: [...methods] };
      },
    );
  };
}
