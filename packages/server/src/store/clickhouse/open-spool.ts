/** The writer of a data folder that is, or is not, the spool in front of ClickHouse. */

import { openWriter, type SqliteWriter, type WriterOptions } from '../sqlite/writer.ts';
import type { EntryWriter } from '../store.ts';
import { Outbox } from './outbox.ts';
import { SpoolWriter } from './writer.ts';

export interface OpenSpool {
  readonly writer: EntryWriter;
  /** Of the site files. */
  readonly files: SqliteWriter;
}

/** `settled`: shared with the thread that ships; null where nothing is shipped. */
export function openSpool(options: WriterOptions, settled: SharedArrayBuffer | null): OpenSpool {
  if (settled === null) {
    const files = openWriter(options);
    return { writer: files, files };
  }
  const outbox = new Outbox(options.folder, { settled });
  let files: SqliteWriter | null = null;
  const writer = new SpoolWriter(outbox, (beforeCommit) => {
    files = openWriter({ ...options, beforeCommit });
    return files;
  });
  if (files === null) throw new Error('the writer of the site files was not opened');
  return { writer, files };
}
