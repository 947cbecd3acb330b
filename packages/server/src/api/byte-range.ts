/** Parts of a file (RFC 9110 14). One range is served; of several the whole file is, as the standard allows. */

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

const RANGE = /^bytes\s*=\s*(?:(\d{1,15})\s*-\s*(\d{1,15})?|-\s*(\d{1,15}))$/i;

/** `whole`: no range, or none that is understood; `none`: it holds no byte of the file. */
export function readRange(header: string | undefined, size: number): ByteRange | 'whole' | 'none' {
  const match = RANGE.exec(header?.trim() ?? '');
  if (match === null) return 'whole';
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? 'none' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === undefined ? size - 1 : Math.min(Number(last), size - 1);
  // A last place before the first is no range at all (RFC 9110 14.1.1).
  if (last !== undefined && Number(last) < start) return 'whole';
  return start >= size ? 'none' : { start, end };
}

/** Whether a range may be served: it was asked for of the file as it is (RFC 9110 13.1.5). A date is never strong enough. */
export function isSameFile(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}
