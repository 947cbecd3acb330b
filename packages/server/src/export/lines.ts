/** Formats of one line an entry: what the line writer of core holds is given on in chunks. */

import type { EntryText } from '@ocpp-logs/core';
import type { ByteSink, EntryExporter } from './format.ts';

export interface LineWriter {
  readonly length: number;
  line(entry: EntryText): void;
  take(): Uint8Array;
}

const CHUNK_BYTES = 256 * 1024;

export function lineExporter(writer: LineWriter, sink: ByteSink): EntryExporter {
  return {
    async write(entries) {
      for (const entry of entries) {
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
