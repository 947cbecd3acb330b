/** What an erasure has to know of where it runs, where several nodes share control data. */

import { randomUUID } from 'node:crypto';
import type { Control } from '../store/control.ts';
import { readNode } from '../store/node-number.ts';

/** One of several nodes. */
export interface SharedErasures {
  /** Name of its data folder. */
  readonly folder: string;
  /** Whether entries of nodes that are gone can be read all the same. */
  readonly keepsOfGone: boolean;
}

/** null: nobody shares it. `keepsOfGone`: whether entries are in a ClickHouse, too. */
export function sharedErasures(
  control: Pick<Control, 'shared'>,
  folder: string,
  keepsOfGone: boolean,
): SharedErasures | null {
  if (!control.shared) return null;
  // One that no server has run on is no node: it is done there each time.
  return { folder: readNode(folder)?.folder ?? randomUUID(), keepsOfGone };
}
