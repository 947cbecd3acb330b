/** A store over the engine: site files as its spool, shipped before each question. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { removeExpired } from '../../packages/server/src/store/clickhouse/retention.ts';
import { Shipper } from '../../packages/server/src/store/clickhouse/shipper.ts';
import { openSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { SpoolWriter } from '../../packages/server/src/store/clickhouse/writer.ts';
import type { ConformingStore } from '../../packages/server/src/store/conformance/opened.ts';
import type { SiteRetention } from '../../packages/server/src/store/retention.ts';
import { check } from '../../packages/server/src/store/sqlite/check.ts';
import { SqliteReader } from '../../packages/server/src/store/sqlite/reader.ts';
import { openSource as openSpoolSource } from '../../packages/server/src/store/sqlite/source.ts';
import { openWriter } from '../../packages/server/src/store/sqlite/writer.ts';
import type { EntryReader, EntrySource, EntryWriter } from '../../packages/server/src/store/store.ts';

const report = (message: string): never => {
  throw new Error(`reported: ${message}`);
};

/** Sites of the suite. */
const SITES = ['depot', 'höf/2', 'yard'];

let databases = 0;

export async function openStore(url: string): Promise<ConformingStore> {
  databases += 1;
  const database = `store_${databases}`;
  const folder = await mkdtemp(join(tmpdir(), 'olk-clickhouse-'));
  const connection = new Connection({ url, database });
  let migrated = false;
  let all = openAll();

  function openAll() {
    const outbox = new Outbox(folder);
    const local = new SqliteReader({ folder, report });
    const source = openSpoolSource(folder, { report });
    const shipper = new Shipper({
      connection,
      changes: (after, max) => outbox.read(after, max),
      acknowledged: (upTo) => outbox.trim(upTo),
      source,
      stations: () => SITES.flatMap((site) => local.chargers(site).map((station) => ({ site, station }))),
      node: 'node-1',
    });
    return {
      writer: new SpoolWriter({ spool: openWriter({ folder, derive: (entry) => entry, report }), outbox }),
      shipper,
      close: async () => {
        await source.close();
        local.close();
      },
    };
  }

  /** What has been committed reaches the engine, as it does of itself within a second. */
  async function shipped(): Promise<void> {
    if (!migrated) await migrate(connection);
    migrated = true;
    while ((await all.shipper.ship()).more);
    await all.shipper.shipStations(Date.now() * 1000);
    for (const [now, retention] of maintained.splice(0))
      await removeExpired(connection, null, now, retention);
  }

  const maintained: [number, ReadonlyMap<string, SiteRetention>][] = [];
  const reader = afterShipping(new ClickHouseReader({ connection }), shipped);
  const source = afterShippingSource(openSource(connection), shipped);
  return {
    get writer() {
      return noting(all.writer, (now, retention) => maintained.push([now, retention]));
    },
    reader,
    source,
    reopen: async () => {
      all.writer.close();
      await all.close();
      all = openAll();
    },
    problems: () => check(folder),
    close: async () => {
      all.writer.close();
      await all.close();
      if (migrated) await connection.run(`DROP DATABASE ${database}`);
      await connection.close();
      await rm(folder, { recursive: true });
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
