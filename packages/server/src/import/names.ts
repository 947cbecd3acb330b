/**
 * Names that come again and again, each held once. A name cut from a log holds on to the whole block that it was cut
 * from, for as long as anyone keeps it.
 */

const KNOWN_MAX = 10_000;
const known = new Map<string, string>();

export function nameOf(cut: string): string {
  const before = known.get(cut);
  if (before !== undefined) return before;
  const own = Buffer.from(cut, 'utf16le').toString('utf16le');
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(own, own);
  return own;
}
