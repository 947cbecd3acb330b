/** The control thread: owns the server's way to control data and tells of every change, whoever made it. */

import { parentPort, workerData } from 'node:worker_threads';
import type { AuditEvent, AuditQuery } from '../audit.ts';
import type { KeyRecord, LoggedSettings, Site, StartOfTransaction, StationPassword } from '../control.ts';
import type { ErasurePart, ErasureRecord, SiteErasedTag, TextsPlace } from '../erasure.ts';
import type { NodeClaim } from '../nodes.ts';
import { type Methods, serveCalls } from '../rpc.ts';
import { alarmMethods } from './alarm-methods.ts';
import { asUnavailable } from './away.ts';
import { IN_MEMORY } from './erased-texts.ts';
import { openLocal } from './local.ts';
import type { ControlEvents, ControlPlace, OpenedControl } from './opened.ts';
import { peopleMethods } from './people-methods.ts';

const PURGE = 60_000;

if (!parentPort) throw new Error('control/worker is started as a worker thread');
const port = parentPort;
// Safe: client.ts starts this worker and gives it these.
const { place, auditDays } = workerData as { readonly place: ControlPlace; readonly auditDays: number };

// Calls are served when it is open; lines about that come before.
const emit = (event: keyof ControlEvents | 'forgotten', value: unknown) => port.postMessage({ event, value });
const events: ControlEvents = {
  changed: (snapshot) => emit('changed', snapshot),
  confirmed: (at) => emit('confirmed', at),
  counted: (counters) => emit('counted', counters),
  reported: (line) => emit('reported', line),
};

async function open(): Promise<OpenedControl> {
  if ('folder' in place) {
    try {
      return openLocal(place.folder, events);
    } catch (error) {
      throw asUnavailable(error);
    }
  }
  // Its client is loaded only where it is used.
  const { openPostgres } = await import('../postgres/followed.ts');
  return openPostgres(place.postgres, events);
}

const opened = await open();
const { store } = opened;
const tell = () => opened.tell();

const methods = {
  ...peopleMethods(store, tell),
  ...alarmMethods(store.alarms, tell),
  snapshot: async () => {
    const snapshot = await store.snapshot();
    opened.follow();
    return snapshot;
  },
  refresh: () => opened.refresh(),
  putSite: async (site: Site) => {
    await store.putSite(site);
    await tell();
  },
  removeSite: async (id: string) => {
    const known = await store.removeSite(id);
    await tell();
    return known;
  },
  loggedSettings: () => store.loggedSettings(),
  settingsLogged: (site: string, before: LoggedSettings | null, settings: LoggedSettings) =>
    store.settingsLogged(site, before, settings),
  agreeOnSecretKey: (offered: string | null) => store.agreeOnSecretKey(offered),
  putKey: async (key: KeyRecord) => {
    await store.putKey(key);
    await tell();
  },
  putFirstKey: async (key: KeyRecord) => {
    const first = await store.putFirstKey(key);
    await tell();
    return first;
  },
  revokeKey: async (id: string) => {
    const known = await store.revokeKey(id);
    await tell();
    return known;
  },
  stationPassword: (site: string, charger: string) => store.stationPasswords.get(site, charger),
  putStationPassword: (password: StationPassword) => store.stationPasswords.put(password),
  dropStationPassword: (site: string, charger: string) => store.stationPasswords.drop(site, charger),
  keyUsed: (id: string, at: number) => store.keyUsed(id, at),
  firstUse: (digest: Uint8Array, until: number) => store.firstUse(digest, until),
  firstAnswer: (key: string, site: string, idempotencyKey: string) =>
    store.firstAnswer(key, site, idempotencyKey, Date.now()),
  beginAnswer: (key: string, site: string, idempotencyKey: string, at: number) =>
    store.beginAnswer(key, site, idempotencyKey, at),
  giveUpAnswer: (key: string, site: string, idempotencyKey: string) =>
    store.giveUpAnswer(key, site, idempotencyKey),
  rememberAnswer: async (key: string, site: string, idempotencyKey: string, answer: string, at: number) => {
    const before = store.forgottenAnswers;
    const first = await store.rememberAnswer(key, site, idempotencyKey, answer, at);
    if (store.forgottenAnswers > before) emit('forgotten', store.forgottenAnswers);
    return first;
  },
  putJob: (id: string, url: string, until: number) => store.putJob(id, url, until),
  jobAt: (id: string) => store.jobAt(id),
  transactionNumber: (start: StartOfTransaction) => store.transactionNumber(start, Date.now()),
  audit: (happened: readonly AuditEvent[]) => store.audit.append(happened),
  audits: (query: AuditQuery) => store.audit.list(query),
  erasures: () => store.erasures.all(),
  putErasure: async (erasure: ErasureRecord) => {
    const stored = await store.erasures.put(erasure);
    await tell();
    return stored;
  },
  eraseTexts: async (tag: SiteErasedTag, key: Uint8Array, from: TextsPlace) => {
    const step = await store.erasures.eraseTexts(tag, key, from);
    if (step.table === IN_MEMORY && step.changed > 0) await tell();
    return step;
  },
  erasureParts: async (id: string | null) => (await store.erasureParts?.of(id)) ?? [],
  putErasurePart: (part: ErasurePart) => store.erasureParts?.put(part),
  backups: () => store.backups.all(),
  claimNode: async (claim: NodeClaim) => (await store.nodes?.claim(claim, Date.now())) ?? null,
  nodes: async () => (await store.nodes?.all()) ?? [],
  nodeSeen: (folder: string) => store.nodes?.seen(folder, Date.now()),
};

const running = new Set<Promise<unknown>>();

/** What was asked for before the end is done before the end. */
function tracked(method: Methods[string]): Methods[string] {
  return (...args) => {
    const answer = Promise.try(method, ...args).catch((error: unknown) => {
      throw asUnavailable(error);
    });
    const done: Promise<unknown> = answer
      .catch(() => undefined)
      .finally(() => {
        running.delete(done);
      });
    running.add(done);
    return answer;
  };
}

const own = {
  close: async () => {
    clearInterval(purging);
    await Promise.all(running);
    await opened.close();
    // After the answer has been posted, or it would be lost.
    setImmediate(() => port.close());
  },
};
export type ControlMethods = typeof methods & typeof own;

serveCalls(port, {
  ...Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, tracked(method)])),
  ...own,
});

const purging = setInterval(() => void opened.purge(Date.now(), auditDays), PURGE);
