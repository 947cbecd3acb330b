/** What the beginning of a line of a log says. */

import type { ImportedEvent, ImportedFrame } from './format.ts';
import type { LogLine } from './line-cutter.ts';

export type Told = Partial<Omit<ImportedFrame, 'kind' | 'line' | 'frame'>>;

export type Begun =
  /** A frame whose text begins at `at`, or in the next line where nothing follows. */
  | { readonly kind: 'frame'; readonly at: number; readonly told: Told }
  | ImportedEvent
  /** A record of the log that holds no frame. */
  | { readonly kind: 'none'; readonly reason: string };

/** null for a line that begins no record: it goes on with one, or belongs to no log. */
export type Begin = (line: LogLine, text: string) => Begun | null;
