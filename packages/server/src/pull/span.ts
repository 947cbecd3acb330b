/** Spans of time and sets of them. */

/** ms since 1970; `from` inclusive, `to` exclusive, as the API takes them. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export const lengthOf = ({ from, to }: TimeSpan): number => Math.max(0, to - from);

/** In order of time, nothing twice, what touches is one. */
export function merged(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  const ordered = spans.filter((span) => lengthOf(span) > 0).sort((a, b) => a.from - b.from);
  const found: TimeSpan[] = [];
  for (const span of ordered) {
    const last = found.at(-1);
    if (last === undefined || span.from > last.to) found.push(span);
    else found[found.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return found;
}

export function without(spans: readonly TimeSpan[], cut: TimeSpan): readonly TimeSpan[] {
  return spans.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, cut.from) },
      { from: Math.max(from, cut.to), to },
    ].filter((rest) => lengthOf(rest) > 0),
  );
}

/** Of merged spans at most `most`: those that lie nearest to each other become one. */
export function atMost(spans: readonly TimeSpan[], most: number): readonly TimeSpan[] {
  const found = [...spans];
  while (found.length > most) {
    let nearest = 1;
    for (let at = 2; at < found.length; at += 1) {
      if (between(found, at) < between(found, nearest)) nearest = at;
    }
    const [left, right] = found.splice(nearest - 1, 2);
    if (left === undefined || right === undefined) return found;
    found.splice(nearest - 1, 0, { from: left.from, to: right.to });
  }
  return found;
}

function between(spans: readonly TimeSpan[], at: number): number {
  return (spans[at]?.from ?? 0) - (spans[at - 1]?.to ?? 0);
}

/** `2026-01-31T12:00:00.000Z/2026-01-31T13:00:00.000Z`, the form of ISO 8601. */
export function spanText({ from, to }: TimeSpan): string {
  return `${new Date(from).toISOString()}/${new Date(to).toISOString()}`;
}
