/** Who sees which alarm, and how alarms and firings are shown. */

import { parseAlarm } from '@ocpp-logs/core';
import type { Static } from 'typebox';
import { mayAll, needsKeeper } from '../alarms/keeper.ts';
import { actorOfId } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { AlarmProgress, AlarmRecord, FiringRecord } from '../store/alarms.ts';
import { sitesFor } from './access.ts';
import { etagOf } from './alarm-etag.ts';
import type { AlarmSchema, FiringSchema } from './alarm-schemas.ts';
import type { Api } from './api.ts';

export function isVisible(api: Api, caller: Caller, { sites }: AlarmRecord): boolean {
  // One of all sites is there before the first site is.
  if (sites === null && mayAll(caller, 'read', { sites })) return true;
  const readable = sitesFor(api.control, { ...caller, doing: 'read' });
  return sites === null ? readable.length > 0 : readable.some(({ id }) => sites.includes(id));
}

export function alarmBody(
  api: Api,
  caller: Caller,
  alarm: AlarmRecord,
  progress: readonly AlarmProgress[],
): Static<typeof AlarmSchema> {
  const snapshot = api.control.snapshot();
  const editable = mayAll(caller, 'admin', alarm);
  // They tell how often it was true of sites that are nobody's business who may not read those.
  const whole = mayAll(caller, 'read', alarm);
  const { fired = 0, suppressed = 0 } = progress.find((each) => each.alarm === alarm.id) ?? {};
  const parsed = parseAlarm(alarm.rule);
  const readable = new Set(sitesFor(api.control, { ...caller, doing: 'read' }).map(({ id }) => id));
  const lost = api.alarms.lostKeeper(alarm);
  const keeper = editable && needsKeeper(alarm) ? alarm.changedBy : null;
  return {
    id: alarm.id,
    name: alarm.name,
    rule: alarm.rule,
    sites: alarm.sites?.filter((site) => editable || readable.has(site)) ?? null,
    enabled: alarm.enabled,
    quiet_minutes: alarm.quietMinutes,
    targets: alarm.targets.map((target) => ({
      id: target.id,
      kind: target.kind,
      url: editable ? target.url : null,
      topic: editable && target.kind === 'mqtt' ? target.topic : null,
      username: editable && target.kind === 'mqtt' ? target.username : null,
      has_secret: target.sealed !== null,
    })),
    ready: alarm.ready,
    editable,
    etag: editable ? etagOf(alarm) : null,
    changed: new Date(alarm.changed).toISOString(),
    keeper: keeper === null ? null : actorOfId(keeper, snapshot).name,
    unkept: lost === null ? null : { reason: lost.why, since: new Date(lost.at).toISOString() },
    fired: whole ? fired : null,
    suppressed: whole ? suppressed : null,
    fault: parsed.kind === 'fault' ? parsed.error.message : null,
  };
}

export function firingBody(api: Api, caller: Caller, firing: FiringRecord): Static<typeof FiringSchema> {
  const { id, alarm, site, charger, at, fired, entries, deliveries } = firing;
  const known = api.control.snapshot().alarms?.find((each) => each.id === alarm);
  const editable = known !== undefined && mayAll(caller, 'admin', known);
  const told = editable ? deliveries : [];
  return {
    id,
    alarm,
    alarm_name: known?.name ?? null,
    site,
    station: charger,
    time: new Date(at).toISOString(),
    fired: new Date(fired).toISOString(),
    entries: [...entries],
    deliveries: told.map((each) => ({
      ...each,
      at: each.at === null ? null : new Date(each.at).toISOString(),
    })),
  };
}
