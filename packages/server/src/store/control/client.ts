/** `Control` on the server's own thread: the snapshot is here, the database in a worker. */

import { Worker } from 'node:worker_threads';
import type { Alarms } from '../alarms.ts';
import { AUDIT_DAYS, type AuditEvent, type AuditQuery, type AuditRecord } from '../audit.ts';
import type {
  BegunAnswer,
  Control,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StartOfTransaction,
  StationPassword,
} from '../control.ts';
import type {
  BackupRecord,
  ErasurePart,
  ErasureRecord,
  SiteErasedTag,
  TextsPlace,
  TextsStep,
} from '../erasure.ts';
import type { GivenNumber, NodeClaim, NodeRow } from '../nodes.ts';
import type { People } from '../people.ts';
import { CallClient } from '../rpc.ts';
import { alarmsClient } from './alarm-client.ts';
import { type ControlPlace, monotonicMs } from './opened.ts';
import { PeopleClient } from './people-client.ts';
import type { ControlMethods } from './worker.ts';

/**
 * For how long what a shared database last said counts for callers, ms. Together with how long an answer takes it is
 * less than the 5 s after which a revoked key must be refused everywhere.
 */
const CURRENT_MS = 4_500;
/** A key's last use is written at most this often, ms. */
const USE_INTERVAL = 60_000;

class ControlClient implements Control {
  readonly people: People;
  readonly alarms: Alarms;
  readonly #calls: CallClient<ControlMethods>;
  readonly #listeners: ((snapshot: ControlSnapshot) => void)[] = [];
  readonly #used = new Map<string, number>();
  readonly #ended: Promise<void>;
  readonly shared: boolean;
  #snapshot: ControlSnapshot;
  #confirmed = monotonicMs();
  #counted: Readonly<Record<string, number>> = {};
  #forgotten = 0;

  /** `shared`: others may change it whom this process hears of only as long as the database answers. */
  constructor(
    calls: CallClient<ControlMethods>,
    snapshot: ControlSnapshot,
    ended: Promise<void>,
    shared: boolean,
  ) {
    this.people = new PeopleClient(calls);
    this.alarms = alarmsClient(calls);
    this.#calls = calls;
    this.#snapshot = snapshot;
    this.#ended = ended;
    this.shared = shared;
    // Safe: the worker emits nothing but such values under these names.
    calls.on('confirmed', (value) => {
      this.#confirmed = Math.max(this.#confirmed, value as number);
    });
    calls.on('counted', (value) => {
      this.#counted = value as Readonly<Record<string, number>>;
    });
    calls.on('forgotten', (value) => {
      this.#forgotten = value as number;
    });
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

  isCurrent(): boolean {
    return !this.shared || monotonicMs() - this.#confirmed < CURRENT_MS;
  }

  async refresh(): Promise<void> {
    if (this.shared) await this.#calls.call('refresh', []);
  }

  counters(): Readonly<Record<string, number>> {
    return {
      idempotency_answers_forgotten_total: this.#forgotten,
      ...(this.shared ? { control_current: this.isCurrent() ? 1 : 0, ...this.#counted } : {}),
    };
  }

  onChange(listener: (snapshot: ControlSnapshot) => void): void {
    this.#listeners.push(listener);
  }

  putSite(site: Site): Promise<void> {
    return this.#calls.call('putSite', [site]);
  }

  removeSite(id: string): Promise<boolean> {
    return this.#calls.call('removeSite', [id]);
  }

  loggedSettings(): Promise<ReadonlyMap<string, LoggedSettings>> {
    return this.#calls.call('loggedSettings', []);
  }

  settingsLogged(site: string, before: LoggedSettings | null, settings: LoggedSettings): Promise<boolean> {
    return this.#calls.call('settingsLogged', [site, before, settings]);
  }

  agreeOnSecretKey(offered: string | null): Promise<string | null> {
    return this.#calls.call('agreeOnSecretKey', [offered]);
  }

  putKey(key: KeyRecord): Promise<void> {
    return this.#calls.call('putKey', [key]);
  }

  putFirstKey(key: KeyRecord): Promise<boolean> {
    return this.#calls.call('putFirstKey', [key]);
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

  async firstUse(digest: Uint8Array, until: number): Promise<boolean> {
    return !this.shared || this.#calls.call('firstUse', [digest, until]);
  }

  firstAnswer(key: string, site: string, idempotencyKey: string): Promise<string | null> {
    return this.#calls.call('firstAnswer', [key, site, idempotencyKey]);
  }

  beginAnswer(key: string, site: string, idempotencyKey: string, at: number): Promise<BegunAnswer> {
    return this.#calls.call('beginAnswer', [key, site, idempotencyKey, at]);
  }

  giveUpAnswer(key: string, site: string, idempotencyKey: string): Promise<void> {
    return this.#calls.call('giveUpAnswer', [key, site, idempotencyKey]);
  }

  rememberAnswer(
    key: string,
    site: string,
    idempotencyKey: string,
    answer: string,
    at: number,
  ): Promise<string> {
    return this.#calls.call('rememberAnswer', [key, site, idempotencyKey, answer, at]);
  }

  putJob(id: string, url: string, until: number): Promise<void> {
    return this.#calls.call('putJob', [id, url, until]);
  }

  jobAt(id: string): Promise<string | null> {
    return this.#calls.call('jobAt', [id]);
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

  putErasure(erasure: ErasureRecord): Promise<boolean> {
    return this.#calls.call('putErasure', [erasure]);
  }

  eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): Promise<TextsStep> {
    return this.#calls.call('eraseTexts', [tag, key, from]);
  }

  async erasureParts(id: string | null): Promise<readonly ErasurePart[]> {
    return this.shared ? this.#calls.call('erasureParts', [id]) : [];
  }

  async putErasurePart(part: ErasurePart): Promise<void> {
    if (this.shared) await this.#calls.call('putErasurePart', [part]);
  }

  async nodes(): Promise<readonly NodeRow[]> {
    return this.shared ? this.#calls.call('nodes', []) : [];
  }

  async claimNode(claim: NodeClaim): Promise<GivenNumber | null> {
    return this.shared ? this.#calls.call('claimNode', [claim]) : null;
  }

  async nodeSeen(folder: string): Promise<void> {
    if (this.shared) await this.#calls.call('nodeSeen', [folder]);
  }

  backups(): Promise<readonly BackupRecord[]> {
    return this.#calls.call('backups', []);
  }

  async close(): Promise<void> {
    await this.#calls.call('close', []);
    await this.#ended;
  }
}

export interface ControlHooks {
  /** Called once if the thread ends by itself later; every call then fails. */
  readonly onFailure?: (reason: string) => void;
  /** Takes lines for the log. */
  readonly onReport?: (line: string) => void;
}

/**
 * Opens control data in a thread; rejects with one clear line where it is damaged, foreign or of a newer version, and
 * where a database does not answer for half a minute.
 */
export async function openControl(
  place: ControlPlace,
  { onFailure = () => undefined, onReport = () => undefined }: ControlHooks = {},
  auditDays: number = AUDIT_DAYS,
): Promise<Control> {
  const script = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  const worker = new Worker(script, { workerData: { place, auditDays } });
  const calls = new CallClient<ControlMethods>(worker);
  calls.on('reported', (line) => onReport(String(line)));
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
    const client = new ControlClient(calls, await calls.call('snapshot', []), ended, 'postgres' in place);
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
