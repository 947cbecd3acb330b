/** What the audit log is told of requests: of writes before they are answered, of reads beside it. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorOfId } from '../auth/actor.ts';
import type { AuditTrail, Happened } from '../auth/audit-trail.ts';
import type { Proxies } from '../auth/proxies.ts';
import type { AuditDetail } from '../store/audit.ts';
import type { Control } from '../store/control.ts';
import { foldedName, type UserRecord } from '../store/people.ts';
import { callerIfAny, sessionOf } from './access.ts';
import type { Api } from './api.ts';
import { operationOf } from './operation.ts';
import { peerOf } from './peer.ts';

export interface Note {
  readonly site?: string;
  readonly target?: string;
  /** Who signed in, on a route that nobody had to pass. */
  readonly user?: Pick<UserRecord, 'id' | 'name'>;
  /** Who sent a body that passed through the route, proven by its end. */
  readonly caller?: string;
  readonly details?: Readonly<Record<string, AuditDetail>>;
}

const notes = new WeakMap<FastifyRequest, Note>();
/** Those that are told already. */
const toldFirst = new WeakSet<FastifyRequest>();
/** A page of more sites than these is one record without a site. */
const SITES_MOST = 20;

/** What only the route knows. */
export function noteForAudit(request: FastifyRequest, note: Note): void {
  notes.set(request, { ...notes.get(request), ...note });
}

function actorOf(request: FastifyRequest, control: Control): Pick<Happened, 'actor' | 'name'> {
  const user = notes.get(request)?.user ?? sessionOf(request)?.user;
  if (user !== undefined) return { actor: user.id, name: user.name };
  const id = notes.get(request)?.caller ?? callerIfAny(request)?.keyId;
  return id === undefined ? { actor: 'nobody', name: 'nobody' } : actorOfId(id, control.snapshot());
}

function happened(
  request: FastifyRequest,
  { control, proxies }: { readonly control: Control; readonly proxies: Proxies },
): Omit<Happened, 'action'> {
  const { url = '' } = request.routeOptions;
  // Safe: Fastify keeps parameters of a path as text by their names.
  const { id = null, charger = null } = request.params as Readonly<Record<string, string>>;
  const ofSite = /\/sites?\/:id/.test(url);
  const note = notes.get(request) ?? {};
  return {
    ...actorOf(request, control),
    site: note.site ?? (ofSite ? id : null),
    target: note.target ?? charger ?? (ofSite ? null : id),
    address: peerOf(request, proxies).address,
    request: request.id,
    details: note.details ?? {},
  };
}

type Parts = Pick<Api, 'trail' | 'control' | 'proxies'>;

/** Of what goes on behind the answer: told before it begins. Rejects where that cannot be written. */
export async function auditFirst(parts: Parts, request: FastifyRequest, note: Note): Promise<void> {
  const action = operationOf(request.routeOptions.config)?.audit;
  if (action === undefined) throw new TypeError(`nothing is told of ${request.routeOptions.url}`);
  noteForAudit(request, note);
  await parts.trail.first({ ...happened(request, parts), action });
  toldFirst.add(request);
}

/** A file that is the answer to what asked for it. */
export function fileFetched(parts: Parts, request: FastifyRequest, note: Note): void {
  noteForAudit(request, note);
  parts.trail.often({ ...happened(request, parts), action: 'export-downloaded' });
}

/** Operations that name an action are written down where they were done. */
export function installAuditing(
  app: FastifyInstance,
  parts: { readonly trail: AuditTrail; readonly control: Control; readonly proxies: Proxies },
): void {
  const { trail } = parts;
  app.addHook('onSend', async (request, reply) => {
    const action = operationOf(request.routeOptions.config)?.audit;
    if (action === undefined || request.method === 'HEAD' || reply.statusCode >= 400) return;
    if (toldFirst.has(request)) return;
    // A sign-in by a provider leads on to a page, also where it failed.
    if (action === 'sign-in' && notes.get(request)?.user === undefined) return;
    // A preview only.
    if (action === 'import-run' && notes.get(request)?.site === undefined) return;
    // A question for its size only.
    if (action === 'export-asked' && notes.get(request)?.target === undefined) return;
    if (action === 'sign-out' && sessionOf(request) === null) return;
    const event = { ...happened(request, parts), action };
    // A file is fetched in parts.
    if (action === 'export-downloaded') trail.often(event);
    else await trail.write(event);
  });
}

/** The name that was tried is told where somebody has it: people type passwords into the wrong field. */
export function signInFailed(api: Api, request: FastifyRequest, name: string | null, why: string): void {
  const folded = name === null ? null : foldedName(name);
  const user = [...api.control.snapshot().users.values()].find((known) => foldedName(known.name) === folded);
  api.trail.often({
    ...happened(request, api),
    actor: 'nobody',
    name: 'nobody',
    action: 'sign-in-failed',
    target: user?.name ?? null,
    details: { why },
  });
}

/** Of messages word for word; together for each actor, site and minute. */
export function rawRead(api: Api, request: FastifyRequest, sites: readonly string[]): void {
  const event = { ...happened(request, api), action: 'raw-read', target: null } as const;
  if (sites.length > SITES_MOST) {
    api.trail.often({ ...event, site: null, details: { sites: sites.length } });
    return;
  }
  for (const site of sites) api.trail.often({ ...event, site });
}
