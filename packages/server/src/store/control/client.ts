/** `Control` on the server's own thread: the snapshot is here, the database in a worker. */

import { Worker } from 'node:worker_threads';
import { AUDIT_DAYS, type AuditEvent, type AuditQuery, type AuditRecord } from '../audit.ts';
import type {
  Control,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StartOfTransaction,
  StationPassword,
} from '../control.ts';
import type { BackupRecord, ErasureRecord, SiteErasedTag, TextsPlace, TextsStep } from '../erasure.ts';
import type { People } from '../people.ts';
import { CallClient } from '../rpc.ts';
import { PeopleClient } from './people-client.ts';
import type { ControlMethods } from './worker.ts';

/** A key's last use is written at most this often, ms. */
const USE_INTERVAL = 60_000;

class ControlClient implements Control {
  readonly people: People;
  readonly #calls: CallClient<ControlMethods>;
  readonly #listeners: ((snapshot: ControlSnapshot) => void)[] = [];
  readonly #used = new Map<string, number>();
  readonly #ended: Promise<void>;
  #snapshot: ControlSnapshot;

  constructor(calls: CallClient<ControlMethods>, snapshot: ControlSnapshot, ended: Promise<void>) {
    this.people = new PeopleClient(calls);
    this.#calls = calls;
    this.#snapshot = snapshot;
    this.#ended = ended;
    calls.on('changed', (value) => {
      // Safe: the worker emits nothing but snapshots under this name.
      this.#snapshot = value as ControlSnapshot;
      const known = new Set(this.#snapshot.keys.map((key) => key.id));
      for (const id of this.#used.keys()) if (!known.has(id)) this.#used.delete(id);
      for (const listener of this.#listeners) listener(this.#snapshot);
    });
  }

  snapshot(): ControlSnapshot {
    return this.#snapshot;
  }

  onChange(listener: (snapshot: ControlSnapshot) => void): void {
    this.#listeners.push(listener);
  }

  putSite(site: Site): Promise<void> {
    return this.#calls.call('putSite', [site]);
  }

  loggedSettings(): Promise<ReadonlyMap<string, LoggedSettings>> {
    return this.#calls.call('loggedSettings', []);
  }

  settingsLogged(site: string, settings: LoggedSettings): Promise<void> {
    return this.#calls.call('settingsLogged', [site, settings]);
  }

  putKey(key: KeyRecord): Promise<void> {
    return this.#calls.call('putKey', [key]);
  }

  revokeKey(id: string): Promise<boolean> {
    return this.#calls.call('revokeKey', [id]);
  }

  stationPassword(site: string, charger: string): Promise<StationPassword | null> {
    return this.#calls.call('stationPassword', [site, charger]);
  }

  putStationPassword(password: StationPassword): Promise<void> {
    return this.#calls.call('putStationPassword', [password]);
  }

  dropStationPassword(site: string, charger: string): Promise<boolean> {
    return this.#calls.call('dropStationPassword', [site, charger]);
  }

  keyUsed(id: string, at: number): void {
    if (at - (this.#used.get(id) ?? 0) < USE_INTERVAL) return;
    if (!this.#snapshot.keys.some((key) => key.id === id)) return;
    this.#used.set(id, at);
    // A lost time of use is written with the next use.
    this.#calls.call('keyUsed', [id, at]).catch(() => this.#used.delete(id));
  }

  firstAnswer(key: string, site: string, idempotencyKey: string): Promise<string | null> {
    return this.#calls.call('firstAnswer', [key, site, idempotencyKey]);
  }

  rememberAnswer(
    key: string,
    site: string,
    idempotencyKey: string,
    answer: string,
    at: number,
  ): Promise<void> {
    return this.#calls.call('rememberAnswer', [key, site, idempotencyKey, answer, at]);
  }

  transactionNumber(start: StartOfTransaction): Promise<number> {
    return this.#calls.call('transactionNumber', [start]);
  }

  audit(events: readonly AuditEvent[]): Promise<void> {
    return this.#calls.call('audit', [events]);
  }

  audits(query: AuditQuery): Promise<readonly AuditRecord[]> {
    return this.#calls.call('audits', [query]);
  }

  erasures(): Promise<readonly ErasureRecord[]> {
    return this.#calls.call('erasures', []);
  }

  putErasure(erasure: ErasureRecord): Promise<void> {
    return this.#calls.call('putErasure', [erasure]);
  }

  eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): Promise<TextsStep> {
    return this.#calls.call('eraseTexts', [tag, key, from]);
  }

  backups(): Promise<readonly BackupRecord[]> {
    return this.#calls.call('backups', []);
  }

  async close(): Promise<void> {
    await this.#calls.call('close', []);
    await this.#ended;
  }
}

/**
 * Opens `control.db` in `folder`; rejects with one clear line where it is damaged, foreign or of a newer version.
 * `onFailure` is called once if the thread ends by itself later; every call then fails.
 */
export async function openControl(
  folder: string,
  onFailure: (reason: string) => void = () => undefined,
  auditDays: number = AUDIT_DAYS,
): Promise<Control> {
  const script = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  const worker = new Worker(script, { workerData: { folder, auditDays } });
  const calls = new CallClient<ControlMethods>(worker);
  let closing = false;
  let opened = false;
  let fault: Error | null = null;
  worker.on('error', (error) => {
    fault = error instanceof Error ? error : new Error(String(error));
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      const reason = fault?.message ?? 'the control thread has ended';
      calls.ended(reason);
      if (opened && !closing) onFailure(reason);
      resolve();
    });
  });
  try {
    const client = new ControlClient(calls, await calls.call('snapshot', []), ended);
    opened = true;
    const close = client.close.bind(client);
    client.close = () => {
      closing = true;
      return close();
    };
    return client;
  } catch (error) {
    await ended;
    throw fault ?? error;
  }
}
