/**
 * Brings firings to their targets: some at a time, again after a while where one does not take it, and given up in the
 * end. How far each has come is kept with the firing, so that a server that starts again goes on.
 */

import {
  type AlarmRecord,
  type Alarms,
  type AlarmTarget,
  type Delivery,
  type FiringRecord,
  TARGETS_MAX,
  UNKEPT,
} from '../store/alarms.ts';
import type { ControlSnapshot } from '../store/control.ts';
import type { Sending } from './sending.ts';
import { targetSecret } from './target-secrets.ts';

/** Before the second attempt, the third and so on, ms. */
export const AGAIN_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000] as const;
/** Deliveries that wait, or are under way. */
export const DELIVERIES_MAX = 1_000;
const AT_ONCE = 8;
/** Until it is known whether somebody answers for the alarm, ms. */
const HELD_MS = 1_000;
/** Of a change that could not be written; it is written with the next one. */
const OVERFULL = `${DELIVERIES_MAX} deliveries wait already`;

export interface DeliveriesOptions {
  readonly alarms: Pick<Alarms, 'delivered'>;
  readonly snapshot: () => Pick<ControlSnapshot, 'alarms' | 'sites'>;
  /** Whether it is known that somebody answers for an alarm; not where control data may be old. */
  readonly isKept: (alarm: AlarmRecord) => boolean;
  /** null: it was taken; otherwise why not. */
  readonly send: (sending: Sending) => Promise<string | null>;
  readonly secretKey: Uint8Array;
  readonly now: () => number;
  /** Calls back after so many ms; what it returns takes that back. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly report: (line: string) => void;
}

interface Job {
  readonly firing: FiringRecord;
  readonly target: string;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #ready: Job[] = [];
  readonly #later = new Map<Job, () => void>();
  /** How far each firing has come, as long as something of it waits. */
  readonly #states = new Map<number, readonly Delivery[]>();
  readonly #running = new Set<Promise<void>>();
  /** Until it is known whether somebody answers for their alarm. */
  readonly #held = new Set<Job>();
  readonly #counts = { sent: 0, failed: 0, again: 0, elsewhere: 0, dropped: 0 };
  #closed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Firings for which there is room, however many targets each has. */
  get room(): number {
    return Math.max(0, Math.floor((DELIVERIES_MAX - this.waiting) / TARGETS_MAX));
  }

  get waiting(): number {
    return this.#ready.length + this.#later.size + this.#running.size;
  }

  counters(): Readonly<Record<string, number>> {
    return {
      alarms_deliveries_waiting: this.waiting,
      alarms_deliveries_held: this.#held.size,
      alarms_deliveries_sent_total: this.#counts.sent,
      alarms_deliveries_failed_total: this.#counts.failed,
      alarms_deliveries_repeated_total: this.#counts.again,
      alarms_deliveries_elsewhere_total: this.#counts.elsewhere,
      alarms_deliveries_dropped_total: this.#counts.dropped,
    };
  }

  /** What is under way here already goes on as it is. */
  add(firing: FiringRecord): void {
    if (this.#states.has(firing.n)) return;
    this.#states.set(firing.n, firing.deliveries);
    for (const { target, state, attempts, at } of firing.deliveries) {
      if (state !== 'waiting') continue;
      const job = { firing, target };
      if (this.waiting >= DELIVERIES_MAX) {
        this.#ended(job, { state: 'failed', error: OVERFULL, attempts });
        continue;
      }
      const due = at === null ? 0 : at + againAfter(attempts) - this.#options.now();
      this.#schedule(job, due);
    }
    this.#forget(firing.n);
  }

  /** Drops what waits of alarms that nobody answers for any more, or nobody did meanwhile. */
  sift(): void {
    const waiting = [...this.#ready, ...this.#later.keys()];
    for (const job of waiting.filter(({ firing }) => this.#fateOf(firing) === 'dropped')) {
      this.#held.delete(job);
      this.#later.get(job)?.();
      this.#later.delete(job);
      const at = this.#ready.indexOf(job);
      if (at >= 0) this.#ready.splice(at, 1);
      this.#ended(job, this.#droppedNow(job));
    }
  }

  /** Attempts under way come to their end; the rest is gone on with after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#later.values()) cancel();
    this.#later.clear();
    this.#held.clear();
    this.#ready.length = 0;
    await Promise.all(this.#running);
  }

  #schedule(job: Job, ms: number): void {
    if (this.#closed) return;
    if (ms > 0) {
      const cancel = this.#options.after(ms, () => {
        this.#later.delete(job);
        this.#ready.push(job);
        this.#goOn();
      });
      this.#later.set(job, cancel);
      return;
    }
    this.#ready.push(job);
    this.#goOn();
  }

  #goOn(): void {
    while (!this.#closed && this.#running.size < AT_ONCE) {
      const job = this.#ready.shift();
      if (job === undefined) return;
      const running: Promise<void> = this.#attempt(job).finally(() => {
        this.#running.delete(running);
        this.#goOn();
      });
      this.#running.add(running);
    }
  }

  /** Never rejects. */
  async #attempt(job: Job): Promise<void> {
    const { firing, target } = job;
    this.#held.delete(job);
    const states = this.#states.get(firing.n);
    // Another node has it.
    if (states === undefined) return;
    const fate = this.#fateOf(firing);
    if (fate === 'held') {
      this.#held.add(job);
      this.#schedule(job, HELD_MS);
      return;
    }
    if (fate === 'dropped') {
      await this.#write(job, this.#droppedNow(job));
      return;
    }
    const before = states.find((each) => each.target === target);
    const attempts = (before?.attempts ?? 0) + 1;
    const sending = this.#sendingOf(job);
    if (typeof sending === 'string') {
      await this.#write(job, { state: 'failed', error: sending, attempts });
      return;
    }
    const error = await this.#options.send(sending).catch((failure: unknown) => String(failure));
    if (error === null) {
      await this.#write(job, { state: 'sent', error: null, attempts });
      return;
    }
    const last = attempts > AGAIN_MS.length;
    const isOurs = await this.#write(job, { state: last ? 'failed' : 'waiting', error, attempts });
    if (last || !isOurs) return;
    this.#counts.again += 1;
    this.#schedule(job, againAfter(attempts));
  }

  #fateOf({ alarm: id, n }: FiringRecord): 'told' | 'held' | 'dropped' {
    const alarm = this.#options.snapshot().alarms?.find((each) => each.id === id);
    if (alarm === undefined) return 'told';
    if (alarm.lost !== null || n <= alarm.lostThrough) return 'dropped';
    return this.#options.isKept(alarm) ? 'told' : 'held';
  }

  #droppedNow({ firing, target }: Job): Pick<Delivery, 'state' | 'error' | 'attempts'> {
    const before = this.#states.get(firing.n)?.find((each) => each.target === target);
    return { state: 'dropped', error: UNKEPT, attempts: before?.attempts ?? 0 };
  }

  #sendingOf({ firing, target: id }: Job): Sending | string {
    const { alarms = [], sites } = this.#options.snapshot();
    const alarm = alarms.find((each) => each.id === firing.alarm);
    const target: AlarmTarget | undefined = alarm?.targets.find((each) => each.id === id);
    const site = sites.get(firing.site);
    if (alarm === undefined || target === undefined || site === undefined) {
      return 'the alarm, its target or its site is gone';
    }
    const known = targetSecret(this.#options.secretKey, target);
    if (known === 'lost') return 'its secret cannot be read: set it again';
    const { id: firingId, charger: station, at, fired, entries } = firing;
    const { name, rule } = alarm;
    const notice = {
      ...{ id: firingId, station, at, fired, entries },
      alarm: { id: alarm.id, name, rule },
      site: { id: site.id, name: site.name },
    };
    return { target, secret: known.secret, notice };
  }

  #ended(job: Job, state: Pick<Delivery, 'state' | 'error' | 'attempts'>): void {
    const running: Promise<void> = this.#write(job, state).then(() => {
      this.#running.delete(running);
      this.#goOn();
    });
    this.#running.add(running);
  }

  /** Never rejects. False where another node has it by now. */
  async #write(
    { firing: { n, node }, target }: Job,
    now: Pick<Delivery, 'state' | 'error' | 'attempts'>,
  ): Promise<boolean> {
    // What is dropped was not attempted then.
    const tried = now.state === 'dropped' ? {} : { at: this.#options.now() };
    const before = this.#states.get(n);
    if (before === undefined) return false;
    const states = before.map((each) => (each.target === target ? { ...each, ...now, ...tried } : each));
    this.#states.set(n, states);
    this.#forget(n);
    if (now.state === 'sent') this.#counts.sent += 1;
    if (now.state === 'failed') this.#counts.failed += 1;
    if (now.state === 'dropped') this.#counts.dropped += 1;
    try {
      if (await this.#options.alarms.delivered(n, states, node)) return true;
      this.#states.delete(n);
      this.#counts.elsewhere += 1;
      return false;
    } catch (error) {
      // It may be told twice after a start; never less than once.
      this.#options.report(
        `a delivery was not noted: ${error instanceof Error ? error.message : String(error)}`,
      );
      return true;
    }
  }

  #forget(n: number): void {
    if (this.#states.get(n)?.every(({ state }) => state !== 'waiting') === true) this.#states.delete(n);
  }
}

/** After so many attempts, ms. */
function againAfter(attempts: number): number {
  return AGAIN_MS[attempts - 1] ?? 0;
}
