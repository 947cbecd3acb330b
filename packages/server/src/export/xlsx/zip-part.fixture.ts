/** Reads a ZIP archive by its central directory. Source: PKWARE APPNOTE 4.3. */

import { inflateRawSync } from 'node:zlib';

const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** All parts as text, by their names. */
export function partsOf(zip: Buffer): ReadonlyMap<string, string> {
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== END) end -= 1;
  let at = zip.readUInt32LE(end + 16);
  const parts = new Map<string, string>();
  while (zip.readUInt32LE(at) === CENTRAL) {
    const packed = zip.readUInt32LE(at + 20);
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = inflateRawSync(zip.subarray(start, start + packed));
    parts.set(zip.toString('utf8', at + 46, at + 46 + name), bytes.toString());
    at += 46 + name + extra + comment;
  }
  return parts;
}

export function partOf(zip: Buffer, wanted: string): string {
  const part = partsOf(zip).get(wanted);
  if (part === undefined) throw new RangeError(`no part ${wanted}`);
  return part;
}
