/** A log of some days, what is asked of it, and whether that is the same with and without what was counted ahead. */

import assert from 'node:assert/strict';
import { KINDS } from '@ocpp-logs/core';
import type { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import type { RowBinary } from '../../packages/server/src/store/clickhouse/row-binary.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import { parsed } from '../../packages/server/src/store/conformance/searches.ts';
import { type EntryChange, type EntryFilter, FACET_FIELDS } from '../../packages/server/src/store/store.ts';
import { closePlace, type Node, openNode, openPlace, type Place, shipAll } from './fixtures.ts';
import type { HttpEngine } from './http-engine.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Over the end of a month. */
export const BEGIN = Date.UTC(2026, 3, 26);
export const DAYS = 8;

export interface Rig extends Place {
  readonly node: Node;
  readonly url: string;
}

export async function using(http: HttpEngine, url: string, work: (rig: Rig) => Promise<void>): Promise<void> {
  const place = await openPlace(url);
  const node = openNode(place.folder, place.connection);
  try {
    await migrate(place.connection);
    await work({ ...place, node, url });
  } finally {
    http.fault = () => null;
    await node.close();
    await closePlace(place);
  }
}

const ACTIONS = ['Heartbeat', 'StatusNotification', 'BootNotification', 'Authorize'];

/** One to three entries an hour, of stations, kinds, outcomes and versions in turn. */
function log(): readonly EntryChange[] {
  return Array.from({ length: DAYS * 24 }, (_, hour) => hour).flatMap((hour) =>
    Array.from({ length: 1 + (hour % 3) }, (_, n): EntryChange => {
      const nth = hour * 7 + n;
      const of = { charger: `CP${nth % 4}`, messageId: `m${nth}` };
      const over =
        nth % 11 === 0
          ? ({ kind: 'connection', action: null, outcome: null, version: null, fields: {} } as const)
          : {
              action: ACTIONS[(nth >> 1) % 4] ?? null,
              outcome: nth % 5 === 0 ? ('error' as const) : ('answered' as const),
              version: nth % 2 === 0 ? ('1.6' as const) : ('2.0.1' as const),
              fields: { connector_id: nth % 3, request_status: nth % 3 === 0 ? 'Faulted' : 'Available' },
            };
      return { slot: { id: null }, entry: entryAt(BEGIN + hour * HOUR + n, { ...over, ...of }) };
    }),
  );
}

export async function write(
  { node }: Rig,
  site: string,
  changes: readonly EntryChange[],
): Promise<readonly EntryChange[]> {
  node.writer.apply(site, changes);
  node.writer.commit();
  await shipAll(node);
  return changes;
}

/** Each site holds the same. */
export async function filled(rig: Rig, ...sites: readonly string[]): Promise<readonly EntryChange[]> {
  const all: EntryChange[] = [];
  for (const site of sites) all.push(...(await write(rig, site, log())));
  return all;
}

export const filter = (site: string, over: Partial<EntryFilter> = {}): EntryFilter => ({
  site,
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  kinds: KINDS,
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
  ...over,
});

const BRIEFLY: readonly Partial<EntryFilter>[] = [
  {},
  {
    from: BEGIN + 5 * HOUR + 1,
    to: BEGIN + 6 * DAY + 7 * HOUR,
    query: parsed('-outcome:error kind:exchange'),
  },
];
export const ASKED: readonly Partial<EntryFilter>[] = [
  ...BRIEFLY,
  { from: BEGIN + DAY + 1, to: BEGIN + 2 * DAY + 1 },
  { kinds: ['exchange'], actions: ['Heartbeat', 'Authorize'] },
  { chargers: ['CP1', 'CP2'] },
  { connectors: [0, 2] },
  { connectors: [1], chargers: ['CP1'] },
  { query: parsed('outcome:error') },
  { query: parsed('Faulted') },
];

/** It sees nothing that was counted ahead. */
class Unrolled extends Connection {
  override async rows<T>(
    sql: string,
    bound: Parameters,
    read: (row: RowBinary) => T,
    signal?: AbortSignal,
  ): Promise<readonly T[]> {
    return sql.includes('rolled_day') ? [] : super.rows(sql, bound, read, signal);
  }
}

export async function count(connection: Connection, filters: readonly EntryFilter[]): Promise<number> {
  const rendering = { siteName: '', exchange: false, raw: false };
  const scopes = filters.map((each) => ({ filter: each, rendering }));
  const reader = new ClickHouseReader({ connection });
  const page = await reader.page({ scopes, order: 'asc', take: 1, skip: 0, after: null });
  assert.ok(page.countExact);
  return page.count;
}

/** The first is finer than what is counted ahead. */
const STEPS = [HOUR / 4, HOUR, 5 * DAY];

export async function told(connection: Connection, filters: readonly EntryFilter[]) {
  const reader = new ClickHouseReader({ connection });
  const histograms = [];
  for (const step of STEPS) histograms.push(await reader.histogram({ filters, step }));
  const facets = await reader.facets({ filters, fields: FACET_FIELDS, top: 100 });
  return { count: await count(connection, filters), facets, histograms };
}

/** Of all sites, and of spans that differ. */
export async function assertSame(
  { connection, url }: Rig,
  sites: readonly string[],
  asked: readonly Partial<EntryFilter>[] = BRIEFLY,
): Promise<void> {
  const mixed = sites.map((site, at) => filter(site, { from: BEGIN + at * DAY + at }));
  const all = [
    ...(sites.length > 1 ? [mixed] : []),
    ...asked.map((over) => sites.map((site) => filter(site, over))),
  ];
  const unrolled = new Unrolled({ url, database: connection.database });
  try {
    for (const filters of all)
      assert.deepEqual(
        await told(connection, filters),
        await told(unrolled, filters),
        JSON.stringify(filters),
      );
  } finally {
    await unrolled.close();
  }
}

/** Behind the back of everything: what is still told was counted ahead. */
export async function emptied({ connection }: Rig, where = '1'): Promise<void> {
  await connection.run(`ALTER TABLE ${connection.database}.entry DELETE WHERE ${where}`, undefined, {
    mutations_sync: '1',
  });
}
