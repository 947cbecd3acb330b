/** A recording on a real store, with clocks that a test steps and a connection that it speaks on. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { derive } from '@ocpp-logs/core';
import { openWriter } from '../../store/sqlite/writer.ts';
import type { EntryWriter } from '../../store/store.ts';
import type { CapturedFrame, OpenedConnection } from '../sink.ts';
import { BatchBuilder } from './batch.ts';
import { Ingest } from './ingest.ts';
import type { Committed, RecordingOptions } from './recording.ts';
import { Recording } from './recording.ts';
import { DEFAULT_RULES, type SiteRules } from './recording-rules.ts';

export const START = Date.UTC(2026, 0, 5, 12);
export const PSEUDONYM_KEY = new Uint8Array(32).fill(7);
export const OPENED = {
  site: 's',
  charger: 'CP1',
  subprotocol: 'ocpp1.6',
  remoteAddress: '127.0.0.1',
  mode: 'relay',
} as const;

export function rulesOfSites(...sites: readonly string[]): SiteRules {
  return new Map(sites.map((site) => [site, DEFAULT_RULES]));
}

export class RecordingRig {
  now = START;
  readonly commits: Committed[] = [];
  readonly reports: string[] = [];
  readonly writer: EntryWriter;
  readonly recording: Recording;
  readonly ingest: Ingest;
  readonly builder = new BatchBuilder();
  #open = true;

  constructor(
    folder: string,
    wrap: (writer: EntryWriter) => EntryWriter = (writer) => writer,
    change: Partial<RecordingOptions> = {},
  ) {
    this.writer = wrap(
      openWriter({ folder, derive: (entry) => derive(entry), report: (line) => this.reports.push(line) }),
    );
    this.recording = new Recording({
      writer: this.writer,
      clock: { now: () => this.now, monotonic: () => (this.now - START) * 1000 },
      redact: [],
      pseudonymKey: PSEUDONYM_KEY,
      timeoutMs: 60_000,
      onCommitted: (committed) => this.commits.push(committed),
      report: (line) => this.reports.push(line),
      ...change,
    });
    this.ingest = new Ingest(this.recording, this.writer);
  }

  open(connection = 1, opened: Partial<OpenedConnection> = {}): void {
    this.builder.event({
      kind: 'opened',
      connection,
      opened: { ...OPENED, ...opened },
      at: this.now,
      again: false,
    });
  }

  /** Ends the writer as a kill would: whatever is open stays so. */
  close(): void {
    if (this.#open) this.writer.close();
    this.#open = false;
  }

  says(direction: CapturedFrame['direction'], text: string | Uint8Array, connection = 1): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    const arrival = (this.now - START) * 1000;
    this.builder.frame(connection, { direction, bytes, binary: false, cut: null, at: this.now, arrival });
  }

  station(text: string | Uint8Array, connection = 1): void {
    this.says('station_to_csms', text, connection);
  }

  csms(text: string, connection = 1): void {
    this.says('csms_to_station', text, connection);
  }

  hangUp(connection = 1): void {
    const closing = { event: 'closed', close_code: 1006, ended_by: 'station', how: 'reset' } as const;
    this.builder.event({ kind: 'closed', connection, closing, at: this.now });
  }

  handOver(): Promise<void> {
    const committed = this.recording.batch(this.builder.take());
    this.recording.commit();
    return committed;
  }

  /** Every entry that was ever committed, as it is now, by its id. */
  entries(kind: Entry['kind'] = 'exchange', site: string = OPENED.site): Entry[] {
    const ofSite = this.commits.flatMap(({ sites }) => sites.filter((changes) => changes.site === site));
    return [...new Set(ofSite.flatMap(({ ids }) => [...ids]))]
      .sort((a, b) => (a < b ? -1 : 1))
      .flatMap((id) => this.writer.read(site, id) ?? [])
      .filter((entry) => entry.kind === kind);
  }

  take(lines: readonly object[], last = false, source = 'ingest') {
    return this.ingest.take(
      's',
      source,
      Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
      last,
    );
  }
}

export async function recordingRig(
  t: TestContext,
  wrap?: (writer: EntryWriter) => EntryWriter,
  change?: Partial<RecordingOptions>,
): Promise<RecordingRig & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-recording-'));
  const made = Object.assign(new RecordingRig(folder, wrap, change), { folder });
  t.after(async () => {
    made.close();
    await rm(folder, { recursive: true, force: true });
  });
  return made;
}

/** The writer with one of its methods in other hands; they are given the original first. */
export function overridden<K extends keyof EntryWriter>(
  writer: EntryWriter,
  method: K,
  instead: (original: EntryWriter[K], ...args: Parameters<EntryWriter[K]>) => ReturnType<EntryWriter[K]>,
): EntryWriter {
  return new Proxy(writer, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      // Safe: it is the writer's own method of that name, bound to it.
      const original = value.bind(target) as EntryWriter[K];
      return name === method ? (...args: Parameters<EntryWriter[K]>) => instead(original, ...args) : original;
    },
  });
}
