/** Where the server's entries are read: in its folder, or in a ClickHouse to which they are shipped. */

import { readFileSync } from 'node:fs';
import type { RecorderSettings } from '../capture/recorder/recorder-client.ts';
import { SettingError } from '../config/error.ts';
import type { Settings } from '../config.ts';
import { arrivalCounts, arrivals } from '../store/clickhouse/arrivals.ts';
import { Following, type FollowingOptions, followingCounts } from '../store/clickhouse/following.ts';
import { type CountedReader, NodeReader } from '../store/clickhouse/node-reader.ts';
import { Shipping } from '../store/clickhouse/shipping.ts';
import { sharedSpoolState } from '../store/clickhouse/spool-state.ts';
import type { ClickHouseOptions, Connection } from '../store/clickhouse/sql.ts';
import type { EngineErased } from '../store/erasure.ts';
import type { OtherNodes } from '../store/other-nodes.ts';
import type { SiteRetention } from '../store/retention.ts';
import { openReader, type ReaderPoolOptions } from '../store/sqlite/reader-pool.ts';
import type { ThisNode } from './node-number.ts';

export interface LogStore {
  /** For the recorder: what it notes for the thread that ships. */
  readonly recorder: Pick<RecorderSettings, 'settled' | 'spoolKeepDays' | 'clickhouse'>;
  /** For exports; null: they read the folder. */
  readonly clickhouse: ClickHouseOptions | null;
  /** Once the recorder is ready. */
  open(options: ReaderPoolOptions): OpenLogStore;
}

export interface OpenLogStore {
  readonly reader: CountedReader;
  /** What sites keep from now on. */
  readonly retention: (kept: ReadonlyMap<string, SiteRetention>) => Promise<void>;
  readonly counters: () => Readonly<Record<string, number>>;
  /** null: what this server records is all there is. */
  readonly others: OtherNodes | null;
  /** Of an erasure, as `ErasuresOptions` has it. */
  readonly gone:
    | ((erasure: string, noted: number, onNews: (news: EngineErased) => void) => Promise<boolean>)
    | null;
  /** Up to when other nodes can read what stations said here, ms; null: not known. */
  readonly stationsThrough: () => number | null;
  /** After the recorder: what it committed last is shipped, too. */
  readonly close: () => Promise<void>;
}

export interface GivenToStore {
  /** Its number among those that ship to the same database; null: it ships alone. */
  readonly node: ThisNode | null;
  /** Of a `RetentionLease`; null: what sites keep is always known. */
  readonly lease: SharedArrayBuffer | null;
}

export function logStore(
  folder: string,
  settings: Settings,
  report: (line: string) => void,
  { node, lease }: GivenToStore = { node: null, lease: null },
): LogStore {
  const { url, database, username, cluster, ...spool } = settings.store.clickhouse;
  if (url === '') return embedded(folder);
  const clickhouse = {
    url,
    database,
    username,
    password: passwordOf(settings),
    cluster: cluster === '' ? null : cluster,
    queryTime: settings.limits.query_seconds * 1000,
  };
  const settled = sharedSpoolState();
  const bounds = { maxBytes: spool.spool_max_bytes, minFreeBytes: spool.spool_min_free_bytes };
  return {
    recorder: {
      settled,
      spoolKeepDays: spool.spool_keep_days,
      clickhouse,
    },
    clickhouse,
    open: (options) => {
      const shipping = new Shipping({ ...clickhouse, folder, settled, bounds, node, lease, report });
      const own = openReader(folder, { ...options, threads: 1 });
      const shared = openReader(folder, { ...options, script: READER, given: clickhouse });
      const reader = new NodeReader(shared, own);
      const following = node === null ? null : new Following(followed(clickhouse, node.folder, report));
      return {
        reader,
        others: following,
        gone: (erasure, noted, onNews) => shipping.gone(erasure, noted, onNews),
        retention: (kept) => shipping.retention(kept),
        stationsThrough: () => shipping.stationsThrough,
        counters: () => ({ ...shipping.counters(), ...(following?.counters() ?? followingCounts({})) }),
        close: async () => {
          await following?.close();
          await shipping.close();
        },
      };
    },
  };
}

const READER = new URL(
  `../store/clickhouse/reader-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
);

/** On the server's own thread: an answer a second of what others shipped, which never makes it wait. */
function followed(
  clickhouse: ClickHouseOptions,
  node: string,
  report: (line: string) => void,
): FollowingOptions {
  // Deferred: its client is loaded only where it is used.
  let connection: Promise<Connection> | null = null;
  const connected = async () => {
    const { Connection } = await import('../store/clickhouse/sql.ts');
    return new Connection(clickhouse);
  };
  return {
    arrivals: async (wish, signal) => {
      connection ??= connected();
      return arrivals(await connection, { ...wish, node }, signal);
    },
    counts: async (wish, signal) => {
      connection ??= connected();
      return arrivalCounts(await connection, { ...wish, node }, signal);
    },
    report,
    clock: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    close: async () => (await connection)?.close(),
  };
}

function embedded(folder: string): LogStore {
  return {
    recorder: {},
    clickhouse: null,
    open: (options) => ({
      reader: openReader(folder, options),
      retention: async () => undefined,
      counters: () => ({}),
      others: null,
      gone: null,
      stationsThrough: () => null,
      close: async () => undefined,
    }),
  };
}

/** From the file, or else the variable. Never shown. */
function passwordOf({ store, clickhouse_password }: Settings): string {
  const { password_file: path } = store.clickhouse;
  if (path === '') return clickhouse_password ?? '';
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new SettingError(`store.clickhouse.password_file: ${path} cannot be read (${code})`);
  }
}
