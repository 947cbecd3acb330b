/**
 * Erasing id tags: first what comes is looked through for them, then exports go, then control.db and the files of the
 * site. Every step may be done again, so a run that was cut off begins anew with the same replacement.
 */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { TAG_MAX } from '@ocpp-logs/core';
import type { RecorderClient } from '../capture/recorder/recorder-client.ts';
import type { ErasureNews } from '../capture/recorder/recorder-worker.ts';
import { AUDIT_TAKE_MAX, type AuditEvent, SITES_TOLD } from '../store/audit.ts';
import type { Control } from '../store/control.ts';
import {
  type ErasureProgress,
  type ErasureRecord,
  type ErasureReport,
  formsOf,
  NO_PROGRESS,
  TEXTS_BEGIN,
  type TextsErased,
  type TextsPlace,
  type TextsStep,
} from '../store/erasure.ts';

/** Erasures that wait for their turn. */
const WAITING_MAX = 20;
/** Dry runs that are remembered, in memory. */
const DRY_MAX = 100;
/** Each costs every frame of its site a look. */
const KEPT_MAX = 10_000;
/** With `erased-` 19 characters: an idTag of 1.6 has 20 at most. */
const RANDOM_BYTES = 6;

export interface ErasureView extends Omit<ErasureRecord, 'forms' | 'state'> {
  readonly dry: boolean;
  readonly state: ErasureRecord['state'] | 'failed';
  readonly progress: ErasureProgress;
}

/** Exports that are kept on the server. */
export interface KeptExports {
  count(site: string): Promise<number>;
  /** How many there were. */
  remove(site: string): Promise<number>;
}

export interface ErasuresOptions {
  readonly control: Pick<Control, 'erasures' | 'putErasure' | 'eraseTexts' | 'backups' | 'audit' | 'audits'>;
  readonly recorder: Pick<RecorderClient, 'erase'>;
  readonly exports: KeptExports;
  readonly pseudonymKey: Uint8Array;
  /** Files that were set aside as damaged or foreign. */
  readonly setAside: () => number;
  readonly now: () => number;
  readonly report: (line: string) => void;
}

/** No further erasure can be taken now. */
export class TooManyErasuresError extends Error {
  override readonly name = 'TooManyErasuresError';
}

export interface ErasureWish {
  readonly site: string;
  readonly tag: string;
  readonly dry: boolean;
  /** Name of who asks. */
  readonly by: string;
}

/** What an id tag may be; null, or what is wrong. */
export function tagFault(tag: string): string | null {
  const { length } = tag.trim();
  if (length === 0) return 'is required: the id tag as the station sends it';
  return length > TAG_MAX ? `has at most ${TAG_MAX} characters` : null;
}

export class Erasures {
  readonly #options: ErasuresOptions;
  readonly #kept = new Map<
    string,
    { record: ErasureRecord; dry: boolean; failed: boolean; progress: ErasureProgress }
  >();
  readonly #ends = new Map<string, Promise<void>>();
  /** Whether what was asked for is on the disk. */
  readonly #stored = new Map<string, Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ErasuresOptions) {
    this.#options = options;
  }

  /** Once, before anything else. What an earlier run did not finish begins again. */
  async start(): Promise<void> {
    for (const record of (await this.#options.control.erasures()).toReversed()) {
      this.#hold(record, false);
      if (record.state === 'running') this.#queue(record.id);
    }
  }

  /** Takes it up; what was asked for is on the disk when this resolves. Throws a TooManyErasuresError. */
  async create({ site, tag, dry, by }: ErasureWish): Promise<ErasureView> {
    if (this.#closed || this.#ends.size >= WAITING_MAX)
      throw new TooManyErasuresError(`${this.#ends.size} erasures wait already`);
    if (this.#kept.size >= KEPT_MAX)
      throw new TooManyErasuresError(`${KEPT_MAX} erasures are remembered already`);
    const { control, pseudonymKey, now } = this.#options;
    const forms = formsOf(pseudonymKey, site, tag);
    const hashes = new Set(forms.map(({ hash }) => hash));
    const before = [...this.#kept.values()].find(
      (held) =>
        !held.dry && held.record.site === site && held.record.forms.some(({ hash }) => hashes.has(hash)),
    )?.record;
    const known = dry || before === undefined ? null : before;
    const record: ErasureRecord = {
      id: known?.id ?? randomBytes(12).toString('hex'),
      site,
      replacement: before?.replacement ?? `erased-${randomBytes(RANDOM_BYTES).toString('hex')}`,
      forms: known?.forms ?? forms,
      asked: now(),
      by,
      state: 'running',
      ended: null,
      report: null,
    };
    // Under way already: that run is the answer to both.
    if (known !== null && this.#ends.has(known.id)) {
      await this.#stored.get(known.id);
      return this.#view(known.id);
    }
    // Before anything is waited for: the same may be asked twice at once.
    this.#hold(record, dry);
    this.#queue(record.id, dry ? Promise.resolve() : control.putErasure(record));
    await this.#stored.get(record.id);
    return this.#view(record.id);
  }

  /** Newest first. */
  list(): readonly ErasureView[] {
    return [...this.#kept.keys()].map((id) => this.#view(id)).sort((a, b) => b.asked - a.asked);
  }

  get(id: string): ErasureView | null {
    return this.#kept.has(id) ? this.#view(id) : null;
  }

  /** Resolves when it has ended, be it by a failure; never rejects. */
  async ended(id: string): Promise<ErasureView | null> {
    await this.#ends.get(id);
    return this.get(id);
  }

  /** What has not ended goes on with the next start. */
  close(): void {
    this.#closed = true;
  }

  #view(id: string): ErasureView {
    const held = this.#kept.get(id);
    if (held === undefined) throw new RangeError(`there is no erasure ${id}`);
    const { forms: _, ...record } = held.record;
    return {
      ...record,
      state: held.failed ? 'failed' : record.state,
      dry: held.dry,
      progress: held.progress,
    };
  }

  #hold(record: ErasureRecord, dry: boolean): void {
    const progress = record.report === null ? NO_PROGRESS : { ...progressOf(record.report), ended: true };
    this.#kept.delete(record.id);
    this.#kept.set(record.id, { record, dry, failed: false, progress });
    const dryOnes = [...this.#kept].filter(([, held]) => held.dry && held.record.state !== 'running');
    for (const [id] of dryOnes.slice(0, -DRY_MAX)) this.#kept.delete(id);
  }

  #queue(id: string, stored: Promise<void> = Promise.resolve()): void {
    this.#stored.set(id, stored);
    const run = async () => {
      try {
        await stored;
        await this.#run(id);
      } catch (error) {
        // Whoever asked is told; nothing was begun.
        const held = this.#kept.get(id);
        if (held !== undefined) held.failed = true;
        this.#options.report(`erasure ${id} was not begun: ${String(error)}`);
      }
    };
    const end = this.#last.then(run).finally(() => {
      this.#ends.delete(id);
      this.#stored.delete(id);
    });
    this.#ends.set(id, end);
    this.#last = end;
  }

  /** Never rejects. */
  async #run(id: string): Promise<void> {
    const held = this.#kept.get(id);
    if (held === undefined || this.#closed) return;
    const { record, dry } = held;
    try {
      const report = dry ? await this.#lookThrough(record) : await this.#erase(record);
      const whole = report.unreadable === 0 && report.kept === 0;
      const ended = this.#options.now();
      held.record = { ...record, state: whole ? 'done' : 'incomplete', ended, report };
      held.progress = { ...progressOf(report), ended: true };
      if (dry) return;
      await this.#options.control.putErasure(held.record);
      await this.#options.control.audit([auditOf(held.record, ended)]);
    } catch (error) {
      if (this.#closed) return;
      held.failed = true;
      this.#options.report(`erasure ${id} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #lookThrough(record: ErasureRecord): Promise<ErasureReport> {
    const exports = await this.#options.exports.count(record.site);
    const found = await this.#inFiles(record, true);
    return { ...found, texts: {}, exports, ...(await this.#elsewhere(record, found)) };
  }

  async #erase(record: ErasureRecord): Promise<ErasureReport> {
    const { exports } = this.#options;
    let removed = await exports.remove(record.site);
    const texts = await this.#inControl(record);
    const found = await this.#inFiles(record, false);
    // Those that were begun meanwhile may have read what was not yet changed.
    removed += await exports.remove(record.site);
    return { ...found, texts, exports: removed, ...(await this.#elsewhere(record, found)) };
  }

  async #inControl(record: ErasureRecord): Promise<TextsErased> {
    const { control, pseudonymKey } = this.#options;
    const found: Record<string, number> = {};
    for (let place: TextsPlace | null = TEXTS_BEGIN; place !== null; ) {
      const { table, changed, next }: TextsStep = await control.eraseTexts(record, pseudonymKey, place);
      if (changed > 0) found[table] = (found[table] ?? 0) + changed;
      place = next;
    }
    return found;
  }

  async #inFiles(record: ErasureRecord, dry: boolean): Promise<ErasureProgress> {
    const held = this.#kept.get(record.id);
    const onNews = (news: ErasureNews) => {
      if (held !== undefined) held.progress = progressOf(news);
    };
    const { site, replacement, forms } = record;
    const order = { id: record.id, tag: { site, replacement, forms }, dry };
    return progressOf(await this.#options.recorder.erase(order, onNews));
  }

  /** What is beyond this program's reach, as far as it knows. */
  async #elsewhere(
    { site }: ErasureRecord,
    { first }: ErasureProgress,
  ): Promise<Pick<ErasureReport, 'backups' | 'downloads' | 'unclearDownloads' | 'setAside'>> {
    const setAside = this.#options.setAside();
    if (first === null) return { backups: [], downloads: 0, unclearDownloads: 0, setAside };
    const backups = (await this.#options.control.backups())
      .filter(({ made, sites }) => made >= first && sites.includes(site))
      .map(({ path, made }) => ({ path, made: new Date(made).toISOString(), there: existsSync(path) }));
    return { backups, ...(await this.#downloads(site, first)), setAside };
  }

  /** The audit log names the first sites of an export alone. */
  async #downloads(
    site: string,
    from: number,
  ): Promise<Pick<ErasureReport, 'downloads' | 'unclearDownloads'>> {
    const query = { from, to: Number.MAX_SAFE_INTEGER, actor: null, site: null, take: AUDIT_TAKE_MAX };
    const actions = ['export-downloaded'] as const;
    let [downloads, unclearDownloads]: [number, number] = [0, 0];
    let before: number | null = null;
    for (;;) {
      const records = await this.#options.control.audits({ ...query, actions, before });
      for (const { details, count: times } of records) {
        if (!Array.isArray(details.sites)) continue;
        if (details.sites.includes(site)) downloads += times;
        // Of records from before `more_sites` it is not known whether there were more.
        else if (details.sites.length >= SITES_TOLD && details.more_sites !== 0) unclearDownloads += times;
      }
      const last = records.at(-1);
      if (last === undefined || records.length < AUDIT_TAKE_MAX) return { downloads, unclearDownloads };
      before = last.n;
    }
  }
}

function progressOf(progress: ErasureProgress | Omit<ErasureProgress, 'ended'>): ErasureProgress {
  const { looked, of, entries, occurrences, files, first, unreadable, kept } = progress;
  const ended = 'ended' in progress && progress.ended;
  return { looked, of, entries, occurrences, files, first, unreadable, kept, ended };
}

/** For the audit log: what was done, and nothing of the id tag. */
function auditOf({ id, site, by, replacement, state, report }: ErasureRecord, at: number): AuditEvent {
  const { entries = 0, files = 0, exports = 0 } = report ?? {};
  return {
    at,
    actor: 'server',
    name: by,
    action: 'id-tag-erased',
    site,
    target: id,
    address: null,
    request: null,
    details: { state, replacement, entries, files, exports },
    count: 1,
  };
}
