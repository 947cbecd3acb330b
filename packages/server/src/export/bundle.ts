/** A bundle: one page of HTML that opens without any server, with the entries in it, what came of them, and their trace. */

import { BUNDLE_PARTS, type BundleHead, bundleRow, decodeEntry } from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';
import { checkedEntry } from '../validate/findings-of.ts';
import { versionOf } from '../version.ts';
import type { BundlePage } from './bundle/bundle-page.ts';
import { PackedPart } from './bundle/packed-part.ts';
import { ToldStations } from './bundle/told-stations.ts';
import { ExportRefusedError } from './export-refused.ts';
import type { ByteSink, EntryExporter, ExportForm, ExportFormat, Remark } from './format.ts';
import { TraceExporter } from './trace.ts';

/** A browser holds them all, and looks through them with every search. */
export const BUNDLE_ENTRIES_MAX = 20_000;
/** Characters of the entries, before they are packed. */
export const BUNDLE_TEXT_MAX = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

export interface BundleLimits {
  readonly entries: number;
  readonly text: number;
}

const LIMITS: BundleLimits = { entries: BUNDLE_ENTRIES_MAX, text: BUNDLE_TEXT_MAX };

/** `page` is asked for when a bundle is made. */
export function bundleFormat(page: () => BundlePage): ExportFormat {
  return {
    name: 'bundle',
    title: 'a bundle, one page of HTML that opens by itself, with sessions, verdicts and the trace',
    extension: 'html',
    mediaType: 'text/html; charset=utf-8',
    text: true,
    order: 'asc',
    kinds: ['exchange', 'connection', 'gap', 'orphan', 'malformed'],
    pseudonymised: true,
    most: BUNDLE_ENTRIES_MAX,
    noGroups: 'it has everything of every entry',
    open: (form, sink, pseudonymised = false) => new BundleExporter(form, sink, page(), pseudonymised),
  };
}

export class BundleExporter implements EntryExporter {
  readonly #form: ExportForm;
  readonly #sink: ByteSink;
  readonly #page: BundlePage;
  readonly #pseudonymised: boolean;
  readonly #limits: BundleLimits;
  readonly #rows = new PackedPart();
  readonly #trace = new PackedPart();
  readonly #tracer: TraceExporter;
  readonly #told: ToldStations;
  #entries = 0;
  #text = 0;

  constructor(
    form: ExportForm,
    sink: ByteSink,
    page: BundlePage,
    pseudonymised: boolean,
    limits: BundleLimits = LIMITS,
  ) {
    this.#form = form;
    this.#sink = sink;
    this.#page = page;
    this.#pseudonymised = pseudonymised;
    this.#limits = limits;
    this.#tracer = new TraceExporter(this.#trace, { several: form.sites.length > 1 });
    this.#told = new ToldStations(form.sites);
  }

  async write(entries: readonly SiteEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#entries += 1;
      if (this.#entries > this.#limits.entries) throw new ExportRefusedError(tooMany(this.#limits.entries));
      const seen = checkedEntry(String(entry.id), decodeEntry(entry));
      const { site } = entry;
      const row = `${bundleRow({ site, entry, findings: seen.findings })}\n`;
      this.#text += row.length;
      if (this.#text > this.#limits.text) throw new ExportRefusedError(tooLong(this.#limits.text));
      await this.#rows.text(row);
      this.#told.see(site, seen);
    }
    await this.#tracer.write(entries);
  }

  async end(): Promise<readonly Remark[]> {
    const remarks = await this.#tracer.end();
    const { sessions, stations } = this.#told.end();
    const head: Omit<BundleHead, 'sessions'> = {
      version: 1,
      made_by: `ocpp-logs ${versionOf()}`,
      pseudonymised: this.#pseudonymised,
      sites: this.#form.sites,
      entries: this.#entries,
      stations,
      trace: {
        bytes: this.#trace.bytes,
        sha256: this.#trace.digest(),
        remarks: remarks.map(({ count, text }) => `${count} ${text}`),
      },
    };
    const told = new PackedPart();
    // Sessions come as they were written: their JSON is that of the API.
    await told.text(`${JSON.stringify(head).slice(0, -1)},"sessions":[${sessions.join()}]}`);
    await this.#give(this.#page.before);
    await this.#give(await told.end(BUNDLE_PARTS.head));
    await this.#give(await this.#rows.end(BUNDLE_PARTS.entries));
    await this.#give(await this.#trace.end(BUNDLE_PARTS.trace));
    await this.#give(this.#page.after);
    return remarks.map(({ count, text }) => ({ count, text: `not in the trace inside: ${text}` }));
  }

  cancel(): void {
    this.#tracer.cancel();
    this.#rows.cancel();
    this.#trace.cancel();
  }

  async #give(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      await this.#sink.write(bytes.subarray(at, at + CHUNK_BYTES));
  }
}

export function tooMany(most: number): string {
  return `a bundle holds at most ${most.toLocaleString('en')} entries; narrow its time or its search, or take the trace, which holds any number`;
}

function tooLong(most: number): string {
  const size = most.toLocaleString('en');
  return `the messages of a bundle may have at most ${size} characters together; narrow its time or its search`;
}
