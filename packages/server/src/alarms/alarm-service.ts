/** Alarms on the server's own thread: hands changes on to theirs, keeps what came true, and tells of it. */

import { randomBytes } from 'node:crypto';
import type { UpstreamRule } from '../auth/upstream-rule.ts';
import type { CommittedChange } from '../capture/recorder/recorder.ts';
import {
  type AlarmProgress,
  type AlarmRecord,
  type Alarms,
  type Delivery,
  FIRINGS_TAKE_MAX,
  type FireOutcome,
  type FiringRecord,
  type LostKeeper,
  type NewFiring,
  TELLS_EVERY_MS,
} from '../store/alarms.ts';
import type { Control, ControlSnapshot } from '../store/control.ts';
import type { OtherNodes } from '../store/other-nodes.ts';
import type { AlarmEvaluator } from './alarm-thread.ts';
import { atMost } from './at-most.ts';
import { Deliveries } from './deliveries.ts';
import type { ActiveAlarm, SeenFiring } from './evaluation.ts';
import { Keepers, type KeepersOptions } from './keepers.ts';
import { readyAlarms } from './ready.ts';
import { type TestNotice, TestNotices } from './test-notices.ts';
import type { Trial, TrialWish } from './trial.ts';

export interface AlarmServiceOptions {
  readonly control: Pick<Control, 'snapshot' | 'isCurrent' | 'onChange' | 'shared'> & {
    readonly alarms: Alarms;
  };
  /** Ids of the tokens that this process was started with. */
  readonly tokens: KeepersOptions['tokens'];
  readonly onCommit: (listener: (site: string, changes: readonly CommittedChange[]) => void) => () => void;
  /** null: what this server records is all there is. */
  readonly others: OtherNodes | null;
  /** Up to when others can read what its stations said, ms; null: that is not known yet. */
  readonly told: () => number | null;
  readonly thread: (onFirings: (firings: readonly SeenFiring[]) => void) => AlarmEvaluator;
  /** Where alarms may be told to. */
  readonly hosts: UpstreamRule;
  /** Name of the data folder among those that share control data. */
  readonly node: string;
  readonly secretKey: Uint8Array;
  readonly now: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly report: (line: string) => void;
}

const TICK_MS = 1_000;
/** How far it has come is written down this often, ms. */
const NOTED_MS = 30_000;
/** Firings that wait to be kept; more are left out, and counted. */
const KEEPING_MAX = 1_000;
const KEPT_AT_ONCE = 50;
const KEEP_AGAIN_MS = 2_000;
/** Firings of other nodes are looked for this often while somebody listens, ms. */
const OTHERS_MS = 2_000;
/** For the last look before the end; what it did not see is looked at after the next start. */
const LAST_MS = 1_000;
const TRIALS_MAX = 4;
/** More digits than ids of earlier versions could have. */
const ID_BYTES = 12;

/** A trial that cannot be made now. */
export class TooManyTrials extends Error {
  override readonly name = 'TooManyTrials';
}

export class AlarmService {
  readonly hosts: UpstreamRule;
  readonly #options: AlarmServiceOptions;
  readonly #thread: AlarmEvaluator;
  readonly #deliveries: Deliveries;
  readonly #tests: TestNotices;
  readonly #keepers: Keepers;
  readonly #listeners = new Set<(firing: FiringRecord) => void>();
  readonly #counts = { fired: 0, suppressed: 0, quiet: 0, leftOut: 0, takenOver: 0, unkept: 0 };
  #unsubscribe: () => void = () => undefined;
  #cancelTick: () => void = () => undefined;
  #cancelLook: () => void = () => undefined;
  #cancelTakeOver: () => void = () => undefined;
  #progress: ReadonlyMap<string, AlarmProgress> = new Map();
  #reached: number | null = null;
  #active: readonly ActiveAlarm[] = [];
  #followed: readonly string[] = [];
  #leave: () => void = () => undefined;
  #keeping: SeenFiring[] = [];
  #isKeeping: Promise<void> | null = null;
  #ticking: Promise<void> | null = null;
  #noted = 0;
  #trials = 0;
  /** Of what was told to those who listen. */
  #lastTold = 0;
  /** Up to when all nodes that live told what their stations said, ms; null: nobody says. */
  #heard: number | null = null;
  #closed = false;

  constructor(options: AlarmServiceOptions) {
    this.hosts = options.hosts;
    this.#options = options;
    this.#thread = options.thread((firings) => this.#seen(firings));
    this.#keepers = new Keepers(options);
    this.#deliveries = new Deliveries({
      ...options,
      isKept: (alarm) => options.control.isCurrent() && this.#keepers.lostOf(alarm) === null,
      alarms: options.control.alarms,
      snapshot: () => options.control.snapshot(),
      send: (sending) => this.#thread.send(sending),
    });
    this.#tests = new TestNotices({ ...options, send: (sending) => this.#thread.send(sending) });
  }

  /** null: the target took it; otherwise why not. Rejects with a TooManyTests. */
  testTarget(test: TestNotice): Promise<string | null> {
    return this.#tests.send(test);
  }

  /** null: somebody answers for the alarm. */
  lostKeeper(alarm: AlarmRecord): LostKeeper | null {
    return this.#keepers.lostOf(alarm);
  }

  /** Before somebody else answers for an alarm: what waits of one that nobody did is dropped by then, or it rejects. */
  settleKeeper(alarm: AlarmRecord): Promise<void> {
    return this.#keepers.settle(alarm);
  }

  async start(): Promise<void> {
    const { control, now, node } = this.#options;
    await control.alarms.addReady(readyAlarms(now()));
    this.#progress = new Map((await control.alarms.progress()).map((each) => [each.alarm, each]));
    const [newest] = await control.alarms.firings({ alarm: null, sites: null, before: null, take: 1 });
    this.#lastTold = newest?.n ?? 0;
    this.#reached = await control.alarms.reached(node);
    // Before it has any firing: nobody else is to take it over.
    if (control.shared) await this.#tellsOfItself();
    for (const firing of await control.alarms.undelivered(node)) this.#deliveries.add(firing);
    const listen =
      (elsewhere: boolean) => (site: string, changes: readonly Pick<CommittedChange, 'id'>[]) => {
        if (this.#active.length === 0) return;
        this.#thread.changed(
          site,
          changes.map(({ id }) => id),
          elsewhere,
        );
      };
    this.#unsubscribe = this.#options.onCommit(listen(false));
    this.#options.others?.listen(listen(true), () => this.#thread.missed(this.#followed));
    control.onChange((snapshot) => this.#update(snapshot));
    this.#update(control.snapshot());
    this.#tickSoon();
    if (!control.shared) return;
    this.#lookSoon();
    this.#takeOverSoon();
  }

  /** From now on; firings of other nodes, too. Returns the call that ends it. */
  listen(listener: (firing: FiringRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rejects with a TooManyTrials where enough are under way. */
  async tryAlarm(wish: TrialWish): Promise<Trial> {
    if (this.#trials >= TRIALS_MAX) throw new TooManyTrials();
    this.#trials += 1;
    try {
      return await this.#thread.tryAlarm(wish);
    } finally {
      this.#trials -= 1;
    }
  }

  counters(): Readonly<Record<string, number>> {
    return {
      ...this.#thread.counters(),
      ...this.#deliveries.counters(),
      ...this.#tests.counters(),
      ...this.#keepers.counters(),
      alarms_active: this.#active.length,
      alarms_firings_total: this.#counts.fired,
      alarms_firings_suppressed_total: this.#counts.suppressed,
      alarms_firings_quiet_total: this.#counts.quiet,
      alarms_firings_unkept_total: this.#counts.unkept,
      alarms_firings_left_out_total: this.#counts.leftOut,
      alarms_firings_waiting: this.#keeping.length,
      alarms_firings_taken_over_total: this.#counts.takenOver,
      alarms_silence_lag_seconds: Math.max(0, this.#options.now() - (this.#heard ?? Infinity)) / 1000,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const timers = [this.#cancelTick, this.#cancelLook, this.#cancelTakeOver];
    for (const cancel of [this.#unsubscribe, ...timers, this.#leave]) cancel();
    await atMost(LAST_MS, this.#last());
    // What a target does not answer in this time is sent again after the next start.
    await atMost(LAST_MS, this.#deliveries.close());
    await this.#thread.close();
  }

  async #last(): Promise<void> {
    await this.#ticking;
    await this.#tick(true);
    await this.#isKeeping;
  }

  #update({ alarms = [], sites }: ControlSnapshot): void {
    this.#keepers.judge();
    this.#deliveries.sift();
    const active = alarms
      .filter((alarm) => alarm.enabled && this.#isEvaluated(alarm))
      .map((alarm) => this.#activeOf(alarm, sites));
    if (JSON.stringify(active) === JSON.stringify(this.#active)) return;
    this.#active = active;
    void this.#thread.set(active);
    void this.#follow([...new Set(active.flatMap((alarm) => alarm.sites.map(({ id }) => id)))].sort());
  }

  /** What comes with the server goes on telling who reads its sites, whoever had it tell others. */
  #isEvaluated(alarm: AlarmRecord): boolean {
    return alarm.ready || this.#keepers.lostOf(alarm) === null;
  }

  #activeOf({ id, rule, sites: only, changed }: AlarmRecord, sites: ControlSnapshot['sites']): ActiveAlarm {
    const meant = [...sites.values()].filter((site) => only === null || only.includes(site.id));
    return {
      id,
      rule,
      sites: meant.map((site) => ({ id: site.id, name: site.name })),
      since: changed,
      through: this.#reached ?? this.#progress.get(id)?.through ?? null,
      anywhere: this.#progress.get(id)?.through ?? null,
    };
  }

  async #follow(sites: readonly string[]): Promise<void> {
    const { others } = this.#options;
    if (others === null) return;
    if (JSON.stringify(sites) === JSON.stringify(this.#followed)) {
      // An alarm that is new has yet to see what is there.
      this.#thread.missed(sites);
      return;
    }
    this.#followed = sites;
    const before = this.#leave;
    const { leave } = await others.follow(sites);
    if (this.#closed || this.#followed !== sites) {
      leave();
    } else {
      this.#leave = leave;
      this.#thread.missed(sites);
    }
    before();
  }

  #tickSoon(): void {
    if (this.#closed) return;
    this.#cancelTick = this.#options.after(TICK_MS, () => {
      this.#ticking = this.#tick(false).finally(() => this.#tickSoon());
    });
  }

  /** Never rejects. `last`: how far it has come is written down in any case. */
  async #tick(last: boolean): Promise<void> {
    const { control, node, now, report } = this.#options;
    // Keys expire without anybody changing anything.
    if (this.#keepers.judge()) this.#update(control.snapshot());
    const ids = this.#active.map(({ id }) => id);
    if (ids.length === 0) return;
    try {
      const through = await this.#thread.tick(this.#heard);
      await this.#isKeeping;
      if (through === null || this.#keeping.length > 0) return;
      if (!last && now() - this.#noted < NOTED_MS) return;
      this.#noted = now();
      await control.alarms.evaluated(ids, through, node);
    } catch (error) {
      report(`alarms: ${messageOf(error)}`);
    }
  }

  #seen(firings: readonly SeenFiring[]): void {
    const room = Math.max(0, KEEPING_MAX - this.#keeping.length);
    this.#counts.leftOut += Math.max(0, firings.length - room);
    this.#keeping.push(...firings.slice(0, room));
    this.#isKeeping ??= this.#keepAll().finally(() => {
      this.#isKeeping = null;
    });
  }

  /** Never rejects. Where control data is away, it is tried again until the server stops. */
  async #keepAll(): Promise<void> {
    while (this.#keeping.length > 0) {
      const some = this.#keeping.slice(0, KEPT_AT_ONCE);
      const firings = some.map((firing) => this.#newFiring(firing));
      try {
        const outcomes = await this.#options.control.alarms.fire(firings);
        this.#keeping = this.#keeping.slice(some.length);
        for (const [at, outcome] of outcomes.entries()) this.#kept(firings[at], outcome);
      } catch (error) {
        this.#options.report(`what alarms saw could not be kept: ${messageOf(error)}`);
        // After a start all of it is evaluated again.
        if (this.#closed) return;
        await new Promise<void>((resolve) => void this.#options.after(KEEP_AGAIN_MS, resolve));
      }
    }
  }

  #newFiring({ alarm, site, charger, key, at, entries }: SeenFiring): NewFiring {
    const { control, now, node } = this.#options;
    const known = control.snapshot().alarms?.find(({ id }) => id === alarm);
    const told = known === undefined || this.#keepers.lostOf(known) !== null ? [] : known.targets;
    const deliveries = told.map(
      ({ id }): Delivery => ({ target: id, state: 'waiting', attempts: 0, at: null, error: null }),
    );
    return {
      id: `firing_${randomBytes(ID_BYTES).toString('hex')}`,
      ...{ alarm, site, charger, key, at, node, deliveries },
      fired: now(),
      entries: entries.map(String),
      quietMs: (known?.quietMinutes ?? 0) * 60_000,
    };
  }

  #kept(firing: NewFiring | undefined, outcome: FireOutcome): void {
    if (outcome === 'unkept') this.#counts.unkept += 1;
    if (outcome === 'quiet') this.#counts.quiet += 1;
    if (outcome === 'suppressed') this.#counts.suppressed += 1;
    if (typeof outcome !== 'number' || firing === undefined) return;
    this.#counts.fired += 1;
    const { quietMs: _, ...kept } = firing;
    const record = { ...kept, n: outcome };
    this.#deliveries.add(record);
    // Where there are other nodes all are told in the order in which they are kept.
    if (!this.#options.control.shared) this.#tell(record);
  }

  #tell(firing: FiringRecord): void {
    this.#lastTold = Math.max(this.#lastTold, firing.n);
    for (const listener of this.#listeners) listener(firing);
  }

  #lookSoon(): void {
    if (this.#closed) return;
    this.#cancelLook = this.#options.after(
      OTHERS_MS,
      () => void this.#look().finally(() => this.#lookSoon()),
    );
  }

  #takeOverSoon(): void {
    if (this.#closed) return;
    this.#cancelTakeOver = this.#options.after(
      TELLS_EVERY_MS,
      () => void this.#takeOver().finally(() => this.#takeOverSoon()),
    );
  }

  async #takeOver(): Promise<void> {
    try {
      await this.#tellsOfItself();
    } catch (error) {
      this.#options.report(`firings of nodes that are gone: ${messageOf(error)}`);
    }
  }

  /** Before what is heard of others is read: whatever was told until then is there. */
  async #tellsOfItself(): Promise<void> {
    const { control, node, others, told } = this.#options;
    const ships = others !== null;
    this.#added(await control.alarms.takeOver(node, this.#deliveries.room, ships ? told() : undefined));
    if (ships) this.#heard = await control.alarms.toldThrough();
  }

  #added(firings: readonly FiringRecord[]): void {
    this.#counts.takenOver += firings.length;
    for (const firing of firings) this.#deliveries.add(firing);
  }

  async #look(): Promise<void> {
    if (this.#listeners.size === 0) return;
    const wanted = { alarm: null, sites: null, before: null, take: FIRINGS_TAKE_MAX };
    try {
      const found = await this.#options.control.alarms.firings(wanted);
      const fresh = found.filter(({ n }) => n > this.#lastTold).reverse();
      for (const firing of fresh) this.#tell(firing);
    } catch (error) {
      this.#options.report(`firings of other nodes: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
