/** Alarms as they are kept: what people wait for, whom they tell, and what has come true. */

import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent } from './audit.ts';

/** Whom an alarm tells. `sealed`: its secret, base64; null where it has none. */
export type AlarmTarget = WebhookTarget | MqttTarget | SyslogTarget;

interface Target {
  readonly id: string;
  readonly url: string;
  readonly sealed: string | null;
}

export interface WebhookTarget extends Target {
  readonly kind: 'webhook';
}

export interface MqttTarget extends Target {
  readonly kind: 'mqtt';
  readonly topic: string;
  readonly username: string | null;
}

export interface SyslogTarget extends Target {
  readonly kind: 'syslog';
}

export const TARGET_KINDS = ['webhook', 'mqtt', 'syslog'] as const;

export interface AlarmRecord {
  readonly id: string;
  readonly name: string;
  /** In the grammar of alarms. */
  readonly rule: string;
  /** null: all, also those that are made later. */
  readonly sites: readonly string[] | null;
  readonly enabled: boolean;
  /** Of one station it tells once in so many minutes; 0: as often as it comes true. */
  readonly quietMinutes: number;
  readonly targets: readonly AlarmTarget[];
  /** Whether it comes with the server: it can be switched off, and not removed. */
  readonly ready: boolean;
  readonly created: number;
  readonly changed: number;
  /**
   * Id of the key or person that changed it last or took it over, and answers for whom it tells: its keeper. null: it is as
   * it came.
   */
  readonly changedBy: string | null;
  /** Its keeper may not make it any more; null: its keeper may, or it needs none. */
  readonly lost: LostKeeper | null;
  /** What is told of firings up to this number goes to no target any more: they are of before the keeper was lost. */
  readonly lostThrough: number;
}

/** Why nobody answers for an alarm. */
export const KEEPER_LOSSES = [
  'unknown',
  'removed',
  'disabled',
  'revoked',
  'expired',
  'site-lost',
  'right-lost',
] as const;
export type KeeperLoss = (typeof KEEPER_LOSSES)[number];

export interface LostKeeper {
  readonly why: KeeperLoss;
  /** ms */
  readonly at: number;
}

/** What is to be written of a keeper that was lost. */
export interface KeeperLost extends LostKeeper {
  readonly alarm: string;
  /** As it was when that was seen: one that was changed or taken over meanwhile has another keeper. */
  readonly changed: number;
  readonly changedBy: string | null;
  /** Written with it; how many deliveries were dropped comes to its details, as `dropped`. */
  readonly event: AuditEvent;
}

/** What a change was made of. */
export interface AlarmRead {
  readonly before: AlarmRecord;
  /** Whether it must be written down by now that nobody answers for it; else it must not be. */
  readonly lost: boolean;
}

export interface AlarmProgress {
  readonly alarm: string;
  /** ms: what happened before is evaluated. */
  readonly through: number;
  /** How often it was told, and how often not because it was too often. */
  readonly fired: number;
  readonly suppressed: number;
}

export interface NewFiring {
  /** As it is told: it says nothing of how many others there are. */
  readonly id: string;
  readonly alarm: string;
  readonly site: string;
  readonly charger: string;
  /** Once for an alarm and site, whichever node sees it. */
  readonly key: string;
  /** ms: when it came true. */
  readonly at: number;
  /** ms: when it was seen. */
  readonly fired: number;
  /** Ids. */
  readonly entries: readonly string[];
  /** Data folder of the node that tells it on. */
  readonly node: string;
  readonly deliveries: readonly Delivery[];
  readonly quietMs: number;
}

export interface FiringRecord extends Omit<NewFiring, 'quietMs'> {
  /** Goes up by one with every firing of all sites, and is told to nobody. */
  readonly n: number;
}

/** `dropped`: nobody answered for the alarm any more. */
export const DELIVERY_STATES = ['waiting', 'sent', 'failed', 'dropped'] as const;

/** How a firing gets to one target. */
export interface Delivery {
  readonly target: string;
  readonly state: (typeof DELIVERY_STATES)[number];
  readonly attempts: number;
  /** ms: of the last attempt; null: there was none. */
  readonly at: number | null;
  /** Why the last one failed. */
  readonly error: string | null;
}

/** A number: it is kept under it. `known`: it was there; `quiet`, `suppressed`, `unkept`: it is not told. */
export type FireOutcome = number | 'known' | 'quiet' | 'suppressed' | 'unkept';

export interface FiringsQuery {
  /** null: of all alarms. */
  readonly alarm: string | null;
  /** null: of all sites. */
  readonly sites: readonly string[] | null;
  /** Only firings with a lower `n`. */
  readonly before: number | null;
  readonly take: number;
}

export const ALARMS_MAX = 200;
export const TARGETS_MAX = 5;
export const QUIET_MINUTES_MAX = 1_440;
/** Of one alarm in one minute, by when it came true. */
export const FIRINGS_A_MINUTE = 30;
/** Of all alarms; the oldest go. */
export const FIRINGS_MAX = 10_000;
export const FIRINGS_TAKE_MAX = 500;
/** Firings whose deliveries are gone on with after a start. */
export const UNDELIVERED_MAX = 1_000;

/** A node that shares control data tells that it lives this often, ms. */
export const TELLS_EVERY_MS = 5_000;
/** What waits for a node that told nothing for so long is brought to its targets by another, ms. */
export const TELLS_NO_MORE_MS = 20_000;
/** Firings taken over at once. */
export const TAKEN_OVER_MAX = 100;

/** Comes through calls between threads as a code. */
export const TOO_MANY_ALARMS = 'TOO_MANY_ALARMS';

export class TooManyAlarms extends Error {
  readonly code = TOO_MANY_ALARMS;

  constructor() {
    super(`there are ${ALARMS_MAX} alarms, which is the most`);
  }
}

/** ms; null: as before, as it has told nothing since its start; undefined: it ships nothing. */
export type Told = number | null | undefined;

/** Asynchronous face, as of `Control`. The alarms themselves are in its snapshot. */
export interface Alarms {
  /** Rejects with the code TOO_MANY_ALARMS. */
  put(alarm: AlarmRecord): Promise<void>;
  /** False, and nothing is written, where it is not there any more or not as it was read. */
  change(alarm: AlarmRecord, read: AlarmRead): Promise<boolean>;
  /** Those that are not there yet. */
  addReady(alarms: readonly AlarmRecord[]): Promise<void>;
  /** With its firings. False where there was none, or, where `read` is given, not as it was read. */
  remove(id: string, read?: AlarmRead): Promise<boolean>;
  progress(): Promise<readonly AlarmProgress[]>;
  /** What happened before `through`, ms, is evaluated by `node`; never goes back. */
  evaluated(alarms: readonly string[], through: number, node: string): Promise<void>;
  /** ms: through when this node has evaluated what it recorded itself; null: only what `progress` tells is known. */
  reached(node: string): Promise<number | null>;
  /** In the order of what it is given. Of a firing that several nodes see one keeps it. */
  fire(firings: readonly NewFiring[]): Promise<readonly FireOutcome[]>;
  /** Newest first. */
  firings(query: FiringsQuery): Promise<readonly FiringRecord[]>;
  /** The number of the firing of this id; null: it is not there, or not any more. */
  numberOf(firing: string): Promise<number | null>;
  /**
   * Writes down that nobody answers for an alarm any more, tells it to the audit log, and drops what waits for its targets
   * at whichever node. How many deliveries that were; null where another node was first, or the alarm has changed meanwhile.
   */
  lose(lost: KeeperLost): Promise<number | null>;
  /** False, and nothing is written, where another node has it by now. */
  delivered(n: number, deliveries: readonly Delivery[], node: string): Promise<boolean>;
  /** Of this node, oldest first. */
  undelivered(node: string): Promise<readonly FiringRecord[]>;
  /**
   * Tells that this node lives, and up to when others can read what its stations said (see {@link Told}). What waited for
   * nodes that tell no more is its own from now on, so many firings at most.
   */
  takeOver(node: string, most: number, told?: Told): Promise<readonly FiringRecord[]>;
  /** Up to when all nodes that live have told what their stations said, ms; null: none of them says. */
  toldThrough(): Promise<number | null>;
}

export function isAsRead(now: AlarmRecord, { before, lost }: AlarmRead): boolean {
  const compared = (alarm: AlarmRecord) => ({ ...alarm, lost: null, lostThrough: 0 });
  return (now.lost !== null) === lost && isDeepStrictEqual(compared(now), compared(before));
}

/** What is told to the audit log of a keeper that was lost. */
export function lossEvent({ event }: KeeperLost, dropped: number): AuditEvent {
  return { ...event, details: { ...event.details, dropped } };
}

/** What waits is dropped; how many that are. */
export function dropWaiting(
  deliveries: readonly Delivery[],
  error: string,
): { readonly deliveries: readonly Delivery[]; readonly dropped: number } {
  const left = deliveries.map(
    (each): Delivery => (each.state === 'waiting' ? { ...each, state: 'dropped', error } : each),
  );
  return { deliveries: left, dropped: deliveries.filter(({ state }) => state === 'waiting').length };
}

/** Told of a delivery that was dropped. */
export const UNKEPT = 'nobody answered for the alarm any more';

/** Of a site that is gone: those that change, and those that were for it alone. */
export function alarmsWithout(
  alarms: readonly AlarmRecord[],
  site: string,
): { readonly changed: readonly AlarmRecord[]; readonly gone: readonly AlarmRecord[] } {
  const named = alarms.filter(({ sites }) => sites?.includes(site) === true);
  const left = named.map((alarm) => ({ ...alarm, sites: alarm.sites?.filter((id) => id !== site) ?? null }));
  return {
    changed: left.filter(({ sites }) => sites === null || sites.length > 0),
    gone: left.filter(({ sites }) => sites?.length === 0),
  };
}
