/** Content negotiation (RFC 9110 12.5.1) over the few forms that an answer has. */

interface Range {
  readonly type: string;
  readonly quality: number;
}

function ranges(header: string): readonly Range[] {
  return header.split(',').flatMap((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (type === '') return [];
    const weight = parameters.map((piece) => /^q=([01](?:\.\d{0,3})?)$/.exec(piece)?.[1]).find(Boolean);
    return [{ type, quality: weight === undefined ? 1 : Number(weight) }];
  });
}

/** How well a range fits: 3 exactly, 2 by its type, 1 by everything, 0 not. */
function precision(range: string, form: string): number {
  if (range === form) return 3;
  if (range === `${form.slice(0, form.indexOf('/'))}/*`) return 2;
  return range === '*/*' ? 1 : 0;
}

/** The form of `offered` that the client likes best, the earlier one among equals; null where it wants none. */
export function negotiate<F extends string>(header: string | undefined, offered: readonly F[]): F | null {
  if (header === undefined || header.trim() === '') return offered[0] ?? null;
  const wanted = ranges(header);
  let best: F | null = null;
  let bestQuality = 0;
  for (const form of offered) {
    let fitting: Range | null = null;
    for (const range of wanted) {
      if (precision(range.type, form) > (fitting ? precision(fitting.type, form) : 0)) fitting = range;
    }
    if (fitting && fitting.quality > bestQuality) {
      best = form;
      bestQuality = fitting.quality;
    }
  }
  return best;
}
