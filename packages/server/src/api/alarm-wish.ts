/** An alarm as somebody wants it, read from a body. */

import { randomBytes } from 'node:crypto';
import { type AlarmRule, parseAlarm, type QueryHint } from '@ocpp-logs/core';
import { hostRefusal } from '../alarms/sending.ts';
import { sealTargetSecret } from '../alarms/target-secrets.ts';
import { topicFault, urlFault } from '../alarms/targets.ts';
import type { UpstreamRule } from '../auth/upstream-rule.ts';
import { nameFault } from '../auth/user.ts';
import {
  type AlarmRecord,
  type AlarmTarget,
  QUIET_MINUTES_MAX,
  TARGET_KINDS,
  TARGETS_MAX,
} from '../store/alarms.ts';
import type { BodyQuery } from './body-query.ts';

export type AlarmWish = Pick<AlarmRecord, 'name' | 'rule' | 'enabled' | 'quietMinutes' | 'targets'>;

export interface WishTools {
  readonly secretKey: Uint8Array;
  /** `alarms.allow`. */
  readonly rule: UpstreamRule;
  /** That the alarm has already. */
  readonly known: readonly AlarmTarget[];
}

const SECRET_MAX = 1_000;

export function readAlarmWish(body: BodyQuery, tools: WishTools): AlarmWish {
  const name = body.text('name');
  const wrong = name === null ? 'is required' : nameFault(name);
  if (wrong !== null) body.fault('name', wrong);
  readRule(body);
  const quietMinutes = body.integer('quiet_minutes', 0, 0);
  if (quietMinutes > QUIET_MINUTES_MAX) body.fault('quiet_minutes', `must be at most ${QUIET_MINUTES_MAX}`);
  const enabled = body.has('enabled') ? body.flag('enabled') : true;
  return {
    name: name ?? '',
    rule: body.text('rule') ?? '',
    enabled,
    quietMinutes,
    targets: readTargets(body, tools),
  };
}

/** null where it cannot be read, which is a fault of the body. */
export function readRule(
  body: BodyQuery,
): { readonly rule: AlarmRule; readonly hints: readonly QueryHint[] } | null {
  const text = body.text('rule');
  if (text === null) {
    body.fault('rule', 'is required');
    return null;
  }
  const parsed = parseAlarm(text);
  if (parsed.kind === 'rule') return parsed;
  const { column, message } = parsed.error;
  body.fault('rule', message, { column });
  return null;
}

function readTargets(body: BodyQuery, tools: WishTools): readonly AlarmTarget[] {
  const given = body.value('targets') ?? [];
  if (!Array.isArray(given) || given.length > TARGETS_MAX) {
    body.fault('targets', `must be an array of at most ${TARGETS_MAX} targets`);
    return [];
  }
  return given.flatMap((each: unknown, at) => readTarget(body, `targets[${at}]`, each, tools) ?? []);
}

const MEMBERS = ['id', 'kind', 'url', 'topic', 'username', 'secret'];

function readTarget(body: BodyQuery, place: string, given: unknown, tools: WishTools): AlarmTarget | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    body.fault(place, 'must be an object');
    return null;
  }
  const members = new Map<string, unknown>(Object.entries(given).filter(([, value]) => value !== null));
  for (const name of members.keys()) {
    if (!MEMBERS.includes(name))
      body.fault(`${place}.${name}`, `is nothing here; known are ${MEMBERS.join(', ')}`);
  }
  const text = (name: string): string | null => {
    const value = members.get(name);
    if (value === undefined || typeof value === 'string') return value ?? null;
    body.fault(`${place}.${name}`, 'must be a text');
    return null;
  };
  const kind = TARGET_KINDS.find((known) => known === text('kind'));
  if (kind === undefined) {
    body.fault(`${place}.kind`, `must be one of ${TARGET_KINDS.join(', ')}`);
    return null;
  }
  const url = text('url') ?? '';
  const wrong = urlFault(kind, url) ?? hostRefusal(url, tools.rule);
  if (wrong !== null) body.fault(`${place}.url`, wrong);
  const known = tools.known.find(({ id }) => id === text('id'));
  const id = known?.id ?? `target_${randomBytes(8).toString('hex')}`;
  const secret = text('secret');
  if (secret !== null && (secret === '' || secret.length > SECRET_MAX)) {
    body.fault(`${place}.secret`, `must have 1 to ${SECRET_MAX} characters`);
  }
  const sealed =
    'secret' in given ? sealedOf(secret, id, tools) : keptSecret(body, place, known, { kind, url });
  if (kind === 'syslog' && sealed !== null) body.fault(`${place}.secret`, 'is nothing that syslog has');
  if (kind !== 'mqtt') return { id, kind, url, sealed };
  const topic = text('topic') ?? '';
  const unfit = topicFault(topic);
  if (unfit !== null) body.fault(`${place}.topic`, unfit);
  const username = text('username');
  // MQTT 3.1.1 3.1.2.9: no password without a user.
  if (username === null && sealed !== null)
    body.fault(`${place}.username`, 'is required where there is a secret');
  return { id, kind, url, sealed, topic, username };
}

function sealedOf(secret: string | null, id: string, { secretKey }: WishTools): string | null {
  return secret === null ? null : sealTargetSecret(secretKey, id, secret);
}

/** Without TLS, or with another protocol, it is another place: a secret would be sent there that was only signed with. */
function whereOf(url: string): string {
  const { protocol, host } = URL.parse(url) ?? {};
  return `${protocol}//${host}`;
}

/** Who may change an alarm need not know its secrets: they are not told to another host. */
function keptSecret(
  body: BodyQuery,
  place: string,
  known: AlarmTarget | undefined,
  { kind, url }: Pick<AlarmTarget, 'kind' | 'url'>,
): string | null {
  if (known === undefined || known.sealed === null) return null;
  const elsewhere = known.kind !== kind || whereOf(known.url) !== whereOf(url);
  if (elsewhere) {
    body.fault(`${place}.secret`, 'must be given again, or be null, as the target is at another place');
  }
  return known.sealed;
}
