/** Keeps what is read of a diagram in its place while rows are added below and fall off above. */

import type { SequenceLayout, SequenceRow } from './sequence-layout.ts';

/** The row at the top with its distance from there, or the end. */
export type ScrollAnchor = 'end' | { readonly key: string; readonly offset: number };

/** px within which a place counts as the end. */
const NEAR = 24;

function keyOf(row: SequenceRow): string | null {
  if (row.kind === 'message') return row.message.key;
  return row.kind === 'note' ? row.note.key : null;
}

/** null where nothing is scrolled. */
export function anchorOf({ rows, height }: SequenceLayout, top: number, shown: number): ScrollAnchor | null {
  if (height > shown && top + shown >= height - NEAR) return 'end';
  if (top <= 0) return null;
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null && row.y >= top) return { key, offset: row.y - top };
  }
  return null;
}

/** Where to scroll to; `top` as it is where the row is gone. */
export function placeOf(anchor: ScrollAnchor, { rows, height }: SequenceLayout, top: number): number {
  if (anchor === 'end') return height;
  const row = rows.find((each) => keyOf(each) === anchor.key);
  return row === undefined ? top : row.y - anchor.offset;
}
