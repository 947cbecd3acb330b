/** What is to be replaced in texts: named values, and words wherever they stand. */

import type { Span } from './json-text.ts';

export interface Found extends Span {
  readonly pseudonym: string;
}

export interface Replacements {
  /** Whether values that their form tells are replaced, too. */
  readonly byForm: boolean;
  /** Whether what stands under other names than {@link takes} is looked at as any text. */
  readonly everywhere: boolean;
  /** Whether replacements are shortened where a text would become longer than OCPP allows. */
  readonly fits: boolean;
  /** Whether ids of stations and connections are texts like others. */
  readonly stations: boolean;
  /** Whether values under this name are replaced. */
  takes(name: string): boolean;
  /** Whether a value is known that is no longer where its name would tell. */
  has(value: string): boolean;
  /** What stands in place of a named value; null: it stays. */
  pseudonym(value: string): string | null;
  /** Words of a text, in its order, without overlap. */
  find(text: string): readonly Found[];
}
