/** A store over the engine: site files as its spool, shipped before each question. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '@ocpp-logs/core';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { removeExpired } from '../../packages/server/src/store/clickhouse/retention.ts';
import { Rolling, type RollingOptions } from '../../packages/server/src/store/clickhouse/rolling.ts';
import { Shipper, type ShipperOptions } from '../../packages/server/src/store/clickhouse/shipper.ts';
import { openSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { type ClickHouseOptions, Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { SpoolWriter } from '../../packages/server/src/store/clickhouse/writer.ts';
import type { ConformingStore } from '../../packages/server/src/store/conformance/opened.ts';
import type { SiteRetention } from '../../packages/server/src/store/retention.ts';
import { check } from '../../packages/server/src/store/sqlite/check.ts';
import { SqliteReader } from '../../packages/server/src/store/sqlite/reader.ts';
import { openSource as openSpoolSource } from '../../packages/server/src/store/sqlite/source.ts';
import { openWriter, type SqliteWriter } from '../../packages/server/src/store/sqlite/writer.ts';
import type { WriterOptions } from '../../packages/server/src/store/sqlite/writer-options.ts';
import type { EntryReader, EntrySource, EntryWriter } from '../../packages/server/src/store/store.ts';

const report = (message: string): never => {
  throw new Error(`reported: ${message}`);
};

/** Sites of the suite. */
const SITES = ['depot', 'höf/2', 'yard'];

let databases = 0;

/** A node: site files and outbox of its own folder, and what ships them. */
export interface Node {
  readonly writer: SpoolWriter;
  /** Of its site files. */
  readonly files: SqliteWriter;
  readonly outbox: Outbox;
  readonly shipper: Shipper;
  close(): Promise<void>;
}

export function openNode(
  folder: string,
  connection: Connection,
  options: Partial<ShipperOptions> = {},
  files: Partial<WriterOptions> | ((outbox: Outbox) => Partial<WriterOptions>) = {},
): Node {
  const outbox = new Outbox(folder);
  const local = new SqliteReader({ folder, report });
  const source = openSpoolSource(folder, { report });
  const shipper = new Shipper({
    connection,
    changes: (after, max) => outbox.read(after, max),
    acknowledged: (upTo) => outbox.trim(upTo),
    noted: () => outbox.noted(),
    source,
    stations: () => SITES.flatMap((site) => local.chargers(site).map((station) => ({ site, station }))),
    node: 'node-1',
    ...options,
  });
  const opened: SqliteWriter[] = [];
  const writer = new SpoolWriter(outbox, (beforeCommit) => {
    const options = { folder, derive: (entry: Entry) => entry, report, beforeCommit };
    const spool = openWriter({ ...options, ...(typeof files === 'function' ? files(outbox) : files) });
    opened.push(spool);
    return spool;
  });
  const [spool] = opened;
  if (spool === undefined) throw new Error('no site files were opened');
  return {
    writer,
    files: spool,
    outbox,
    shipper,
    close: async () => {
      writer.close();
      await source.close();
      local.close();
    },
  };
}

/** All that waits. */
export async function shipAll({ shipper }: Node): Promise<void> {
  while ((await shipper.ship()).more);
}

/** Also of days that have just changed, whatever still changes them. */
const NEVER_QUIET_S = -2 * 86_400;

/** All days that are due. */
export async function rollAll(
  connection: Connection,
  options: Partial<RollingOptions> = {},
): Promise<Rolling> {
  const rolling = new Rolling({ connection, node: 'node-1', quietS: NEVER_QUIET_S, ...options });
  while (await rolling.round());
  return rolling;
}

export interface Place {
  readonly folder: string;
  readonly connection: Connection;
}

/** A folder, and a database of its own on the engine, not made yet. */
export async function openPlace(url: string, options: Partial<ClickHouseOptions> = {}): Promise<Place> {
  databases += 1;
  const connection = new Connection({ url, database: `store_${databases}`, ...options });
  return { folder: await mkdtemp(join(tmpdir(), 'olk-clickhouse-')), connection };
}

export async function closePlace({ folder, connection }: Place): Promise<void> {
  await connection.run(`DROP DATABASE IF EXISTS ${connection.database}`);
  await connection.close();
  await rm(folder, { recursive: true });
}

export async function openStore(url: string): Promise<ConformingStore> {
  const place = await openPlace(url);
  const { folder, connection } = place;
  let migrated = false;
  let node = openNode(folder, connection);
  const rolling = new Rolling({ connection, node: 'node-1', quietS: NEVER_QUIET_S, daysMax: 2 });
  const maintained: [number, ReadonlyMap<string, SiteRetention>][] = [];

  /** What has been committed reaches the engine, as it does of itself within a second. */
  async function shipped(): Promise<void> {
    if (!migrated) await migrate(connection);
    migrated = true;
    const before = node.outbox.shipped;
    await shipAll(node);
    await node.shipper.shipStations(Date.now() * 1000);
    const kept = maintained.splice(0);
    for (const [now, retention] of kept) await removeExpired(connection, null, now, retention);
    // Some of the days that changed, so that others are still read from their entries.
    if (kept.length > 0 || node.outbox.shipped !== before) await rolling.round();
  }

  const reader = afterShipping(new ClickHouseReader({ connection }), shipped);
  const source = afterShippingSource(openSource(connection), shipped);
  return {
    get writer() {
      return noting(node.writer, (now, retention) => maintained.push([now, retention]));
    },
    reader,
    source,
    reopen: async () => {
      await node.close();
      node = openNode(folder, connection);
    },
    problems: () => check(folder),
    close: async () => {
      await node.close();
      await closePlace(place);
    },
  };
}

/** The writer, and what it was told to keep: deletes follow it. */
function noting(
  writer: EntryWriter,
  note: (now: number, retention: ReadonlyMap<string, SiteRetention>) => void,
): EntryWriter {
  return new Proxy(writer, {
    get(target, name) {
      if (name !== 'maintain') {
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return (now: number, retention: ReadonlyMap<string, SiteRetention>) => {
        const more = target.maintain(now, retention);
        if (!more) note(now, retention);
        return more;
      };
    },
  });
}

function afterShipping(reader: EntryReader, shipped: () => Promise<void>): EntryReader {
  return {
    page: async (...asked) => shipped().then(() => reader.page(...asked)),
    facets: async (...asked) => shipped().then(() => reader.facets(...asked)),
    histogram: async (...asked) => shipped().then(() => reader.histogram(...asked)),
    stream: async function* (...asked) {
      await shipped();
      yield* reader.stream(...asked);
    },
    pick: async (...asked) => shipped().then(() => reader.pick(...asked)),
    sessions: async (...asked) => shipped().then(() => reader.sessions(...asked)),
    session: async (...asked) => shipped().then(() => reader.session(...asked)),
    stationTold: async (...asked) => shipped().then(() => reader.stationTold(...asked)),
    fleet: async (...asked) => shipped().then(() => reader.fleet(...asked)),
    sizes: async (...asked) => shipped().then(() => reader.sizes(...asked)),
    chargers: async (site) => shipped().then(() => reader.chargers(site)),
    actions: async (sites) => shipped().then(() => reader.actions(sites)),
    storage: async () => shipped().then(() => reader.storage()),
    close: async () => reader.close(),
  };
}

function afterShippingSource(source: EntrySource, shipped: () => Promise<void>): EntrySource {
  return {
    count: async (query) => shipped().then(() => source.count(query)),
    entries: async function* (...asked) {
      await shipped();
      yield* source.entries(...asked);
    },
    close: async () => source.close(),
  };
}
