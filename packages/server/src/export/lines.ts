/** Formats of one line an entry: what the line writer of core holds is given on in chunks. */

import type { EntryText } from '@ocpp-logs/core';
import type { ByteSink, EntryExporter, ExportForm } from './format.ts';
import { siteTeller } from './site-names.ts';

export interface LineWriter {
  readonly length: number;
  /** Entries from here on are of this site. */
  of(site: string, siteName: string): void;
  line(entry: EntryText): void;
  take(): Uint8Array;
}

const CHUNK_BYTES = 256 * 1024;

export function lineExporter(writer: LineWriter, form: ExportForm, sink: ByteSink): EntryExporter {
  const tellSite = siteTeller(form, writer);
  return {
    async write(entries) {
      for (const entry of entries) {
        tellSite(entry);
        writer.line(entry);
        if (writer.length >= CHUNK_BYTES) await sink.write(writer.take());
      }
    },
    async end() {
      const rest = writer.take();
      if (rest.length > 0) await sink.write(rest);
      return [];
    },
    cancel() {
      writer.take();
    },
  };
}
