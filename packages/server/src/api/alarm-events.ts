/** GET /alarms/events: firings as server-sent events. */

import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { FIRINGS_TAKE_MAX, type FiringRecord } from '../store/alarms.ts';
import { callerOf, mayStillRead, mayStillSee, sitesFor } from './access.ts';
import { firingBody } from './alarm-bodies.ts';
import type { Api } from './api.ts';
import { beginEvents, demandsEvents } from './event-stream.ts';
import { noParameters } from './json-body.ts';
import { sseEvent, sseHeartbeat } from './sse.ts';

const HEARTBEAT = 15_000;
const FOLLOWERS_MAX = 100;
const OF_KEY_MAX = 20;
/** What a slow reader has not taken; more, and it is ended: it comes back and goes on behind what it has. */
const UNREAD_BYTES = 1024 * 1024;

/** Of who has been told nothing yet, as there was nothing to tell: whatever is there later is new. */
const NOTHING = 'firing_none';
/** Ids of firings begin with it; anything else was never given. */
const OURS = 'firing_';

/** The number of the firing behind which to begin; null: with what comes from now on. */
async function placeOf(api: Api, lastEventId: string | undefined): Promise<number | null> {
  if (lastEventId === undefined || !lastEventId.startsWith(OURS)) return null;
  if (lastEventId === NOTHING) return 0;
  // Of one that is gone it is not known what came since: better twice than never.
  return (await api.control.alarms.numberOf(lastEventId)) ?? 0;
}

export function alarmEvents(api: Api): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const open = new Map<ServerResponse, { readonly key: string; readonly check: () => void }>();
  api.control.onChange(() => {
    for (const { check } of open.values()) check();
  });
  return async (request, reply) => {
    noParameters(request);
    const caller = callerOf(request);
    demandsEvents(request, 'Firings are');
    const ofKey = [...open.values()].filter(({ key }) => key === caller.keyId).length;
    if (open.size >= FOLLOWERS_MAX || ofKey >= OF_KEY_MAX) {
      throw new Problem('too-many-requests', 'Enough connections follow the firings already.', {
        headers: { 'retry-after': '10' },
      });
    }
    const response = beginEvents(request, reply);
    if (response === null) return;
    let sent = 0;
    /** Of a site that the caller reads: ids of others would tell when there is something. */
    let last = NOTHING;
    const tell = (firing: FiringRecord): void => {
      if (firing.n <= sent || response.writableEnded) return;
      sent = firing.n;
      if (!mayStillRead(api.control, caller, firing.site, api.now())) return;
      if (response.writableLength > UNREAD_BYTES) {
        response.destroy();
        return;
      }
      last = firing.id;
      response.write(
        sseEvent(firing.id, 'firing', Buffer.from(JSON.stringify(firingBody(api, caller, firing)))),
      );
    };
    const end = () => response.end();
    const allowed = () =>
      sitesFor(api.control, caller).some(({ id }) => mayStillSee(api.control, caller, id, api.now()));
    const check = () => {
      if (!allowed()) end();
    };
    open.set(response, { key: caller.keyId, check });
    const heart = setInterval(() => {
      check();
      if (!response.writableEnded) response.write(sseHeartbeat(last));
    }, HEARTBEAT);
    const held: FiringRecord[] = [];
    let ready = false;
    const leave = api.alarms.listen((firing) => {
      if (ready) tell(firing);
      else held.push(firing);
    });
    response.once('close', () => {
      clearInterval(heart);
      leave();
      open.delete(response);
      api.closing.removeEventListener('abort', end);
    });
    api.closing.addEventListener('abort', end, { once: true });
    const sites = sitesFor(api.control, caller).map(({ id }) => id);
    const header = request.headers['last-event-id'];
    try {
      const after = await placeOf(api, typeof header === 'string' ? header : undefined);
      const wanted = { alarm: null, sites, before: null, take: after === null ? 1 : FIRINGS_TAKE_MAX };
      const before = await api.control.alarms.firings(wanted);
      // The right to it may have gone meanwhile.
      if (response.writableEnded) return;
      const [newest] = before;
      if (after === null && newest !== undefined) [sent, last] = [newest.n, newest.id];
      if (after !== null) last = after === 0 ? NOTHING : String(header);
      response.write(sseHeartbeat(last));
      if (after !== null) for (const firing of before.filter(({ n }) => n > after).reverse()) tell(firing);
      ready = true;
      for (const firing of held) tell(firing);
    } catch (error) {
      // It comes back with its last event id.
      request.log.warn({ err: error }, 'firings cannot be followed now');
      end();
    }
  };
}
