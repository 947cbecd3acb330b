/** The thread that ships: beside the recorder's, which it never makes wait. */

import { setTimeout as timeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { counted, deriveEach, type EntryId, timeOfId } from '@ocpp-logs/core';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { isMigrating } from '../migrate/checkpoint.ts';
import type { SiteRetention } from '../retention.ts';
import { RetentionLease } from '../retention-lease.ts';
import { serveCalls } from '../rpc.ts';
import { idOfPlace, monthOf } from '../sqlite/month.ts';
import { SqliteReader } from '../sqlite/reader.ts';
import { openSource } from '../sqlite/source.ts';
import { Backfill } from './backfill.ts';
import { markAll } from './changed-days.ts';
import type { MonthOfSite } from './compared-months.ts';
import { Completing } from './completing.ts';
import { ShipsDerivedAnew } from './derived-anew.ts';
import type { ErasedTask } from './erased-rows.ts';
import { keepLonger } from './keep-longer.ts';
import { type LeavingCounts, LeavingRows } from './leaving-rows.ts';
import { movedMonths, movedVersion } from './moved-months.ts';
import { OldRowsOfEngine } from './old-rows.ts';
import { type ChangeNumber, Outbox } from './outbox.ts';
import { removeExpired } from './retention.ts';
import { type RetentionCounts, RetentionLoop } from './retention-loop.ts';
import { Rolling, type RollingCounts } from './rolling.ts';
import { RollingLoop } from './rolling-loop.ts';
import { Shipper } from './shipper.ts';
import { type ShippingCounts, ShippingLoop } from './shipping-loop.ts';
import { openSource as openShipped } from './source.ts';
import type { SpoolBounds } from './spool-room.ts';
import { SpoolState } from './spool-state.ts';
import { type SpoolCounts, SpoolWatch } from './spool-watch.ts';
import { type ClickHouseOptions, Connection } from './sql.ts';
import { migrate } from './start.ts';
import { WriterClaim } from './writer-claim.ts';

export interface ShipperWorkerData extends ClickHouseOptions {
  /** The data folder. */
  readonly folder: string;
  readonly cluster: string | null;
  readonly settled: SharedArrayBuffer;
  readonly bounds: SpoolBounds;
  /** Among those that ship to the database; null: this folder alone may. */
  readonly node: { readonly folder: string; readonly number: number } | null;
  readonly retention: ReadonlyMap<string, SiteRetention>;
  /** Of a `RetentionLease`; null: what sites keep is always known. */
  readonly lease: SharedArrayBuffer | null;
}

interface CompletingCounts {
  /** Entries that ClickHouse lacked, though it had taken them. */
  readonly shipping_completed_entries_total: number;
  /** Months that stay, as ClickHouse does not hold all of them. */
  readonly spool_differing_months: number;
}

export type ShipperCounts = ShippingCounts &
  RetentionCounts &
  SpoolCounts &
  CompletingCounts &
  LeavingCounts &
  RollingCounts & {
    /** Rounds that failed. */
    readonly rolling_failures_total: number;
  };

export type ShipperMethods = {
  retention: (retention: ReadonlyMap<string, SiteRetention>) => void;
  counts: () => ShipperCounts;
  /** How far what was erased has left ClickHouse; null: nobody noted that run of it, or a later one. */
  erased: (erasure: string, number: ChangeNumber) => ErasedTask | null;
  /** As {@link ShippingLoop} has it. */
  stationsThrough: () => number | null;
  close: () => Promise<void>;
};

const NOTHING_KNOWN: ReadonlyMap<string, SiteRetention> = new Map();
/** At the end of a run what waits is shipped within this, or by the next one. */
const LAST_MS = 2000;

if (parentPort === null) throw new Error('shipper-worker.ts runs as a worker thread only');
standBehind(BEHIND_RELAY.shipper);
// Safe: shipping.ts starts this thread with these.
const given = workerData as ShipperWorkerData;
const { folder, cluster } = given;
let { retention } = given;
const lease = given.lease === null ? null : new RetentionLease(given.lease);
const isKnown = () => lease?.holds(Date.now()) ?? true;
/** While it is not known what a site keeps, nothing that is shipped goes by itself; what is too old is deleted later. */
const keptOf = (site: string) => (isKnown() ? retention.get(site) : undefined);
const stop = new AbortController();

const emit = serveCalls(parentPort, {
  retention: (now) => {
    retention = now;
  },
  counts: () => ({
    ...loop.counts(),
    ...following.counts(),
    ...rolling.counts(),
    ...rollingLoop.counts(),
    ...spool.counts(),
    ...leaving.counts(),
    shipping_completed_entries_total: completed,
    spool_differing_months: outbox.compared.differing,
  }),
  erased: (erasure, number) => {
    const task = outbox.erased.of(erasure);
    return task === null || task.number < number ? null : task;
  },
  stationsThrough: () => loop.stationsThrough,
  close: async () => {
    stop.abort();
    spool.close();
    // What is under way, and what the recorder committed last.
    const last = running.then(() => loop.flush()).catch(report);
    await Promise.race([last, timeout(LAST_MS)]);
    await connection.close();
    await source.close();
    local.close();
    outbox.close();
  },
} satisfies ShipperMethods);
// Deletes and merges are no questions of people.
const connection = new Connection({ ...given, queryTime: null });
const outbox = new Outbox(folder, { settled: given.settled, shipping: true });
const state = new SpoolState(given.settled);
state.shipped = outbox.shipped;
const node = given.node?.folder ?? outbox.node;
const source = openSource(folder, { report });
const local = new SqliteReader({ folder, report });
const shipper = new Shipper({
  connection,
  changes: (after, max) => outbox.read(after, max),
  acknowledged: (upTo) => {
    outbox.trim(upTo);
    state.shipped = upTo;
  },
  noted: () => outbox.noted(),
  source,
  stations: function* () {
    for (const site of retention.keys()) {
      for (const station of local.chargers(site)) yield { site, station };
    }
  },
  retention: keptOf,
  node,
  tells: given.node !== null,
});
const sites = () => new Set(local.storage().months.map(({ site }) => site));
const backfill = new Backfill({
  connection,
  outbox,
  node,
  source,
  sites,
  moved: (site) => movedMonths(site, { folder, connection, url: given.url, local }),
  version: () => movedVersion({ folder, connection, url: given.url }) + 1,
  retention: keptOf,
});
const anew = new ShipsDerivedAnew({
  connection,
  outbox,
  source,
  shipped: openShipped(connection),
  derive: deriveEach(report),
  number: given.node?.number ?? null,
  retention: keptOf,
});
let completed = 0;
const completing = new Completing({
  connection,
  compared: outbox.compared,
  source,
  committed: () => outbox.committed,
  node,
  retention: keptOf,
  now: Date.now,
  onCompleted: ({ site, first }, entries) => {
    completed += entries;
    report(
      `ClickHouse lacked ${counted(entries, 'entry', 'entries')} of ${site}, ${monthNamed(first)}, that it once took: ${entries === 1 ? 'it is' : 'they are'} there again`,
    );
  },
  onCompared: ({ site, first }, differing) => {
    state.addCompared();
    if (differing === 0) return;
    report(
      `${counted(differing, 'entry', 'entries')} of ${site}, ${monthNamed(first)}, ${differing === 1 ? 'is' : 'are'} not in ClickHouse as they are here, whatever was shipped again: the month stays in the data folder`,
    );
  },
});
const spool = new SpoolWatch(given, () => local.storage(), report);
const claim = new WriterClaim(connection, {
  node,
  number: given.node?.number ?? null,
  now: Date.now,
  progress: outbox,
  onBehind: async () => {
    // First: until it is done nobody knows that this was seen, and what was counted there is used.
    await markAll(connection);
    report(`the database is behind what it took of this folder, all of which is compared with it${lost()}`);
    outbox.compared.complete(monthsHere());
    shipper.forgetStations();
  },
});
const loop = new ShippingLoop({
  shipper,
  backfill: {
    get sites() {
      return backfill.sites + outbox.compared.behind;
    },
    step: async () => {
      leaving.begin();
      const before = await backfill.step();
      if (before.more) return before;
      const again = await anew.step();
      return again.more ? again : completing.step();
    },
  },
  prepare: async () => {
    await migrate(connection, cluster);
    // Of one that was told how far it has got, the claim asks.
    if (!outbox.isUsed || outbox.told !== null || (await claim.isKnown())) return;
    report(`the database knows nothing of this folder, all of which is shipped once more${lost()}`);
    outbox.refill(sites);
  },
  knowsSites: () => retention.size > 0,
  claim: () => claim.renew(),
  waiting: () => outbox.waiting(),
  report,
  now: Date.now,
  pause,
});
const following = new RetentionLoop({
  mayRun: () => loop.isClaimed,
  tasks: [
    (_, kept) => keepLonger(connection, cluster, kept),
    (now, kept) => removeExpired(connection, cluster, now, kept),
  ],
  retention: () => (isKnown() ? retention : NOTHING_KNOWN),
  report,
  now: Date.now,
  pause,
});
const leaving = new LeavingRows({
  erased: outbox.erased,
  engine: new OldRowsOfEngine(connection, cluster),
  shipped: () => outbox.shipped,
  forget: () => {
    for (const each of [backfill, anew, completing]) each.forget();
  },
  removeExpired: async (site) => {
    const known = isKnown();
    const kept = keptOf(site);
    if (kept !== undefined) await removeExpired(connection, cluster, Date.now(), new Map([[site, kept]]));
    return known;
  },
  migrates: () => isMigrating(folder),
  report,
  now: Date.now,
  pause,
});
const rolling = new Rolling({ connection, node });
const rollingLoop = new RollingLoop({
  mayRun: () => loop.isClaimed,
  round: () => rolling.round(),
  report,
  now: Date.now,
  pause,
});
const running = loop.run(stop.signal);
// Statements that they wait for are given up with the connection.
void following.run(stop.signal);
void leaving.run(stop.signal);
void rollingLoop.run(stop.signal);

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await timeout(ms, undefined, { signal }).catch(ignoreAbort);
}

function lost(): string {
  const dropped = local.droppedMonths().length;
  return dropped === 0
    ? ''
    : `; of ${counted(dropped, 'month')} that ${dropped === 1 ? 'was' : 'were'} dropped from it, it may lack what is not here`;
}

function monthsHere(): readonly MonthOfSite[] {
  return local.storage().months.map(({ site, month: name }) => {
    const month = monthOf(Date.parse(`${name}-01`));
    return { site, first: idOfPlace(month, 0), end: idOfPlace(month + 1, 0) };
  });
}

function monthNamed(first: EntryId): string {
  return new Date(timeOfId(first)).toISOString().slice(0, 7);
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

function report(problem: unknown): void {
  emit('report', problem instanceof Error ? problem.message : String(problem));
}
