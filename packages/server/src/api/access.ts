/** The door: own host name, no foreign page, credentials, scope. Every route passes through here. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Authenticator,
  type Credentials,
  type PassingBody,
  receivedBefore,
} from '../auth/authenticate.ts';
import {
  type Caller,
  callerOfUser,
  isKnown,
  mayDo,
  mayDoAt,
  mayEverywhere,
  maySee,
  type Right,
  ROLE_FOR,
  scopeFor,
} from '../auth/caller.ts';
import { isOwnHost, type OwnNames } from '../auth/host.ts';
import type { Proxies } from '../auth/proxies.ts';
import { isCsrfToken } from '../auth/session-token.ts';
import { livingUser, type Session, type Sessions } from '../auth/sessions.ts';
import { isForeignOrigin } from '../capture/origin.ts';
import { Problem } from '../errors.ts';
import type { Control, Site } from '../store/control.ts';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';
import { isPassedOn } from './forwarding.ts';
import { byNewest, confirmed, learnt } from './newest.ts';
import { type Operation, operationOf } from './operation.ts';
import { peerOf } from './peer.ts';
import type { RequestRate } from './request-rate.ts';

const SAFE = new Set(['GET', 'HEAD']);
const NO_BODY = new Uint8Array();
const callers = new WeakMap<FastifyRequest, Caller>();
const sessions = new WeakMap<FastifyRequest, Session>();
/** Of signed requests whose body passes through the route. */
const passing = new WeakMap<FastifyRequest, Claim>();

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function credentialsOf(request: FastifyRequest): Credentials {
  return {
    authorization: request.headers.authorization,
    apiKey: header(request, 'x-api-key'),
    timestamp: header(request, 'x-req-timestamp'),
    signature: header(request, 'x-signature'),
  };
}

/** A browser sends its cookie whether it is meant or not: what is sent on purpose goes before it. */
function hasKey({ authorization, apiKey, signature }: Credentials): boolean {
  return authorization !== undefined || apiKey !== undefined || signature !== undefined;
}

function lacking(caller: Caller, right: Right, where = ''): Problem {
  const needed =
    caller.session === null ? `a key with the scope ${scopeFor(right)}` : `the role ${ROLE_FOR[right]}`;
  return new Problem('scope-missing', `This needs ${needed}${where}.`);
}

interface Closed extends Pick<Operation, 'streamed' | 'everywhere'> {
  readonly scope: Right;
}

/** null for an operation that is open to everyone. */
function closed(request: FastifyRequest): Closed | null {
  const operation = operationOf(request.routeOptions.config);
  return operation === null || operation.scope === null ? null : { ...operation, scope: operation.scope };
}

function refusalOf(caller: Caller, { scope, everywhere }: Closed): Problem | null {
  if (!mayDo(caller, scope)) return lacking(caller, scope);
  if (everywhere && !mayEverywhere(caller, scope)) return lacking(caller, scope, ' on all sites');
  return null;
}

function checkRight(caller: Caller, operation: Closed): void {
  const refusal = refusalOf(caller, operation);
  if (refusal !== null) throw refusal;
}

function enter(request: FastifyRequest, caller: Caller, operation: Closed): void {
  checkRight(caller, operation);
  callers.set(request, { ...caller, doing: operation.scope });
}

/** Of a request that passed the door; it sees the sites on which it may do what the route does. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error(`no caller: ${request.method} ${request.routeOptions.url} is open`);
  return caller;
}

/** null: nobody has shown who it is. */
export function callerIfAny(request: FastifyRequest): Caller | null {
  return callers.get(request) ?? null;
}

/** Of the person that is signed in; null for a key, and on open routes for nobody. */
export function sessionOf(request: FastifyRequest): Session | null {
  return sessions.get(request) ?? null;
}

/** Who is asking, on a route whose body passes through. Nothing is done for a claim and nothing told to it before it is proven. */
export interface Claim extends Omit<PassingBody, 'settle'> {
  settle(): Promise<Caller>;
  readonly proven: boolean;
  /** What whom the request names may not do. */
  readonly refusal: Problem | null;
}

/** Of a route that is `streamed`; it must be told of every chunk of the body, and be settled. */
export function claimOf(request: FastifyRequest): Claim {
  const known = callers.get(request);
  if (known) {
    return {
      claimed: known,
      proven: true,
      refusal: null,
      update: () => undefined,
      settle: async () => known,
    };
  }
  const body = passing.get(request);
  if (!body) throw new Error(`no caller: ${request.method} ${request.routeOptions.url} is open`);
  return body;
}

export interface Door {
  readonly authenticator: Authenticator;
  readonly control: Pick<Control, 'snapshot' | 'isCurrent' | 'refresh' | 'firstUse'>;
  readonly sessions: Sessions;
  readonly own: OwnNames;
  readonly proxies: Proxies;
  readonly rate: RequestRate;
}

export function guard(app: FastifyInstance, door: Door): void {
  const { authenticator, control, sessions: known, own, proxies, rate } = door;
  /** Another node may have begun it just now. */
  const found = async (token: string): Promise<Session | null> =>
    known.find(token) ?? ((await learnt(control)) ? known.find(token) : null);
  app.addHook('onRequest', async (request, reply) => {
    const { host, address, secure } = peerOf(request, proxies);
    const counted = <T>(check: () => T) => countedBy(rate, address, reply, () => byNewest(control, check));
    if (!isOwnHost(host, own)) {
      throw new Problem(
        'host-unknown',
        'Add the name to the setting hosts if this server should answer to it.',
      );
    }
    if (hasTwoHosts(request.raw.rawHeaders)) {
      throw new Problem('bad-request', 'A request has one Host header (RFC 9112 3.2).');
    }
    const safe = SAFE.has(request.method);
    if (!safe && isForeignOrigin(request.headers, host ?? null)) {
      throw new Problem('origin-foreign', 'The Origin header names another host than this server.');
    }
    const operation = closed(request);
    const credentials = credentialsOf(request);
    // Another node may have got it by another way than it comes by here; no page can add that header.
    const byTls = secure && !isPassedOn(request);
    const cookie = hasKey(credentials) ? null : cookieOf(request, SESSION_COOKIE, byTls);
    if (cookie !== null || (operation !== null && !authenticator.isOwn(credentials))) {
      await confirmed(control);
    }
    const session = cookie === null ? null : await found(cookie);
    if (session !== null) sessions.set(request, session);
    if (operation === null) {
      if (isUnlimited(request)) return;
      if (session === null) rate.ofAddress(address, reply);
      else rate.ofCaller(session.caller.keyId, reply);
      return;
    }
    if (cookie !== null) {
      const { caller } = await counted(() => living(session));
      rate.ofCaller(caller.keyId, reply);
      if (!safe) checkCsrf(request, cookie);
      enter(request, caller, operation);
    } else if (safe || !authenticator.needsBody(credentials)) {
      const caller = await counted(() => authenticator.authenticate(lineOf(request), credentials, NO_BODY));
      rate.ofCaller(caller.keyId, reply);
      enter(request, caller, operation);
    } else if (operation.streamed === true) {
      const body = await counted(() => authenticator.passing(lineOf(request), credentials));
      // Nobody has proven yet to have this key: who only names it must not use up what it may.
      rate.ofAddress(address, reply);
      passing.set(
        request,
        claimed(body, operation, () => onceOnly(door, request)),
      );
    } else {
      await counted(() => authenticator.precheck(credentials));
      rate.ofAddress(address, reply);
    }
  });
  app.addHook('preHandler', async (request) => {
    // Another node may have made it just now.
    const site = request.routeOptions.url?.includes('/site/:id') ? idOf(request.params) : null;
    if (site !== null && !control.snapshot().sites.has(site)) await learnt(control);
  });
  app.addHook('preHandler', async (request, reply) => {
    const operation = closed(request);
    if (operation === null || callers.has(request) || passing.has(request)) return;
    const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
    const caller = authenticator.authenticate(lineOf(request), credentialsOf(request), body);
    await onceOnly(door, request);
    rate.ofCaller(caller.keyId, reply);
    enter(request, caller, operation);
  });
}

/** Which of them counts is read differently by every program on the way. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (/^host$/i.test(rawHeaders[at] ?? '')) hosts += 1;
  return hosts > 1;
}

/** What is refused counts for the address; too many of them are told so instead. */
async function countedBy<T>(
  rate: RequestRate,
  address: string,
  reply: FastifyReply,
  check: () => Promise<T>,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    rate.ofAddress(address, reply);
    throw error;
  }
}

function idOf(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('id' in params)) return null;
  return typeof params.id === 'string' ? params.id : null;
}

function living(session: Session | null): Session {
  if (session === null) throw new Problem('credentials-invalid', 'The session has ended; sign in again.');
  return session;
}

function isUnlimited(request: FastifyRequest): boolean {
  return operationOf(request.routeOptions.config)?.unlimited === true;
}

/** A write that was signed once is not taken again, at whichever node: each knows what it has seen itself. */
async function onceOnly({ authenticator, control }: Door, request: FastifyRequest): Promise<void> {
  const replay = SAFE.has(request.method) ? null : authenticator.replayOf(credentialsOf(request));
  if (replay !== null && !(await control.firstUse(replay.digest, replay.until))) throw receivedBefore();
}

function claimed(body: PassingBody, operation: Closed, once: () => Promise<void>): Claim {
  const { scope: doing } = operation;
  return {
    claimed: { ...body.claimed, doing },
    proven: false,
    refusal: refusalOf(body.claimed, operation),
    update: (chunk) => body.update(chunk),
    async settle() {
      const caller = body.settle();
      await once();
      checkRight(caller, operation);
      return { ...caller, doing };
    },
  };
}

/** Of a write by a session; an open route that changes one asks for it by itself. */
export function checkCsrf(request: FastifyRequest, token: string): void {
  if (isCsrfToken(token, header(request, 'x-csrf-token') ?? '')) return;
  throw new Problem('csrf', 'A write of a session needs the header x-csrf-token: csrf of GET /session.');
}

function lineOf(request: FastifyRequest): { readonly method: string; readonly url: string } {
  return { method: request.method, url: request.raw.url ?? '/' };
}

/** Unknown and unreadable are one answer, so that nobody learns which sites exist. */
export function siteFor(control: Control, caller: Caller, id: string): Site {
  const site = isKnown(caller, id) ? control.snapshot().sites.get(id) : undefined;
  if (!site) throw new Problem('site-not-found', 'There is no site of this id, or you may not see it.');
  if (!maySee(caller, id)) throw lacking(caller, caller.doing ?? 'read', ' on this site');
  return site;
}

/** Whether the caller may call the stations of a site. */
export function mayCommand(caller: Caller, site: string): boolean {
  return mayDoAt(caller, 'command', site);
}

/** Of an answer that takes long: keys are revoked, sessions end and roles change while it is open. */
export function mayStillRead(control: Control, caller: Caller, site: string, now: number): boolean {
  return control.snapshot().sites.has(site) && mayStillSee(control, caller, site, now);
}

/** The same of a site that may only come to be. */
export function mayStillSee(control: Control, caller: Caller, site: string, now: number): boolean {
  const snapshot = control.snapshot();
  if (
    !control.isCurrent() &&
    (caller.session !== null || snapshot.keys.some(({ id }) => id === caller.keyId))
  ) {
    return false;
  }
  if (caller.session !== null) {
    const session = snapshot.sessions.get(caller.session);
    const user = session && livingUser(snapshot, session, now);
    if (!user) return false;
    return maySee({ ...callerOfUser(user, caller.session), doing: caller.doing }, site);
  }
  const key = snapshot.keys.find(({ id }) => id === caller.keyId);
  const ended = key && (key.revoked || (key.expires !== null && key.expires <= now));
  return !ended && maySee(caller, site);
}

/** Every site that the caller may see, by id. */
export function sitesFor(control: Control, caller: Caller): readonly Site[] {
  return [...control.snapshot().sites.values()].filter((site) => maySee(caller, site.id));
}
