/** Where the elements of an array stand in a text. */

import { type Span, walk } from './json-text.ts';

/** Of the array that stands at `array` in a valid text. */
export function elementSpans(text: string, array: Span): readonly Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let begun = array.start;
  walk(text, array, {
    open: (_, start) => {
      if (depth === 1) begun = start;
      depth += 1;
    },
    close: (end) => {
      depth -= 1;
      if (depth === 1) spans.push({ start: begun, end });
    },
    name: () => undefined,
    scalar: (start, end) => {
      if (depth === 1) spans.push({ start, end });
    },
  });
  return spans;
}
