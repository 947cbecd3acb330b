/** An import in words. */

import type { ImportBody, ImportedFile } from '../../api/settings-answers.ts';
import { countText } from '../../ui/count-text.ts';

const KIND_WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  exchange: ['message', 'messages'],
  orphan: ['answer without a call', 'answers without a call'],
  malformed: ['malformed frame', 'malformed frames'],
  connection: ['event of a connection', 'events of connections'],
  gap: ['gap', 'gaps'],
  setting: ['setting', 'settings'],
};

const count = (number: number): string => number.toLocaleString('en');

/** `3 entries (2 messages, 1 gap)` */
export function entriesText(entries: ImportedFile['entries']): string {
  const kinds = Object.entries(entries).filter(([, number]) => number > 0);
  const all = kinds.reduce((sum, [, number]) => sum + number, 0);
  const parts = kinds.map(([kind, number]) => countText(number, ...(KIND_WORDS[kind] ?? [kind, kind])));
  return parts.length === 0 ? 'no entries' : `${countText(all, 'entry', 'entries')} (${parts.join(', ')})`;
}

/** Lines by which something was left out: `lines 4, 9, 12 and more`. */
export function linesText(lines: readonly number[], of: number): string {
  const shown = lines.map(count).join(', ');
  const more = of > lines.length ? ' and more' : '';
  return `${lines.length === 1 && more === '' ? 'line' : 'lines'} ${shown}${more}`;
}

export const STATE_WORDS: Readonly<Record<ImportBody['state'], string>> = {
  previewed: 'waits for you',
  waiting: 'waits for its turn',
  running: 'runs',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function hasEnded({ state }: Pick<ImportBody, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

export interface ImportSums {
  readonly accepted: number;
  readonly duplicates: number;
  readonly skipped: number;
  readonly failed: number;
}

export function sumsOf(files: readonly ImportedFile[]): ImportSums {
  const sum = (pick: (file: ImportedFile) => number) => files.reduce((all, file) => all + pick(file), 0);
  return {
    accepted: sum(({ accepted }) => accepted),
    duplicates: sum(({ duplicates }) => duplicates),
    skipped: sum((file) => file.skipped_lines),
    failed: sum(({ failure }) => (failure === null ? 0 : 1)),
  };
}

/** Where the logs show what was imported; null where nothing was. */
export function logsPath({ site, files }: Pick<ImportBody, 'site' | 'files'>): string | null {
  const starts = files.flatMap(({ from }) => from ?? []).sort();
  const ends = files.flatMap(({ to }) => to ?? []).sort();
  const [from, to] = [starts[0], ends.at(-1)];
  if (from === undefined || to === undefined) return null;
  // The end of a range is not in it.
  const end = new Date(Date.parse(to) + 1).toISOString();
  return `/explore?${new URLSearchParams({ site: encodeURIComponent(site), from, to: end })}`;
}
