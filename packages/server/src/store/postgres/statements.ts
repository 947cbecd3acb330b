/** Statements over a pool of connections that is bounded, and in which nothing waits for ever. */

import { type Client, type ClientConfig, Pool, type PoolClient, types } from 'pg';
import type { Row } from '../control/rows.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { PostgresAddress } from './address.ts';
import { breaksConnection, mayBeRepeated, mayConnectSoon, told } from './faults.ts';

/** All tables lie in a schema of their own, so that the database may be another program's too. */
export const SCHEMA = 'ocpp_logs';
export const CONNECT_MS = 3_000;
/** The server gives a statement up after this, and we a little later, should it be the network that is silent. */
const STATEMENT_MS = 5_000;
const LOCK_MS = 4_000;
const ANSWER_MS = 6_500;
const IDLE_MS = 60_000;
const TRIES = 4;
const SOON_MS = 100;

export type Value = string | number | boolean | null | Uint8Array;

/** Whole numbers as numbers, as the other store has them: all here are below 2^53. */
const INT8 = 20;
const BYTEA = 17;

function parserOf(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8) return (text: string) => Number(text);
  if (oid === BYTEA) return (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  return types.getTypeParser(oid, format);
}

export function clientConfig(address: PostgresAddress): ClientConfig {
  const { host, port, user, password, database, tls } = address;
  return {
    host,
    port,
    user,
    database,
    // A function, as an empty text would be looked for in the environment and in ~/.pgpass: what is set is all there is.
    password: password ?? (() => ''),
    ssl:
      tls === null
        ? false
        : {
            rejectUnauthorized: tls.verified,
            ...(tls.named ? {} : { checkServerIdentity: () => undefined }),
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key }),
          },
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    application_name: 'ocpp-logs',
    options: `-c search_path=${SCHEMA},pg_catalog`,
    types: { getTypeParser: parserOf },
  };
}

/** PostgreSQL has no text with a NUL in it. */
function bound(value: Value): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Statements in one transaction, or each in its own. */
export interface Statements {
  rows(sql: string, ...values: readonly Value[]): Promise<readonly Row[]>;
  /** How many rows were changed. */
  run(sql: string, ...values: readonly Value[]): Promise<number>;
}

async function asked(client: PoolClient | Client, sql: string, values: readonly Value[]) {
  return client.query<Row>(sql, values.map(bound));
}

class OneConnection implements Statements {
  readonly #client: PoolClient | Client;

  constructor(client: PoolClient | Client) {
    this.#client = client;
  }

  async rows(sql: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    return (await asked(this.#client, sql, values)).rows;
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return (await asked(this.#client, sql, values)).rowCount ?? 0;
  }
}

export class PooledStatements implements Statements {
  readonly #pool: Pool;
  readonly #shown: string;
  readonly counters = { errors: 0 };

  constructor(address: PostgresAddress) {
    this.#shown = address.shown;
    this.#pool = new Pool({
      ...clientConfig(address),
      max: address.connections,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
    });
    // What a connection in use ends with is told to whoever waits for its answer; unheard it would end the thread.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    // Of a connection that nobody is using: whoever comes next has another one.
    this.#pool.on('error', () => {
      this.counters.errors += 1;
    });
  }

  get open(): number {
    return this.#pool.totalCount;
  }

  get waiting(): number {
    return this.#pool.waitingCount;
  }

  rows(sql: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    return this.#with((client) => new OneConnection(client).rows(sql, ...values));
  }

  run(sql: string, ...values: readonly Value[]): Promise<number> {
    return this.#with((client) => new OneConnection(client).run(sql, ...values));
  }

  /** Several statements without values in one round trip; the rows of each. */
  batch(sql: string): Promise<readonly (readonly Row[])[]> {
    return this.#with(async (client) => {
      const results: unknown = await client.query(sql);
      // Safe: of several statements `pg` gives a list of results.
      return (results as readonly { readonly rows: readonly Row[] }[]).map(({ rows }) => rows);
    });
  }

  /** One that takes longer than others, and is no part of a transaction. */
  alone(sql: string, ms: number): Promise<void> {
    return this.#with(async (client) => {
      await client.query(`SET statement_timeout = ${ms}`);
      // Safe: `pg` takes it with every query, which its types do not tell.
      await client.query({ text: sql, query_timeout: ms + ANSWER_MS } as { text: string });
      await client.query(`SET statement_timeout = ${STATEMENT_MS}`);
    });
  }

  /** All of it or nothing. Done again where another transaction was in the way: `work` must do nothing else. */
  async transaction<T>(work: (inside: Statements) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#with((client) => inTransaction(client, work), tried < TRIES);
      } catch (error) {
        if (tried >= TRIES || !mayBeRepeated(error)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** `raw`: what may be repeated is thrown as it is. */
  async #with<T>(work: (client: PoolClient) => Promise<T>, raw = false): Promise<T> {
    const client = await this.#connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(breaksConnection(error));
      if (raw && mayBeRepeated(error)) throw error;
      const fault = told(error, this.#shown);
      if (fault instanceof StoreUnavailableError) this.counters.errors += 1;
      throw fault;
    }
  }

  async #connect(): Promise<PoolClient> {
    const until = performance.now() + CONNECT_MS;
    for (;;) {
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (!mayConnectSoon(error) || performance.now() + SOON_MS >= until) {
          this.counters.errors += 1;
          throw told(error, this.#shown);
        }
        await new Promise((resolve) => setTimeout(resolve, SOON_MS));
      }
    }
  }
}

async function inTransaction<T>(
  client: PoolClient | Client,
  work: (inside: Statements) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN');
  let result: T;
  try {
    result = await work(new OneConnection(client));
  } catch (error) {
    if (!breaksConnection(error)) await client.query('ROLLBACK');
    throw error;
  }
  await client.query('COMMIT');
  return result;
}
