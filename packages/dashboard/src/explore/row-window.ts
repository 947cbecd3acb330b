/**
 * Any row of any number of rows through a scrollbar. A browser draws no element higher than some 16 million pixels, so
 * that the rows that can be scrolled to at once are a segment of all. The segment moves: by a far jump of the scrollbar,
 * which then means a part of the whole, and by coming near its ends, without the rows on the screen moving.
 */

/** Rows of one segment. */
export const SEGMENT = 100_000;

export interface Segment {
  /** First row of the segment. */
  readonly first: number;
  /** Scroll position inside it, px. */
  readonly top: number;
}

export interface Viewport {
  readonly rows: number;
  readonly rowHeight: number;
  /** Of the visible part, px. */
  readonly height: number;
}

export function segmentRows({ rows }: Pick<Viewport, 'rows'>): number {
  return Math.min(rows, SEGMENT);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** Highest scroll position inside a segment, px. */
function topMax(view: Viewport): number {
  return Math.max(0, segmentRows(view) * view.rowHeight - view.height);
}

function firstMax({ rows }: Viewport): number {
  return Math.max(0, rows - SEGMENT);
}

/** Where a segment lies so that the scrollbar tells how far down the whole the row is that is at the top. */
export function segmentFor(row: number, view: Viewport): Segment {
  const { rowHeight } = view;
  const last = Math.max(0, view.rows - view.height / rowHeight);
  const position = clamp(row, 0, last);
  if (view.rows <= SEGMENT) return { first: 0, top: position * rowHeight };
  const share = last === 0 ? 0 : position / last;
  const first = Math.round(clamp(position - (share * topMax(view)) / rowHeight, 0, firstMax(view)));
  return { first, top: clamp((position - first) * rowHeight, 0, topMax(view)) };
}

/** The row at the top of the screen, with its fraction that is above. */
export function topRow({ first, top }: Segment, { rowHeight }: Pick<Viewport, 'rowHeight'>): number {
  return first + top / rowHeight;
}

/**
 * What a scroll means. A step of up to two screens moves rows by as many pixels; a farther one is the scrollbar drawn,
 * and means that part of the whole. Near an end of a segment that is no end of all, the segment moves.
 */
export function scrolled(before: Segment, top: number, view: Viewport): Segment {
  if (view.rows <= SEGMENT) return { first: 0, top };
  const far = Math.abs(top - before.top) > 2 * view.height;
  if (far) {
    const share = topMax(view) === 0 ? 0 : top / topMax(view);
    const first = Math.round(share * firstMax(view));
    return { first, top };
  }
  const moved = { first: before.first, top };
  const margin = 2 * view.height;
  const atStart = top < margin && before.first > 0;
  const atEnd = top > topMax(view) - margin && before.first < firstMax(view);
  return atStart || atEnd ? centred(topRow(moved, view), view) : moved;
}

/** As far from both ends as the row allows. */
function centred(row: number, view: Viewport): Segment {
  const first = Math.round(clamp(row - SEGMENT / 2, 0, firstMax(view)));
  return { first, top: (row - first) * view.rowHeight };
}

/** Where to scroll so that the row is on the screen with a row to spare; the same segment if it is already. */
export function revealed(segment: Segment, row: number, view: Viewport): Segment {
  const top = topRow(segment, view);
  const fit = Math.max(1, Math.floor(view.height / view.rowHeight));
  if (row >= top + 1 && row <= top + fit - 2) return segment;
  const wanted = row < top + 1 ? row - 1 : row - fit + 2;
  const near = clamp((wanted - segment.first) * view.rowHeight, 0, topMax(view));
  const inside = wanted >= segment.first && wanted <= segment.first + segmentRows(view) - fit;
  return inside ? { first: segment.first, top: near } : segmentFor(wanted, view);
}
