/** A person's columns: which, in which order, how wide. Kept for the person, and by the address where it names them. */

import { keep } from '../preferences/kept.ts';
import { COLUMNS, DEFAULT_COLUMNS } from './columns.ts';

export const COLUMNS_KEY = 'ocpp-logs.columns';
export const WIDTH_MIN = 40;
export const WIDTH_MAX = 1_200;

export interface ColumnChoice {
  readonly ids: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

const USUAL: ColumnChoice = { ids: DEFAULT_COLUMNS, widths: {} };

/** Known ones, each once; the usual ones where none is left. */
export function knownColumns(ids: readonly string[]): readonly string[] {
  const known = [...new Set(ids)].filter((id) => COLUMNS.has(id));
  return known.length === 0 ? DEFAULT_COLUMNS : known;
}

/** What was kept may be of an older version, or edited by hand. */
export function readChoice(text: string | null): ColumnChoice {
  if (text === null) return USUAL;
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return USUAL;
    throw error;
  }
  if (typeof kept !== 'object' || kept === null) return USUAL;
  const { ids, widths }: Readonly<Record<string, unknown>> = { ...kept };
  const sizes = typeof widths === 'object' && widths !== null ? Object.entries(widths) : [];
  return {
    ids: Array.isArray(ids) ? knownColumns(ids.filter((id) => typeof id === 'string')) : DEFAULT_COLUMNS,
    widths: Object.fromEntries(
      sizes.filter(([id, width]) => COLUMNS.has(id) && width >= WIDTH_MIN && width <= WIDTH_MAX),
    ),
  };
}

export function keptChoice(): ColumnChoice {
  return readChoice(localStorage.getItem(COLUMNS_KEY));
}

export function keepChoice(choice: ColumnChoice): void {
  keep(COLUMNS_KEY, JSON.stringify(choice));
}

/** The column goes `by` places further, as far as there are places. */
export function moved(ids: readonly string[], id: string, by: number): readonly string[] {
  const at = ids.indexOf(id);
  if (at < 0) return ids;
  const rest = ids.filter((each) => each !== id);
  const to = Math.min(Math.max(at + by, 0), rest.length);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

export function toggled(ids: readonly string[], id: string): readonly string[] {
  if (!ids.includes(id)) return [...ids, id];
  return ids.length === 1 ? ids : ids.filter((each) => each !== id);
}
