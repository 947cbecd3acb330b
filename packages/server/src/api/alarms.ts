/** /alarms: what people wait for, and what has come true. */

import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { TooManyTrials } from '../alarms/alarm-service.ts';
import { mayAll } from '../alarms/keeper.ts';
import { TooManyTests } from '../alarms/test-notices.ts';
import { type Caller, mayEverywhere } from '../auth/caller.ts';
import { Problem } from '../errors.ts';
import {
  ALARMS_MAX,
  type AlarmRecord,
  FIRINGS_TAKE_MAX,
  type LostKeeper,
  TOO_MANY_ALARMS,
} from '../store/alarms.ts';
import { retentionCut } from '../store/retention.ts';
import { callerOf, siteFor, sitesFor } from './access.ts';
import { alarmBody, firingBody, isVisible } from './alarm-bodies.ts';
import { demandsState, hasCondition } from './alarm-etag.ts';
import { alarmEvents } from './alarm-events.ts';
import {
  AlarmPathSchema,
  alarmOperations,
  FiringsQuerySchema,
  TargetPathSchema,
} from './alarm-operations.ts';
import {
  AlarmListSchema,
  AlarmSchema,
  FiringListSchema,
  NewAlarmSchema,
  TargetTestSchema,
  TrialSchema,
  TrialWishSchema,
} from './alarm-schemas.ts';
import { readAlarmWish, readRule } from './alarm-wish.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import type { BodyQuery } from './body-query.ts';
import { readInstant } from './instant.ts';
import { BODY_BYTES, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes } from './operation.ts';
import { Query } from './query-string.ts';
import { askedSites } from './scopes.ts';

const DAY_MS = 86_400_000;
const TRIAL_DAYS = 31;
const TAKE = 100;
/** Of a change that others come before. */
const TRIES = 3;
const AT_THE_SAME_TIME = 'Others change the alarm at the same time; look at it again.';

type OfAlarm = FastifyRequest<{ Params: { id: string } }>;
type OfTarget = FastifyRequest<{ Params: { id: string; target: string } }>;

export function alarmRoutes(api: Api): AddRoutes {
  const { control } = api;
  const all = (): readonly AlarmRecord[] => control.snapshot().alarms ?? [];

  function visible(request: OfAlarm): AlarmRecord {
    const alarm = all().find(({ id }) => id === request.params.id);
    if (alarm !== undefined && isVisible(api, callerOf(request), alarm)) return alarm;
    throw new Problem('not-found', 'There is no alarm of this id, or you may not see it.');
  }

  /** One that is to be changed. */
  function editable(request: OfAlarm): AlarmRecord {
    const alarm = visible(request);
    if (mayAll(callerOf(request), 'admin', alarm)) return alarm;
    throw new Problem('scope-missing', 'An alarm is changed by who is an admin of all its sites.');
  }

  /** As named, or else all on which the caller may do what is asked; null: all there will ever be. */
  function sitesIn(caller: Caller, body: BodyQuery): readonly string[] | null {
    const named = body.ids('sites');
    if (named !== null) return [...new Set(named.map((id) => siteFor(control, caller, id).id))];
    if (mayEverywhere(caller, caller.doing ?? 'read')) return null;
    return sitesFor(control, caller).map(({ id }) => id);
  }

  async function put(alarm: AlarmRecord): Promise<AlarmRecord> {
    try {
      await control.alarms.put(alarm);
      return alarm;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code !== TOO_MANY_ALARMS) throw error;
      throw new Problem('too-many', `There are ${ALARMS_MAX} alarms, which is the most.`);
    }
  }

  /** What is changed is what is there: where somebody else was faster it is found anew, or not any more. */
  async function change<Found extends { readonly before: AlarmRecord }>(
    find: () => Found,
    made: (found: Found, lost: LostKeeper | null) => AlarmRecord,
  ): Promise<Found & { readonly alarm: AlarmRecord; readonly lost: LostKeeper | null }> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const found = find();
      const { before } = found;
      const lost = api.alarms.lostKeeper(before);
      if (lost !== null) await api.alarms.settleKeeper(before);
      const alarm = made(found, lost);
      const isWritten = await control.alarms.change(alarm, { before, lost: lost !== null });
      if (isWritten) return { ...found, alarm, lost };
    }
    throw new Problem('other-state', AT_THE_SAME_TIME);
  }

  /** `find`: what is there before; null: it is made. A site that may not be seen is told before anything else. */
  async function write(
    request: FastifyRequest,
    find: (() => AlarmRecord) | null,
  ): Promise<Static<typeof AlarmSchema>> {
    const caller = callerOf(request);
    const read = <Before extends AlarmRecord | null>(found: () => Before) => {
      const body = jsonBody(request, NewAlarmSchema);
      const asked = sitesIn(caller, body);
      const before = found();
      const tools = { secretKey: api.secretKey, rule: api.alarms.hosts, known: before?.targets ?? [] };
      const wish = readAlarmWish(body, tools);
      const sites = body.has('sites') || before === null ? asked : before.sites;
      body.settle();
      if (before !== null) demandsState(request, before);
      return { before, wish, sites };
    };
    const made = ({ before, wish, sites }: ReturnType<typeof read>): AlarmRecord => {
      const now = api.now();
      return {
        id: before?.id ?? `alarm_${randomBytes(8).toString('hex')}`,
        ready: before?.ready ?? false,
        created: before?.created ?? now,
        ...wish,
        sites,
        changed: now,
        changedBy: caller.keyId,
        lost: null,
        lostThrough: before?.lostThrough ?? 0,
      };
    };
    const alarm =
      find === null ? await put(made(read(() => null))) : (await change(() => read(find), made)).alarm;
    const { sites } = alarm;
    // Where entries go is told; of an address the host alone, since the rest may hold a token.
    const targets = alarm.targets.map(({ kind, url }) => `${kind} ${new URL(url).host}`);
    noteForAudit(request, {
      target: alarm.id,
      details: { name: alarm.name, rule: alarm.rule, enabled: alarm.enabled, sites, targets },
    });
    return alarmBody(api, caller, alarm, await control.alarms.progress());
  }

  /** Of one that nobody answers for it begins anew; of any other nothing but its keeper changes. */
  async function takeOver(request: OfAlarm): Promise<Static<typeof AlarmSchema>> {
    noParameters(request);
    const { keyId } = callerOf(request);
    const { alarm, before, lost } = await change(
      () => ({ before: editable(request) }),
      (found, loss) => {
        const changed = loss === null ? found.before.changed : api.now();
        return { ...found.before, changed, changedBy: keyId, lost: null };
      },
    );
    const details = { name: alarm.name, before: before.changedBy, why: lost?.why ?? null };
    noteForAudit(request, { target: alarm.id, details });
    return alarmBody(api, callerOf(request), alarm, await control.alarms.progress());
  }

  async function one(request: OfAlarm, reply: FastifyReply): Promise<Static<typeof AlarmSchema>> {
    noParameters(request);
    const body = alarmBody(api, callerOf(request), visible(request), await control.alarms.progress());
    // Not with the answer to a PUT: what is kept is not what was sent, byte for byte (RFC 9110, 9.3.4).
    if (body.etag !== null) reply.header('etag', body.etag);
    return body;
  }

  async function remove(request: OfAlarm, reply: FastifyReply): Promise<void> {
    noParameters(request);
    for (let tried = 0; tried < TRIES; tried += 1) {
      const before = editable(request);
      const { id, ready, name } = before;
      if (ready) throw new Problem('other-state', 'It comes with the server; switch it off instead.');
      demandsState(request, before);
      noteForAudit(request, { target: id, details: { name } });
      const read = hasCondition(request) ? { before, lost: before.lost !== null } : undefined;
      const isRemoved = await control.alarms.remove(id, read);
      if (!isRemoved && read !== undefined) continue;
      reply.code(204).send();
      await reply;
      return;
    }
    throw new Problem('other-state', AT_THE_SAME_TIME);
  }

  async function make(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.code(201).send(await write(request, null));
    await reply;
  }

  async function tryIt(request: FastifyRequest): Promise<Static<typeof TrialSchema>> {
    const body = jsonBody(request, TrialWishSchema);
    const caller = callerOf(request);
    const read = readRule(body);
    const { from, to } = rangeIn(body, api.now());
    const only = sitesIn(caller, body);
    body.settle();
    if (read === null) throw new Problem('bad-request', 'The rule cannot be read.');
    const sites = sitesFor(control, caller)
      .filter(({ id }) => only === null || only.includes(id))
      .map(({ id, name, retentionDays }) => ({ id, name, kept: retentionCut(api.now(), retentionDays) }));
    const trial = await tried(() => api.alarms.tryAlarm({ rule: read.rule, sites, from, to }));
    const iso = (at: number) => new Date(at).toISOString();
    return {
      from: iso(from),
      to: iso(to),
      through: iso(trial.through),
      complete: trial.through >= to,
      looked: trial.looked,
      fired: trial.fired,
      stations: trial.stations,
      firings: trial.firings.map(({ site, charger, at, entries }) => ({
        site,
        station: charger,
        time: iso(at),
        entries: [...entries],
      })),
      hints: read.hints.map(({ column, message }) => ({ column, message })),
    };
  }

  async function test(request: OfTarget): Promise<Static<typeof TargetTestSchema>> {
    noParameters(request);
    const alarm = editable(request);
    const target = alarm.targets.find(({ id }) => id === request.params.target);
    if (target === undefined) throw new Problem('not-found', 'The alarm has no target of this id.');
    const readable = sitesFor(control, callerOf(request));
    const site = readable.find(({ id }) => alarm.sites === null || alarm.sites.includes(id));
    if (site === undefined) {
      throw new Problem(
        'other-state',
        'A test notice names a site, and this server has none yet: add one first.',
      );
    }
    const error = await tested(() => api.alarms.testTarget({ alarm, target, site }));
    // Of its address the host alone, as where an alarm is made.
    const to = `${target.kind} ${new URL(target.url).host}`;
    noteForAudit(request, {
      target: alarm.id,
      details: { name: alarm.name, targets: [to], delivered: error === null },
    });
    return { delivered: error === null, error };
  }

  async function firings(request: FastifyRequest): Promise<Static<typeof FiringListSchema>> {
    const caller = callerOf(request);
    const query = new Query(request.raw.url ?? '', Object.keys(FiringsQuerySchema.properties));
    const take = query.integer('take', 1, FIRINGS_TAKE_MAX, TAKE);
    const cursor = query.text('cursor');
    const before = cursor === null ? null : await control.alarms.numberOf(cursor);
    if (cursor !== null && before === null)
      query.fault('cursor', 'is none that was given, or its firing is gone; begin anew');
    const alarm = query.text('alarm');
    const { sites, named } = askedSites(api, request, query);
    query.settle();
    const everywhere = named === null && mayEverywhere(caller, 'read');
    const only = everywhere ? null : sites.map(({ id }) => id);
    const found = await control.alarms.firings({ alarm, sites: only, before, take: take + 1 });
    const shown = found.slice(0, take);
    const last = found.length > take ? shown.at(-1) : undefined;
    return {
      firings: shown.map((firing) => firingBody(api, caller, firing)),
      next_cursor: last?.id ?? null,
    };
  }

  const follow = alarmEvents(api);
  return (app) => {
    app.get(
      '/alarms',
      { config: describes(alarmOperations.list), schema: { response: { 200: AlarmListSchema } } },
      async (request) => {
        noParameters(request);
        const caller = callerOf(request);
        const progress = await control.alarms.progress();
        const shown = all().filter((alarm) => isVisible(api, caller, alarm));
        return { alarms: shown.map((alarm) => alarmBody(api, caller, alarm, progress)) };
      },
    );
    app.post(
      '/alarms',
      {
        config: describes(alarmOperations.make),
        bodyLimit: BODY_BYTES,
        schema: { response: { 201: AlarmSchema } },
      },
      make,
    );
    app.get(
      '/alarms/:id',
      {
        config: describes(alarmOperations.one),
        schema: { params: AlarmPathSchema, response: { 200: AlarmSchema } },
      },
      one,
    );
    app.put(
      '/alarms/:id',
      {
        config: describes(alarmOperations.replace),
        bodyLimit: BODY_BYTES,
        schema: { params: AlarmPathSchema, response: { 200: AlarmSchema } },
      },
      async (request) => write(request, () => editable(request)),
    );
    app.delete(
      '/alarms/:id',
      { config: describes(alarmOperations.remove), schema: { params: AlarmPathSchema } },
      remove,
    );
    app.post(
      '/alarms/try',
      {
        config: describes(alarmOperations.try),
        bodyLimit: BODY_BYTES,
        schema: { response: { 200: TrialSchema } },
      },
      tryIt,
    );
    app.post(
      '/alarms/:id/targets/:target/test',
      {
        config: describes(alarmOperations.test),
        schema: { params: TargetPathSchema, response: { 200: TargetTestSchema } },
      },
      test,
    );
    app.post(
      '/alarms/:id/keeper',
      {
        config: describes(alarmOperations.takeOver),
        schema: { params: AlarmPathSchema, response: { 200: AlarmSchema } },
      },
      takeOver,
    );
    app.get(
      '/alarms/firings',
      { config: describes(alarmOperations.firings), schema: { response: { 200: FiringListSchema } } },
      firings,
    );
    app.get('/alarms/events', { config: describes(alarmOperations.events) }, follow);
  };
}

async function tried<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TooManyTrials)) throw error;
    throw new Problem('too-many-requests', 'Other alarms are being tried; come again.', {
      headers: { 'retry-after': '5' },
    });
  }
}

async function tested<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TooManyTests)) throw error;
    throw new Problem('too-many-requests', 'Enough notices were tried in this minute; come again.', {
      headers: { 'retry-after': String(Math.ceil(error.waitMs / 1000)) },
    });
  }
}

function rangeIn(body: BodyQuery, now: number): { readonly from: number; readonly to: number } {
  const read = (name: string): number | null => {
    const text = body.text(name);
    if (text === null) return null;
    const instant = readInstant(text);
    if ('ms' in instant) return instant.ms;
    body.fault(name, instant.fault);
    return null;
  };
  const [start, to] = [read('from'), Math.min(read('to') ?? now, now)];
  const from = Math.max(0, start ?? to - DAY_MS);
  if (from >= to) body.fault('from', 'must be earlier than to, and than now');
  if (to - from > TRIAL_DAYS * DAY_MS) body.fault('from', `must be at most ${TRIAL_DAYS} days before to`);
  return { from, to };
}
