/** A simulated station: connects, boots, lets vehicles charge, and comes back after every loss. */

import type { JsonObject } from '@ocpp-logs/core';
import { type Commanded, obey, type TriggeredMessage } from './commands.ts';
import { COMMANDS_V16, configurationOf } from './commands-v16.ts';
import { COMMANDS_V201, VARIABLES } from './commands-v201.ts';
import { Connector } from './connector.ts';
import { type Ask, type BootReason, type Dialect, now } from './dialect.ts';
import { DialectV16 } from './dialect-v16.ts';
import { DialectV201 } from './dialect-v201.ts';
import { CallError, ConnectionLost, OcppClient } from './ocpp-client.ts';
import { Random } from './random.ts';
import { Sleeper, Stopped } from './sleeper.ts';
import type { EndCause, StationModel } from './station-model.ts';

/** Before the second try to connect; doubles from then on, ms. */
const BACK_OFF_MS = 1_000;
const BACK_OFF_MS_MAX = 30_000;
/** Seconds of the station's time. */
const RESTART = 20;
const IDLE_CHECK = 5;
const HOUR = 3_600;
/** Settings that the station lives by, in either version. */
const HEARTBEAT = { '1.6': 'HeartbeatInterval', '2.0.1': 'OCPPCommCtrlr.HeartbeatInterval' } as const;
const METER = { '1.6': 'MeterValueSampleInterval', '2.0.1': 'SampledDataCtrlr.TxUpdatedInterval' } as const;
const WHOLE = /^\d{1,9}$/;

export interface StationOptions {
  /** WebSocket URL, the charger's id included. */
  readonly url: string;
  readonly model: StationModel;
  /** How much faster than ours the station's time runs. */
  readonly speed: number;
  readonly seed: string;
  /** The station's seconds until its first vehicles come, at least and at most; 4 to 120 unless set. */
  readonly firstVehicle?: readonly [number, number];
  /** The station stops when it is aborted. */
  readonly until: AbortSignal;
  /** Every frame, as it goes by. */
  readonly onFrame?: (from: 'station' | 'csms', text: string) => void;
  /** Connected and booted, disconnected, or a call that was answered with an error. */
  readonly onChange?: (change: 'connected' | 'disconnected' | 'error') => void;
}

/** One connection from its boot on. */
interface Life {
  readonly client: OcppClient;
  readonly dialect: Dialect;
  readonly over: AbortController;
  readonly restarting: Sleeper;
  readonly beating: Sleeper;
}

export class Station implements Commanded {
  readonly connectors: readonly Connector[];
  listVersion = 0;
  readonly #settings: Map<string, string>;
  readonly #options: StationOptions;
  readonly #random: Random;
  #life: Life | null = null;
  #restart: 'soft' | 'hard' | null = null;
  #bootReason: BootReason = 'PowerUp';
  #broken: unknown = null;

  constructor(options: StationOptions) {
    const { model, seed } = options;
    this.#options = options;
    this.#random = new Random(`${seed}/${model.charger}`);
    this.#settings = new Map(model.version === '1.6' ? configurationOf(model) : VARIABLES);
    this.connectors = model.connectors.map(
      (connector, index) =>
        new Connector(index + 1, model, connector, new Random(`${seed}/${model.charger}/${index + 1}`)),
    );
  }

  get settings(): ReadonlyMap<string, string> {
    return this.#settings;
  }

  get sessions(): number {
    return this.connectors.reduce((sum, connector) => sum + connector.sessions, 0);
  }

  /** Connectors at which a session runs. */
  get charging(): number {
    return this.connectors.filter((connector) => connector.charging).length;
  }

  /** Resolves when `until` is aborted. Rejects only for an error of the simulation itself. */
  async run(): Promise<void> {
    const { until, onChange, speed } = this.#options;
    let failures = 0;
    while (!until.aborted) {
      const client = await this.#connect();
      const booted = client !== null && (await this.#live(client));
      if (this.#broken !== null) throw this.#broken;
      if (booted) onChange?.('disconnected');
      failures = booted ? 0 : failures + 1;
      const backOff = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** failures) * this.#random.between(0.5, 1);
      await pause(this.#restart === null ? backOff : (RESTART * 1_000) / speed, until);
    }
  }

  reset(kind: 'soft' | 'hard'): void {
    this.#restart = kind;
    for (const connector of this.connectors) connector.hold();
    this.#life?.restarting.wake();
  }

  change(name: string, value: string): boolean {
    if (WHOLE.test(this.#settings.get(name) ?? '') && !WHOLE.test(value)) return false;
    this.#settings.set(name, value);
    const { version } = this.#options.model;
    if (name === HEARTBEAT[version]) this.#life?.beating.wake();
    if (name === METER[version]) {
      for (const connector of this.connectors) connector.meterInterval = Number(value);
    }
    return true;
  }

  trigger(message: TriggeredMessage, number: number | null): void {
    const dialect = this.#life?.dialect;
    if (dialect === undefined) return;
    const named = this.connectors.filter((connector) => number === null || connector.number === number);
    if (message === 'boot') this.#later(dialect.boot('Unknown'));
    if (message === 'heartbeat') this.#later(dialect.heartbeat());
    if (message === 'diagnostics') this.say('DiagnosticsStatusNotification', { status: 'Idle' });
    if (message === 'log') this.say('LogStatusNotification', { status: 'Idle' });
    for (const connector of named) {
      if (message === 'status') this.#later(dialect.statusAgain(connector.number));
      if (message === 'meter') this.#later(connector.report(dialect, 'asked'));
    }
  }

  say(action: string, payload: JsonObject, after = 0): void {
    const life = this.#life;
    if (life === null) return;
    const ask = this.#ask(life.client);
    const sleeper = new Sleeper(this.#options.speed, life.over.signal);
    this.#later(after === 0 ? ask(action, payload) : sleeper.sleep(after).then(() => ask(action, payload)));
  }

  now(): string {
    return now();
  }

  async #connect(): Promise<OcppClient | null> {
    const { url, model, onFrame } = this.#options;
    try {
      return await OcppClient.connect({
        url,
        subprotocol: `ocpp${model.version}`,
        newId: () => this.#random.uuid(),
        onCall: (action, payload) =>
          obey(model.version === '1.6' ? COMMANDS_V16 : COMMANDS_V201, model.version, action, payload, this),
        onFrame: (from, text) => onFrame?.(from, text),
      });
    } catch {
      return null; // Refused or unreachable: tried again after the back-off.
    }
  }

  /** Resolves when the connection is over, with whether the CSMS had accepted the boot. */
  async #live(client: OcppClient): Promise<boolean> {
    const { model, speed, until } = this.#options;
    const over = new AbortController();
    const end = () => over.abort();
    until.addEventListener('abort', end);
    if (until.aborted) end();
    client.closed.then(end);
    const ask = this.#ask(client);
    const dialect = model.version === '1.6' ? new DialectV16(model, ask) : new DialectV201(model, ask);
    const sleeper = () => new Sleeper(speed, over.signal);
    this.#life = { client, dialect, over, restarting: sleeper(), beating: sleeper() };
    const booted = await this.#work(this.#life);
    this.#life = null;
    until.removeEventListener('abort', end);
    client.close();
    await client.closed;
    return booted;
  }

  async #work(life: Life): Promise<boolean> {
    const { dialect, over, client } = life;
    let booted = false;
    try {
      const interval = await this.#boot(life);
      this.#settings.set(HEARTBEAT[this.#options.model.version], String(interval));
      booted = true;
      this.#options.onChange?.('connected');
      const cause: EndCause = this.#restart === 'hard' ? 'hard_reset' : 'power_loss';
      this.#restart = null;
      for (const connector of this.connectors) await connector.settle(dialect, cause);
      await dialect.status(0, 'available');
      const tasks = [this.#heartbeats(life), this.#restarts(life), ...this.#plugs(life)];
      const ending = tasks.map((task) =>
        task.finally(() => {
          over.abort();
          client.close();
        }),
      );
      for (const result of await Promise.allSettled(ending)) {
        if (result.status === 'rejected') this.#judge(result.reason);
      }
    } catch (error) {
      this.#judge(error);
    }
    this.#bootReason = this.#restart === null ? 'Unknown' : 'RemoteReset';
    return booted;
  }

  async #boot({ dialect, over }: Life): Promise<number> {
    const sleeper = new Sleeper(this.#options.speed, over.signal);
    for (;;) {
      const { accepted, interval } = await dialect.boot(this.#bootReason);
      if (accepted) return interval;
      await sleeper.sleep(interval);
    }
  }

  async #heartbeats({ dialect, beating }: Life): Promise<never> {
    const setting = HEARTBEAT[this.#options.model.version];
    for (;;) {
      await beating.sleep(Math.max(1, Number(this.#settings.get(setting))));
      await dialect.heartbeat();
    }
  }

  #plugs({ dialect, over }: Life): Promise<never>[] {
    const [least, most] = this.#options.firstVehicle ?? [4, 120];
    return this.connectors.map((connector) =>
      connector.run(
        dialect,
        new Sleeper(this.#options.speed, over.signal),
        this.#random.between(least, most),
      ),
    );
  }

  /** Ends when a restart is due: at once, or as soon as no vehicle stands at a plug. */
  async #restarts({ restarting }: Life): Promise<void> {
    while (this.#restart === null) await restarting.sleep(HOUR);
    while (this.#restart === 'soft' && this.connectors.some((connector) => connector.occupied)) {
      // OCPP 1.6 5.14: transactions are stopped first. OCPP 2.0.1 B12: OnIdle waits for their end.
      const charging = this.connectors.filter((connector) => connector.charging);
      if (this.#options.model.version === '1.6') for (const each of charging) each.stop('soft_reset');
      await restarting.sleep(IDLE_CHECK);
    }
  }

  /** An error that a CSMS answers is told of and leaves the station going. */
  #ask(client: OcppClient): Ask {
    return async (action, payload) => {
      try {
        return await client.call(action, payload);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        this.#options.onChange?.('error');
        return null;
      }
    };
  }

  #later(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      this.#judge(error);
      if (this.#broken !== null) this.#life?.over.abort();
    });
  }

  /** Keeps what is neither the connection's end nor the simulation's. */
  #judge(error: unknown): void {
    if (!(error instanceof Stopped || error instanceof ConnectionLost)) this.#broken ??= error;
  }
}

/** In our time. */
function pause(ms: number, until: AbortSignal): Promise<void> {
  if (until.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const leave = () => {
      clearTimeout(timer);
      until.removeEventListener('abort', leave);
      resolve();
    };
    const timer = setTimeout(leave, ms);
    until.addEventListener('abort', leave);
  });
}
