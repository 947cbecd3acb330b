/**
 * Where the findings of an entry are to go on that only the entries around it tell. As with sessions a place is left, which
 * no JSON text holds by itself, and filled when those were read.
 */

import type { EntryText } from './entry-text.ts';
import type { Finding } from './finding.ts';
import { findingJson } from './finding-json.ts';

/** Another control character than that of sessions. */
const BOUND = '\u0001';

export interface PlacedFindings {
  readonly site: string;
  /** Entry id. */
  readonly id: string;
  readonly charger: string;
  readonly action: string;
  /** Whether findings stand before it. */
  readonly behind: boolean;
}

type Written = readonly [site: string, id: string, charger: string, action: string, behind: boolean];

/** Of an exchange; behind the findings that it has by itself, of a list that is not closed. */
export function findingsPlace(site: string, entry: EntryText, behind: boolean): string {
  const place: Written = [site, String(entry.id), entry.charger, entry.action ?? '', behind];
  return `${BOUND}${JSON.stringify(place)}${BOUND}`;
}

/** Entries of which places were left, in their order. */
export function placedFindings(written: string): readonly PlacedFindings[] {
  return written.split(BOUND).flatMap((part, at) => (at % 2 === 1 ? [placed(part)] : []));
}

/** `findings` of each; null: the entries around it were not all looked at. */
export function fillFindings(
  written: string,
  findings: (entry: PlacedFindings) => readonly Finding[] | null,
): string {
  return written
    .split(BOUND)
    .map((part, at) => (at % 2 === 1 ? filled(placed(part), findings) : part))
    .join('');
}

function filled(
  entry: PlacedFindings,
  findings: (entry: PlacedFindings) => readonly Finding[] | null,
): string {
  const told = findings(entry);
  const list = (told ?? []).map(findingJson).join(',');
  return `${entry.behind && list !== '' ? ',' : ''}${list}${closing(told !== null)}`;
}

/** Ends the list, and says whether it is all that can be told. */
export function closing(complete: boolean): string {
  return `],"complete":${complete}`;
}

function placed(part: string): PlacedFindings {
  // Safe: findingsPlace writes it.
  const [site, id, charger, action, behind] = JSON.parse(part) as Written;
  return { site, id, charger, action, behind };
}
