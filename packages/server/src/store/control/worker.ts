/** The control thread: owns the server's connection to control.db and tells of every change, whoever made it. */

import { parentPort, workerData } from 'node:worker_threads';
import type { AuditEvent, AuditQuery } from '../audit.ts';
import type { KeyRecord, LoggedSettings, Site, StartOfTransaction, StationPassword } from '../control.ts';
import type { ErasureRecord, SiteErasedTag, TextsPlace } from '../erasure.ts';
import { serveCalls } from '../rpc.ts';
import { ControlDatabase } from './database.ts';
import { peopleMethods } from './people-methods.ts';

/** Changes of other processes are seen this soon, ms. */
const POLL = 500;
const PURGE = 60_000;

if (!parentPort) throw new Error('control/worker is started as a worker thread');
const port = parentPort;
// Safe: client.ts starts this worker and gives it these.
const { folder, auditDays } = workerData as { readonly folder: string; readonly auditDays: number };
const database = new ControlDatabase(folder);
let seen = database.dataVersion();

function tell(): void {
  emit('changed', database.snapshot());
}

const methods = {
  ...peopleMethods(database, tell),
  snapshot: () => database.snapshot(),
  putSite: (site: Site) => {
    database.putSite(site);
    tell();
  },
  loggedSettings: () => database.loggedSettings(),
  settingsLogged: (site: string, settings: LoggedSettings) => database.settingsLogged(site, settings),
  putKey: (key: KeyRecord) => {
    database.putKey(key);
    tell();
  },
  revokeKey: (id: string) => {
    const known = database.revokeKey(id);
    tell();
    return known;
  },
  stationPassword: (site: string, charger: string) => database.stationPasswords.get(site, charger),
  putStationPassword: (password: StationPassword) => database.stationPasswords.put(password),
  dropStationPassword: (site: string, charger: string) => database.stationPasswords.drop(site, charger),
  keyUsed: (id: string, at: number) => database.keyUsed(id, at),
  firstAnswer: (key: string, site: string, idempotencyKey: string) =>
    database.firstAnswer(key, site, idempotencyKey, Date.now()),
  rememberAnswer: (key: string, site: string, idempotencyKey: string, answer: string, at: number) =>
    database.rememberAnswer(key, site, idempotencyKey, answer, at),
  transactionNumber: (start: StartOfTransaction) => database.transactionNumber(start, Date.now()),
  audit: (events: readonly AuditEvent[]) => database.audit.append(events),
  audits: (query: AuditQuery) => database.audit.list(query),
  erasures: () => database.erasures.all(),
  putErasure: (erasure: ErasureRecord) => {
    database.erasures.put(erasure);
    tell();
  },
  eraseTexts: (tag: SiteErasedTag, key: Uint8Array, from: TextsPlace) =>
    database.erasures.eraseTexts(tag, key, from),
  backups: () => database.backups.all(),
  close: () => {
    clearInterval(polling);
    clearInterval(purging);
    database.close();
    // After the answer has been posted, or it would be lost.
    setImmediate(() => port.close());
  },
};
export type ControlMethods = typeof methods;

const emit = serveCalls(port, methods);

const polling = setInterval(() => {
  const version = database.dataVersion();
  if (version === seen) return;
  seen = version;
  tell();
}, POLL);

const purging = setInterval(() => {
  database.purge(Date.now(), auditDays);
  if (database.sessions.purge(Date.now())) tell();
}, PURGE);
