/** The connection to ClickHouse: statements with bound values, and what its errors mean to the store. */

import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import { QueryTimeError } from '../query-time.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { AWAY, TIMEOUT_EXCEEDED, TOO_MANY_SIMULTANEOUS_QUERIES, UNKNOWN_TABLE } from './error-codes.ts';
import type { Parameters } from './parameters.ts';
import { RowBinary } from './row-binary.ts';

export interface ClickHouseOptions {
  /** `http://` or `https://`, with its port. */
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  /** ms for which a question may take the server; null: as long as it takes. */
  readonly queryTime?: number | null;
  /** ms without an answer after which a request is given up. */
  readonly requestTimeout?: number;
  readonly connections?: number;
  /** Over which the tables are replicated; null: they are not. */
  readonly cluster?: string | null;
}

const QUERY_MS = 30_000;
const REQUEST_MS = 120_000;
const CONNECTIONS = 10;
/** An answer must be held in memory as a whole, and one Buffer. */
const ANSWER_MAX = 1024 * 1024 * 1024;
/** A statement that the server refused for now is sent again so many times. */
const BUSY_TRIES = 3;
const BUSY_MS = 200;

/** Of every question: FINAL within each month, and digits read exactly. */
const READING: ClickHouseSettings = {
  do_not_merge_across_partitions_select_final: 1,
  precise_float_parsing: 1,
  // Errors come with a status instead of in the midst of rows.
  wait_end_of_query: 1,
};

/** Of every insert; with `insert_quorum` where there are replicas: most of them have what is acknowledged. */
const INSERTING: ClickHouseSettings = {
  // A replayed batch adds nothing to what the views fill, either.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A distributed table acknowledges what its shards have, not what it is going to send them.
  distributed_foreground_insert: 1,
  // An import reaches over many months.
  max_partitions_per_insert_block: '0',
  precise_float_parsing: 1,
  wait_end_of_query: 1,
};

export class Connection {
  readonly database: string;
  /** Of two questions each may be answered by another replica. */
  readonly replicated: boolean;
  readonly #client: ReturnType<typeof createClient>;
  readonly #queryTime: number | null;
  readonly #inserting: ClickHouseSettings;
  /** As they stand in requests. */
  readonly #secrets: readonly string[];

  constructor(options: ClickHouseOptions) {
    const { url, database, username, password, queryTime = QUERY_MS } = options;
    this.database = identifier(database);
    this.#queryTime = queryTime;
    this.replicated = (options.cluster ?? null) !== null;
    this.#inserting = this.replicated ? { ...INSERTING, insert_quorum: 'auto' } : INSERTING;
    const basic = Buffer.from(`${username ?? 'default'}:${password ?? ''}`).toString('base64');
    this.#secrets = password === undefined || password === '' ? [] : [password, basic];
    this.#client = createClient({
      url,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      application: 'ocpp-logs',
      request_timeout: options.requestTimeout ?? REQUEST_MS,
      max_open_connections: options.connections ?? CONNECTIONS,
      compression: { request: { codec: 'zstd' }, response: { codec: 'zstd' } },
      // Its errors reach the caller; it needs not print them, too.
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** `sql` names its columns in the order in which `read` reads them; its values are in `bound`. */
  async rows<T>(
    sql: string,
    bound: Parameters,
    read: (row: RowBinary) => T,
    signal?: AbortSignal,
  ): Promise<readonly T[]> {
    const bytes = await this.#away(signal, async () => {
      const limit = this.#queryTime === null ? {} : { max_execution_time: Math.ceil(this.#queryTime / 1000) };
      const { stream } = await this.#client.exec({
        query: `${sql} FORMAT RowBinary`,
        query_params: bound.values,
        clickhouse_settings: { ...READING, ...limit },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
      return whole(stream);
    });
    const rows = new RowBinary(bytes);
    const found: T[] = [];
    while (!rows.ended) found.push(read(rows));
    return found;
  }

  /** A statement without an answer. */
  async run(sql: string, bound?: Parameters, settings: ClickHouseSettings = {}): Promise<void> {
    await this.#away(undefined, async () => {
      await this.#client.command({
        query: sql,
        ...(bound === undefined ? {} : { query_params: bound.values }),
        clickhouse_settings: { wait_end_of_query: 1, ...settings },
      });
    });
  }

  /** `INSERT ... SELECT`; acknowledged as every insert is. */
  async put(sql: string, bound: Parameters, settings: ClickHouseSettings = {}): Promise<void> {
    await this.run(sql, bound, { ...this.#inserting, ...settings });
  }

  /** Lines of TabSeparated. What has a token that was seen before adds nothing. */
  async insert(
    table: string,
    columns: readonly [string, ...string[]],
    lines: readonly Uint8Array[],
    token: string,
  ): Promise<void> {
    await this.#away(undefined, async () => {
      await this.#client.insert({
        table,
        columns: [...columns],
        format: 'TabSeparated',
        values: Readable.from(lines, { objectMode: false }),
        clickhouse_settings: { ...this.#inserting, insert_deduplication_token: token },
      });
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #away<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      // The client does not look at one that was given up before it was asked.
      signal?.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (tries < BUSY_TRIES && isBusy(error)) await pause(BUSY_MS * tries);
        else throw this.#meaning(error);
      }
    }
  }

  #meaning(error: unknown): unknown {
    if (error instanceof StoreUnavailableError) return error;
    if (!(error instanceof Error)) return error;
    // Something between here and there may give back what it was sent, and errors are logged with their causes.
    for (const secret of this.#secrets) {
      error.message = error.message.replaceAll(secret, '***');
      if (error.stack !== undefined) error.stack = error.stack.replaceAll(secret, '***');
    }
    const text = `ClickHouse: ${error.message.slice(0, 500)}`;
    // Anything but an answer of the server is a way that failed: refused, reset, timed out, no name.
    if (!(error instanceof ClickHouseError)) return new StoreUnavailableError(text, error);
    if (Number(error.code) === TIMEOUT_EXCEEDED) return new QueryTimeError(this.#queryTime ?? 0);
    if (AWAY.has(Number(error.code))) return new StoreUnavailableError(text, error);
    return error;
  }
}

/** Whether a question failed as a table was dropped, or is not made yet. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof StoreUnavailableError)) return false;
  const { cause } = error;
  return cause instanceof ClickHouseError && Number(cause.code) === UNKNOWN_TABLE;
}

function isBusy(error: unknown): boolean {
  return error instanceof ClickHouseError && Number(error.code) === TOO_MANY_SIMULTANEOUS_QUERIES;
}

/** Identifiers cannot be bound. */
export function identifier(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return name;
  throw new RangeError(
    `${JSON.stringify(name)} is no name that ClickHouse takes as it is: letters, digits and _`,
  );
}

/** `max`: it is held in memory, and is one Buffer. */
export async function whole(stream: AsyncIterable<Buffer>, max = ANSWER_MAX): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > max) {
      throw new StoreUnavailableError(
        `an answer of ClickHouse is larger than ${max} bytes; ask for fewer entries`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
