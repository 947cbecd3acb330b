/** One plug and what happens at it: vehicles come, charge and go. Seconds are the station's own. */

import type { Reading } from './charging.ts';
import { Charging, vehicleAt } from './charging.ts';
import type { Dialect, Session, Trigger } from './dialect.ts';
import type { Random } from './random.ts';
import type { Sleeper } from './sleeper.ts';
import { type ConnectorModel, type EndCause, FAULTS, type StationModel } from './station-model.ts';

/** Between two looks at the vehicle. */
const STEP = 60;
const HOUR = 3_600;
/** Whoever stopped a session from afar has the plug to try something at. */
const LEFT_ALONE = 1_800;

interface RemoteStart {
  readonly tag: string;
  readonly id: number | null;
}

interface Running {
  readonly session: Session;
  readonly charging: Charging;
  /** The driver comes back after this long. */
  readonly parking: number;
  readonly failsAt: number | null;
  readonly pausesAt: number | null;
}

export class Connector {
  readonly number: number;
  /** W that the CSMS allows; null: no limit. */
  limit: number | null = null;
  /** Between two meter values; 0: none. */
  meterInterval = STEP;
  readonly #station: StationModel;
  readonly #model: ConnectorModel;
  readonly #random: Random;
  /** Wh. */
  #register: number;
  #running: Running | null = null;
  #sleeper: Sleeper | null = null;
  #remote: RemoteStart | null = null;
  #stop: EndCause | null = null;
  #operative = true;
  #held = false;
  #occupied = false;
  #sessions = 0;

  constructor(number: number, station: StationModel, model: ConnectorModel, random: Random) {
    this.number = number;
    this.#station = station;
    this.#model = model;
    this.#random = random;
    this.#register = Math.round(random.between(20_000, 4_000_000));
  }

  get charging(): boolean {
    return this.#running !== null;
  }

  /** A vehicle stands here, whether it charges or not. */
  get occupied(): boolean {
    return this.#occupied;
  }

  get transaction(): string | null {
    const transaction = this.#running?.session.transaction ?? null;
    return transaction === null ? null : String(transaction);
  }

  get phases(): number {
    return this.#model.current === 'DC' ? 3 : this.#model.phases;
  }

  /** W. */
  get offered(): number {
    return Math.min(this.#model.maxPower, this.limit ?? Number.POSITIVE_INFINITY);
  }

  /** Sessions that came to their end. */
  get sessions(): number {
    return this.#sessions;
  }

  /** False where a vehicle stands here already. */
  remoteStart(tag: string, id: number | null): boolean {
    if (this.#occupied || !this.#operative || this.#remote !== null) return false;
    this.#remote = { tag, id };
    this.#sleeper?.wake();
    return true;
  }

  stop(cause: EndCause): void {
    this.#stop = cause;
    this.#sleeper?.wake();
  }

  /** From now on no vehicle comes, until the next {@link run}. */
  hold(): void {
    this.#held = true;
  }

  /** Takes effect when the running session has ended. */
  setOperative(operative: boolean): void {
    this.#operative = operative;
    if (!this.#occupied) this.#sleeper?.wake();
  }

  /** Ends what a lost connection or a restart has left behind. */
  async settle(dialect: Dialect, cause: EndCause): Promise<void> {
    const left = this.#running;
    this.#running = null;
    this.#stop = null;
    if (left === null) return;
    await dialect.end(left.session, cause, left.charging.read(this.limit));
    this.#sessions += 1;
  }

  async report(dialect: Dialect, trigger: Trigger): Promise<void> {
    if (this.#running !== null) {
      await dialect.measure(this.#running.session, this.#running.charging.read(this.limit), trigger);
    }
  }

  /** Never returns by itself: ends with the sleeper's rejection, or the connection's. */
  async run(dialect: Dialect, sleeper: Sleeper, firstAfter: number): Promise<never> {
    this.#sleeper = sleeper;
    this.#occupied = false;
    this.#held = false;
    let idle = firstAfter;
    for (;;) {
      await this.#wait(dialect, sleeper, idle);
      const cause = await this.#session(dialect, sleeper);
      const asked = cause === 'remote' || cause === 'unlock';
      idle = this.#random.between(60, 420) + (asked ? LEFT_ALONE : 0);
    }
  }

  /** Until the next vehicle comes. */
  async #wait(dialect: Dialect, sleeper: Sleeper, idle: number): Promise<void> {
    let left = idle;
    let shown: boolean | null = null;
    while (this.#held || (this.#remote === null && (left > 0 || !this.#operative))) {
      if (shown === this.#operative) {
        left -= await sleeper.sleep(this.#operative && !this.#held ? left : HOUR);
        continue;
      }
      shown = this.#operative;
      await dialect.status(this.number, shown ? 'available' : 'unavailable');
    }
  }

  /** Resolves with why its transaction ended; null: there was none. */
  async #session(dialect: Dialect, sleeper: Sleeper): Promise<EndCause | null> {
    const random = this.#random;
    const remote = this.#remote;
    this.#remote = null;
    this.#stop = null;
    this.#occupied = true;
    const { tags, blockedTag } = this.#station;
    const session: Session = {
      id: random.uuid(),
      connector: this.number,
      tag: remote?.tag ?? (random.chance(0.06) ? blockedTag : random.pick(tags)),
      remoteStartId: remote?.id ?? null,
      fault: null,
      transaction: null,
      seqNo: 0,
    };
    await dialect.plugIn(session);
    await sleeper.sleep(random.between(8, 40));
    const accepted = remote !== null || (await dialect.authorize(session));
    let cause: EndCause | null = null;
    if (accepted && session.tag !== blockedTag) {
      cause = await this.#transaction(dialect, sleeper, session);
    } else {
      await dialect.refuse(session);
      await sleeper.sleep(random.between(20, 60));
    }
    this.#occupied = false;
    if (random.chance(0.15)) {
      await dialect.transfer(`{"contactorCycles":${Math.round(random.between(900, 99_000))}}`);
    }
    return cause;
  }

  async #transaction(dialect: Dialect, sleeper: Sleeper, session: Session): Promise<EndCause> {
    const random = this.#random;
    const parking = random.between(1_200, 4_500);
    const charging = new Charging(this.#model, vehicleAt(this.#model, random), this.#register, random);
    const begun = await dialect.begin(session, charging.read(this.limit));
    const running: Running = {
      session,
      charging,
      parking,
      failsAt: random.chance(0.06) ? random.between(300, parking) : null,
      pausesAt: random.chance(0.12) ? random.between(300, parking) : null,
    };
    this.#running = running;
    const cause = begun ? await this.#charge(dialect, sleeper, running) : 'refused';
    if (cause === 'fault') {
      session.fault = random.pick(FAULTS);
      await dialect.status(this.number, 'faulted', session.fault);
    }
    await dialect.end(session, cause, this.#read(running));
    this.#running = null;
    this.#sessions += 1;
    await sleeper.sleep(cause === 'fault' ? random.between(180, 400) : random.between(15, 90));
    return cause;
  }

  async #charge(dialect: Dialect, sleeper: Sleeper, running: Running): Promise<EndCause> {
    const { session, charging, parking, failsAt, pausesAt } = running;
    let seconds = 0;
    let unmeasured = 0;
    let paused = false;
    for (;;) {
      const slept = await sleeper.sleep(Math.min(STEP, this.meterInterval || STEP));
      seconds += slept;
      unmeasured += slept;
      charging.advance(slept, this.limit, slept / sleeper.speed);
      this.#register = this.#read(running).energy;
      if (this.#stop !== null) return this.#stop;
      if (failsAt !== null && seconds > failsAt) return 'fault';
      if (seconds > parking) return this.#random.chance(0.25) ? 'unplugged' : 'tag';
      if (charging.full && this.#random.chance(0.3)) return 'vehicle';
      const pausing = charging.full || (pausesAt !== null && seconds > pausesAt && seconds < pausesAt + 240);
      if (pausing !== paused) {
        paused = pausing;
        charging.pause(paused);
        await dialect.pause(session, paused);
      }
      if (this.meterInterval === 0 || unmeasured < this.meterInterval) continue;
      unmeasured = 0;
      await dialect.measure(session, this.#read(running), 'periodic');
    }
  }

  #read(running: Running): Reading {
    return running.charging.read(this.limit);
  }
}
