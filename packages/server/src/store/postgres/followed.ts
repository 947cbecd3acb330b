/**
 * PostgreSQL for the control thread. A connection of its own hears what other nodes change (LISTEN), and asks once a
 * second whether it has missed something; what is known counts for callers only as long as it is answered.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { type ControlEvents, monotonicMs, type OpenedControl, purge } from '../control/opened.ts';
import { integer, type Row } from '../control/rows.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { PostgresAddress } from './address.ts';
import { AfterNow } from './after-now.ts';
import { PostgresDatabase } from './database.ts';
import { told } from './faults.ts';
import { CHANNEL } from './revision.ts';
import { migrate } from './schema.ts';
import { clientConfig, PooledStatements } from './statements.ts';

const POLL_MS = 1_000;
/** An answer that takes longer is as good as none: less than what {@link ControlEvents.confirmed} is good for. */
const ANSWER_MS = 2_000;
/** Uses of keys and sessions on other nodes count a little later, ms. */
const USES_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const START_MS = 30_000;

/** Tries for half a minute: it may be starting, too. */
export async function openPostgres(address: PostgresAddress, events: ControlEvents): Promise<OpenedControl> {
  const statements = new PooledStatements(address);
  const until = monotonicMs() + START_MS;
  for (let tried = 0; ; tried += 1) {
    try {
      await migrate(statements, address.shown);
      return new FollowedDatabase(address, statements, events);
    } catch (error) {
      const pause = pauseAfter(tried);
      if (!(error instanceof StoreUnavailableError) || monotonicMs() + pause > until) {
        await statements.close();
        throw error;
      }
      if (tried === 0) events.reported(`${error.message}; trying for ${START_MS / 1000} s`);
      await wait(pause);
    }
  }
}

/** Not the same for all nodes, so that they do not come back at once. */
function pauseAfter(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return longest * (0.5 + Math.random() / 2);
}

class FollowedDatabase implements OpenedControl {
  readonly store: PostgresDatabase;
  readonly #address: PostgresAddress;
  readonly #statements: PooledStatements;
  readonly #events: ControlEvents;
  readonly #loading = new AfterNow(() => this.#load());
  readonly #asking = new AfterNow(() => this.#ask());
  readonly #counts = { connects: 0, told: 0, polled: 0 };
  /** The connection that hears, or is being made; the former where it is {@link #hears}. */
  #client: Client | null = null;
  #hears = false;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #away: { readonly since: number; readonly reason: string } | null = null;
  #revision = -1;
  /** Newest uses that the last snapshot knew, and when it was taken. */
  #uses = '';
  #loaded = 0;

  constructor(address: PostgresAddress, statements: PooledStatements, events: ControlEvents) {
    this.store = new PostgresDatabase(statements);
    this.#address = address;
    this.#statements = statements;
    this.#events = events;
  }

  follow(): void {
    void this.#connect();
  }

  tell(): Promise<void> {
    return this.#loading.run();
  }

  async refresh(): Promise<void> {
    // Not at once after a failure: whoever asks would wait for each attempt.
    if (!this.#hears) throw this.#awayError();
    await this.#asking.run();
    if (this.#away !== null) throw this.#awayError();
  }

  async purge(now: number, auditDays?: number): Promise<void> {
    try {
      await purge({ store: this.store, tell: () => this.tell() }, now, auditDays);
    } catch (error) {
      // Next time, or another node: nothing else waits for it.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    this.#hears = false;
    client?.removeAllListeners();
    client?.on('error', () => undefined);
    await client?.end().catch(() => undefined);
    await this.#statements.close();
  }

  #awayError(): StoreUnavailableError {
    const { shown } = this.#address;
    return new StoreUnavailableError(this.#away?.reason ?? `PostgreSQL ${shown} is not connected yet`);
  }

  async #load(): Promise<void> {
    const at = monotonicMs();
    const { revision, snapshot } = await this.store.revised();
    this.#revision = revision;
    this.#loaded = at;
    this.#events.changed(snapshot);
    this.#events.confirmed(at);
  }

  /** Never rejects. */
  async #connect(): Promise<void> {
    this.#timer = null;
    const client = new Client({
      ...clientConfig(this.#address),
      application_name: 'ocpp-logs changes',
      statement_timeout: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('connection terminated')));
    client.on('notification', ({ payload = '' }) => {
      if (Number(payload) <= this.#revision) return;
      this.#counts.told += 1;
      this.tell().catch((error: unknown) => this.#lost(client, error));
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (this.#client !== client) return;
      this.#hears = true;
      this.#counts.connects += 1;
      await this.#asking.run();
    } catch (error) {
      this.#lost(client, error);
    }
    this.#events.counted(this.#counters());
  }

  /** Once for each connection, whatever comes of its end first. */
  #lost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#hears = false;
    client.removeAllListeners();
    client.on('error', () => undefined);
    client.end().catch(() => undefined);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const fault = told(error, this.#address.shown);
    const reason = fault instanceof Error ? fault.message : String(fault);
    if (this.#away === null) {
      this.#away = { since: monotonicMs(), reason };
      this.#events.reported(
        `${reason}; recording goes on with what is known, the API answers 503 until it is back`,
      );
    }
    this.#timer = setTimeout(() => void this.#connect(), pauseAfter(this.#failures));
    this.#failures += 1;
  }

  #askLater(): void {
    if (!this.#hears) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#asking.run();
    }, POLL_MS);
  }

  /** Whether there is something that this node was not told of. Never rejects. */
  async #ask(): Promise<void> {
    const client = this.#client;
    if (client === null || !this.#hears) return;
    try {
      const at = monotonicMs();
      const { rows } = await client.query<Row>(
        `SELECT revision, concat((SELECT max(last_seen) FROM sessions), ' ', (SELECT max(last_used) FROM keys)) AS uses
         FROM state`,
      );
      const [row = {}] = rows;
      const behind = integer(row, 'revision') !== this.#revision;
      const used = row.uses !== this.#uses && at - this.#loaded >= USES_MS;
      if (behind && this.#revision >= 0) this.#counts.polled += 1;
      if (behind || used) await this.tell();
      if (used || this.#uses === '') this.#uses = String(row.uses);
      this.#events.confirmed(at);
      this.#back();
      this.#askLater();
    } catch (error) {
      this.#lost(client, error);
    }
    this.#events.counted(this.#counters());
  }

  #back(): void {
    this.#failures = 0;
    if (this.#away === null) return;
    const seconds = ((monotonicMs() - this.#away.since) / 1000).toFixed(1);
    this.#away = null;
    this.#events.reported(`PostgreSQL ${this.#address.shown} is back after ${seconds} s`);
  }

  #counters(): Readonly<Record<string, number>> {
    return {
      control_connections: this.#statements.open + (this.#hears ? 1 : 0),
      control_connections_waiting: this.#statements.waiting,
      control_errors_total: this.#statements.counters.errors,
      control_connects_total: this.#counts.connects,
      control_changes_told_total: this.#counts.told,
      control_changes_polled_total: this.#counts.polled,
    };
  }
}
