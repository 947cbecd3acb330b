/** The writer of a data folder that is, or is not, the spool in front of ClickHouse. */

import { counted } from '@ocpp-logs/core';
import type { DropRules } from '../sqlite/drops.ts';
import { idOfPlace, type Month, startOfMonth } from '../sqlite/month.ts';
import { openWriter, type SqliteWriter } from '../sqlite/writer.ts';
import type { WriterOptions } from '../sqlite/writer-options.ts';
import type { EntryWriter } from '../store.ts';
import { Outbox } from './outbox.ts';
import { SpoolState } from './spool-state.ts';
import { SpoolWriter } from './writer.ts';

const DAY_MS = 86_400_000;

export interface OpenSpool {
  readonly writer: EntryWriter;
  /** Of the site files. */
  readonly files: SqliteWriter;
}

export interface SpoolOptions {
  /** Shared with the thread that ships: see `sharedSpoolState()`. */
  readonly settled: SharedArrayBuffer;
  /** A month that was shipped stays for so long after its end and its last change. */
  readonly keepDays: number;
}

/** `spool` null: nothing is shipped. */
export function openSpool(options: WriterOptions, spool: SpoolOptions | null): OpenSpool {
  if (spool === null) {
    const files = openWriter(options);
    return { writer: files, files };
  }
  const { settled } = spool;
  const outbox = new Outbox(options.folder, { settled });
  let files: SqliteWriter | null = null;
  const writer = new SpoolWriter(outbox, (beforeCommit) => {
    files = openWriter({
      ...options,
      beforeCommit,
      derivedAnew: (site, month, dropped) => outbox.noteDerivedAnew({ site, ...idsOf(month), dropped }),
      drops: dropRules(outbox, spool, options.report),
    });
    return files;
  });
  if (files === null) throw new Error('the writer of the site files was not opened');
  return { writer, files };
}

export function dropRules(
  outbox: Pick<Outbox, 'isShipped' | 'compared'>,
  { settled, keepDays }: SpoolOptions,
  report: (line: string) => void,
): DropRules {
  const state = new SpoolState(settled);
  let told = false;
  return {
    elsewhere: (site, first, end, file) =>
      outbox.isShipped(site, first, end) && outbox.compared.isSame({ site, first, end }, file),
    answered: () => state.compared,
    keep: keepDays * DAY_MS,
    wanted: () => state.wanted,
    onShort: (bytes) => {
      state.short = bytes;
      if (bytes > 0 && !told) {
        report(
          `the spool is beyond its bound by ${bytes} bytes, and there is no month in it of which ClickHouse is known to hold all: recording goes on, and nothing is dropped`,
        );
      }
      told = bytes > 0;
    },
    onDropped: (site, month, entries) => {
      state.addDropped(entries);
      outbox.compared.forget(site, idsOf(month).first);
      const name = new Date(startOfMonth(month)).toISOString().slice(0, 7);
      report(
        `dropped ${counted(entries, 'entry', 'entries')} of ${site}, ${name}, from the data folder: ClickHouse has ${entries === 1 ? 'it' : 'them'}`,
      );
    },
  };
}

export function idsOf(month: Month) {
  return { first: idOfPlace(month, 0), end: idOfPlace(month + 1, 0) };
}
