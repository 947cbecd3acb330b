/** Entries that a person has picked out of the table, to take them along. */

import type { LogEntry } from '../api/answers.ts';

/** As many as an export takes by their names. */
export const SELECTED_MAX = 1_000;

export type Entries = ReadonlyMap<string, LogEntry>;

export interface Selection {
  readonly entries: Entries;
  /** Row from which Shift reaches; -1: none. */
  readonly anchor: number;
  /** What was selected before Shift began to reach. */
  readonly base: Entries;
}

const NONE: Entries = new Map();
export const NO_SELECTION: Selection = { entries: NONE, anchor: -1, base: NONE };

/** null: it is told without its id. */
export function nameOf(entry: LogEntry): string | null {
  return entry.exchange === undefined ? null : JSON.stringify([entry.site_id, entry.exchange.id]);
}

export function isSelected({ entries }: Selection, entry: LogEntry): boolean {
  if (entries.size === 0) return false;
  const name = nameOf(entry);
  return name !== null && entries.has(name);
}

/** null: there is no room for it. */
export function toggled(selection: Selection, entry: LogEntry, anchor: number): Selection | null {
  const name = nameOf(entry);
  if (name === null) return selection;
  const entries = new Map(selection.entries);
  if (!entries.delete(name)) {
    if (entries.size >= SELECTED_MAX) return null;
    entries.set(name, entry);
  }
  return { entries, anchor, base: entries };
}

/** Those between the anchor and another row, instead of those that Shift had reached before. */
export function reaching(
  selection: Selection,
  anchor: number,
  between: readonly LogEntry[],
): Selection | null {
  const { base } = selection;
  const entries = new Map(base);
  for (const entry of between) {
    const name = nameOf(entry);
    if (name !== null) entries.set(name, entry);
  }
  return entries.size > SELECTED_MAX ? null : { entries, anchor, base };
}

/** In the order of the table. */
export function ordered({ entries }: Selection, order: 'asc' | 'desc'): readonly LogEntry[] {
  const behind = order === 'asc' ? 1 : -1;
  return [...entries.values()].sort((a, b) => {
    const [idA, idB] = [a, b].map(({ exchange }) => BigInt(exchange?.id ?? '0'));
    if (idA !== idB) return (idA ?? 0n) < (idB ?? 0n) ? -behind : behind;
    return a.site_id < b.site_id ? -behind : Number(a.site_id > b.site_id) * behind;
  });
}

/** The station that all of them are of; null where there are several, or none. */
export function stationOf({
  entries,
}: Selection): { readonly site: string; readonly charger: string } | null {
  const [first, ...others] = entries.values();
  if (first === undefined || first.charger_id === '') return null;
  const { site_id: site, charger_id: charger } = first;
  return others.every((entry) => entry.site_id === site && entry.charger_id === charger)
    ? { site, charger }
    : null;
}
