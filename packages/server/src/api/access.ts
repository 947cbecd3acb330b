/** The door: own host name, no foreign page, credentials, scope. Every route passes through here. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator, Credentials, PassingBody } from '../auth/authenticate.ts';
import { type Caller, mayDo, maySee } from '../auth/caller.ts';
import { isOwnHost, type OwnNames } from '../auth/host.ts';
import { isForeignOrigin } from '../capture/origin.ts';
import { Problem } from '../errors.ts';
import type { Control, Scope, Site } from '../store/control.ts';
import { operationOf } from './operation.ts';

const SAFE = new Set(['GET', 'HEAD']);
const NO_BODY = new Uint8Array();
const callers = new WeakMap<FastifyRequest, Caller>();
/** Of signed requests whose body passes through the route. */
const passing = new WeakMap<FastifyRequest, PassingBody>();

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

function lacking(scope: Scope): Problem {
  return new Problem('scope-missing', `This needs a key with the scope ${scope}.`);
}

function enter(request: FastifyRequest, caller: Caller, scope: Scope): void {
  if (!mayDo(caller, scope)) throw lacking(scope);
  callers.set(request, caller);
}

/** Of a request that passed the door. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error(`no caller: ${request.method} ${request.routeOptions.url} is open`);
  return caller;
}

/** Of a route that is `streamed`; it must be told of every chunk of the body, and be settled. */
export function claimOf(request: FastifyRequest): PassingBody {
  const known = callers.get(request);
  if (known) return { claimed: known, update: () => undefined, settle: () => known };
  const body = passing.get(request);
  if (!body) throw new Error(`no caller: ${request.method} ${request.routeOptions.url} is open`);
  return body;
}

export function guard(app: FastifyInstance, authenticator: Authenticator, own: OwnNames): void {
  app.addHook('onRequest', async (request) => {
    const { host } = request.headers;
    if (!isOwnHost(host, own)) {
      throw new Problem(
        'host-unknown',
        'Add the name to the setting hosts if this server should answer to it.',
      );
    }
    const safe = SAFE.has(request.method);
    if (!safe && isForeignOrigin(request.headers, null)) {
      throw new Problem('origin-foreign', 'The Origin header names another host than this server.');
    }
    const operation = operationOf(request.routeOptions.config);
    const scope = operation?.scope ?? null;
    if (scope === null) return;
    const credentials = credentialsOf(request);
    if (safe || !authenticator.needsBody(credentials)) {
      enter(request, authenticator.authenticate(lineOf(request), credentials, NO_BODY), scope);
    } else if (operation?.streamed === true) {
      const body = authenticator.passing(lineOf(request), credentials);
      if (!mayDo(body.claimed, scope)) throw lacking(scope);
      passing.set(request, body);
    } else {
      authenticator.precheck(credentials);
    }
  });
  app.addHook('preHandler', async (request) => {
    const scope = operationOf(request.routeOptions.config)?.scope ?? null;
    if (scope === null || callers.has(request) || passing.has(request)) return;
    const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
    enter(request, authenticator.authenticate(lineOf(request), credentialsOf(request), body), scope);
  });
}

function lineOf(request: FastifyRequest): { readonly method: string; readonly url: string } {
  return { method: request.method, url: request.raw.url ?? '/' };
}

/** Whether stations of this site, which the caller may see, may be called by them. */
export function mayCommand(caller: Caller, site: string): boolean {
  return mayDo(caller, 'admin') && maySee(caller, site);
}

/** Unknown and unreadable are one answer, so that nobody learns which sites exist. */
export function siteFor(control: Control, caller: Caller, id: string): Site {
  const site = maySee(caller, id) ? control.snapshot().sites.get(id) : undefined;
  if (!site) throw new Problem('site-not-found', 'No site of this id is readable by this key.');
  return site;
}

/** Of an answer that takes long: keys are revoked and expire while it is open. */
export function mayStillRead(control: Control, caller: Caller, site: string, now: number): boolean {
  const { keys, sites } = control.snapshot();
  const key = keys.find(({ id }) => id === caller.keyId);
  const ended = key && (key.revoked || (key.expires !== null && key.expires <= now));
  return !ended && sites.has(site) && maySee(caller, site);
}

/** Every site that the caller may see, by id. */
export function sitesFor(control: Control, caller: Caller): readonly Site[] {
  return [...control.snapshot().sites.values()].filter((site) => maySee(caller, site.id));
}
