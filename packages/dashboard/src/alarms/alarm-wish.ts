/** An alarm as the form holds it, and as the server takes it. */

import type { AlarmBody, TargetBody } from './alarm-answers.ts';

export const TARGET_KINDS = ['webhook', 'mqtt', 'syslog'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

export const KIND_WORDS: Readonly<Record<TargetKind, { readonly label: string; readonly example: string }>> =
  {
    webhook: { label: 'Webhook', example: 'https://hooks.example/ocpp' },
    mqtt: { label: 'MQTT', example: 'mqtts://broker.example:8883' },
    syslog: { label: 'Syslog', example: 'tcp://logs.example:601' },
  };

export interface TargetValue {
  /** Of a target that is there; '' for a new one. */
  readonly id: string;
  readonly kind: TargetKind;
  readonly url: string;
  readonly topic: string;
  readonly username: string;
  /** '': as it is. */
  readonly secret: string;
  readonly hasSecret: boolean;
}

export interface AlarmValue {
  readonly name: string;
  readonly rule: string;
  readonly sites: readonly string[] | null;
  readonly enabled: boolean;
  readonly quiet: string;
  readonly targets: readonly TargetValue[];
}

export const NEW_TARGET: TargetValue = {
  id: '',
  kind: 'webhook',
  url: '',
  topic: '',
  username: '',
  secret: '',
  hasSecret: false,
};

export const NEW_ALARM: AlarmValue = {
  name: '',
  rule: '',
  sites: null,
  enabled: true,
  quiet: '15',
  targets: [],
};

export function alarmValue({ name, rule, sites, enabled, quiet_minutes, targets }: AlarmBody): AlarmValue {
  return { name, rule, sites, enabled, quiet: String(quiet_minutes), targets: targets.map(targetValue) };
}

function targetValue({ id, kind, url, topic, username, has_secret }: TargetBody): TargetValue {
  return {
    id,
    kind: TARGET_KINDS.find((known) => known === kind) ?? 'webhook',
    url: url ?? '',
    topic: topic ?? '',
    username: username ?? '',
    secret: '',
    hasSecret: has_secret,
  };
}

/** `sites` null: all of which one is an admin. */
export function alarmWish({ quiet, targets, ...rest }: AlarmValue): object {
  return {
    ...rest,
    quiet_minutes: Number(quiet) || 0,
    targets: targets.map(targetWish),
  };
}

/** Whether a target is no longer as the server keeps it. */
export function isEdited(target: TargetValue, kept: readonly TargetValue[]): boolean {
  const before = kept.find(({ id }) => id === target.id);
  return before === undefined || JSON.stringify(targetWish(before)) !== JSON.stringify(targetWish(target));
}

function targetWish({ id, kind, url, topic, username, secret }: TargetValue): object {
  return {
    kind,
    url,
    ...(id === '' ? {} : { id }),
    ...(kind === 'mqtt' ? { topic, ...(username === '' ? {} : { username }) } : {}),
    ...(secret === '' || kind === 'syslog' ? {} : { secret }),
  };
}
