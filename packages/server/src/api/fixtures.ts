/** A server on doubles, for tests: entries in memory, a recorder that commits when it is told to. */

import type { TestContext } from 'node:test';
import type { EntryId } from '@ocpp-logs/core';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createKey, type KeyWish, type ShownKey } from '../auth/keys.ts';
import { DelaySum } from '../capture/recorder/frame-delays.ts';
import type { CommittedChange, IngestAnswer } from '../capture/recorder/recorder.ts';
import { Sequence } from '../capture/recorder/sequence.ts';
import { Erasures, type ErasuresOptions } from '../erasure/erasures.ts';
import { ExportJobs, type JobsOptions } from '../export/jobs/export-jobs.ts';
import { ImportJobs, type ImportJobsOptions } from '../import/jobs/import-jobs.ts';
import { Spool } from '../import/jobs/spool.ts';
import { NO_PROGRESS } from '../store/erasure.ts';
import { alarms } from './alarms-double.ts';
import { ControlDouble } from './control-double.ts';
import { ReaderDouble } from './reader-double.ts';
import { type ApiOptions, addRoutes, httpOptions } from './routes.ts';
import { Unparsed } from './unparsed.ts';

export { ControlDouble, DEPOT } from './control-double.ts';
export { entryAt, ReaderDouble } from './reader-double.ts';

export const NOW = Date.UTC(2026, 0, 10, 12, 30);
export const ADMIN = 'admin-token-of-the-tests-0123456789';
export const SECRET_KEY = new Uint8Array(32).fill(9);
const BARE = { adminToken: ADMIN, runToken: null, clockSkewSeconds: 300, publicPath: '' };
const AUTH = { ...BARE, secretKey: SECRET_KEY };

export class RecorderDouble {
  readonly sequence = new Sequence();

  constructor() {
    this.sequence.begin(100);
  }

  get committed(): number {
    return this.sequence.last;
  }

  readonly taken: { site: string; source: string; body: string; last: boolean }[] = [];
  answer: () => Promise<IngestAnswer> = async () => ({
    accepted: 1,
    duplicates: 0,
    rejected: [],
    entries: {},
  });
  readonly #listeners = new Set<(site: string, changes: readonly CommittedChange[]) => void>();

  async ingest(site: string, source: string, bytes: Uint8Array, last: boolean) {
    this.taken.push({ site, source, body: Buffer.from(bytes).toString(), last });
    return this.answer();
  }

  onCommit(listener: (site: string, changes: readonly CommittedChange[]) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  commit(site: string, ...changed: (readonly [EntryId, 'entry' | 'update'])[]): void {
    const changes = changed.map(([id, change]) => ({ seq: this.sequence.next(), id, change }));
    for (const listener of this.#listeners) listener(site, changes);
  }

  /** Site, charger, time: what is committed of the connections that are there now. */
  through: readonly (readonly [site: string, charger: string, at: number])[] = [];

  capturedThrough(site: string): ReadonlyMap<string, number> {
    return new Map(
      this.through.flatMap(([of, charger, at]) => (of === site ? [[charger, at] as const] : [])),
    );
  }

  counters() {
    return { frames_total: 3 };
  }

  delays() {
    return { committed: new DelaySum(), synced: new DelaySum() };
  }
}

/** Makes no export unless it is given something that does. */
export function exportJobs(change: Partial<JobsOptions> = {}): ExportJobs {
  return new ExportJobs({
    folder: 'no-such-folder',
    runner: {
      estimate: () => Promise.reject(new Error('no export is made here')),
      run: () => Promise.reject(new Error('no export is made here')),
      close: async () => {},
    },
    keepMs: 86_400_000,
    maxBytes: 1_000_000_000,
    atOnce: 1,
    perKey: 10,
    pseudonymKey: new Uint8Array(32),
    lackOf: () => null,
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

/** Finds nothing in any site. */
export function erasures(control: ControlDouble, change: Partial<ErasuresOptions> = {}): Erasures {
  return new Erasures({
    control,
    shared: null,
    recorder: { erase: async ({ id }) => ({ id, ...NO_PROGRESS, ended: true }) },
    exports: { count: async () => 0, remove: async () => 0 },
    pseudonymKey: new Uint8Array(32),
    setAside: () => 0,
    gone: null,
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

/** Reads no import unless it is given something that does. */
export function importJobs(change: Partial<ImportJobsOptions> = {}): ImportJobs {
  const sink = {
    ingest: () => Promise.reject(new Error('nothing is imported here')),
    close: async () => {},
  };
  return new ImportJobs({
    spool: new Spool('no-such-folder'),
    runner: { read: () => Promise.reject(new Error('no import is read here')) },
    sinkOf: () => sink,
    drySinkOf: () => sink,
    makeSite: async () => {},
    jobsMax: 8,
    unpackedMax: 2 ** 40,
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

export interface ServerDouble {
  readonly app: FastifyInstance;
  /** All that Fastify serves, whether the API's document has it or not. */
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  readonly reader: ReaderDouble;
  readonly recorder: RecorderDouble;
  readonly control: ControlDouble;
  readonly clock: { now: number };
  readonly key: (wish?: Partial<KeyWish>) => Promise<ShownKey>;
}

export function server(
  t: TestContext,
  change: Partial<ApiOptions> = {},
  loggerInstance?: FastifyBaseLogger,
): ServerDouble {
  const [reader, recorder, control] = [new ReaderDouble(), new RecorderDouble(), new ControlDouble()];
  const clock = { now: NOW };
  const unparsed = new Unparsed();
  const app: FastifyInstance = Fastify({
    ...httpOptions(change.trustProxy ?? false, unparsed),
    ...(loggerInstance ? { loggerInstance } : {}),
  });
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((each) => ({ method: each, url })));
  });
  addRoutes(
    app,
    {
      reader,
      recorder,
      control,
      csms: { connected: () => null },
      exports: exportJobs(),
      exportWait: 60_000,
      imports: importJobs(),
      erasures: erasures(control),
      alarms: alarms(),
      importBytes: 1024 * 1024,
      unready: () => null,
      counters: () => ({ connections: 2 }),
      auth: AUTH,
      own: { bound: '127.0.0.1', names: [] },
      version: '1.2.3',
      ingestBytes: 1024 * 1024,
      tails: 3,
      now: () => clock.now,
      passwordCost: { ln: 4, r: 8, p: 1 },
      ...change,
    },
    unparsed,
  );
  t.after(() => app.close());
  const key = async (wish: Partial<KeyWish> = {}) => {
    const all = { name: 'test', scopes: ['read'], sites: null, expires: null, ...wish } as const;
    const { record, shown } = createKey(all, SECRET_KEY, clock.now);
    await control.putKey(record);
    return shown;
  };
  return { app, routes, reader, recorder, control, clock, key };
}

export const asAdmin = { authorization: `Bearer ${ADMIN}` };
export const DAY = 'from=2026-01-05&to=2026-01-06';
