/** Cuts a stream of WebSocket frames that are short and whole messages, as those of the swarm are; without copies. */

/** @returns how many bytes were whole frames; the others begin the next call */
export function eachFrame(
  bytes: Buffer,
  seen: (opcode: number, from: number, to: number, maskAt: number) => void,
): number {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const second = bytes[at + 1] ?? 0;
    const long = (second & 0x7f) === 126;
    if ((second & 0x7f) === 127) throw new Error('no message of the swarm is that long');
    if (at + (long ? 4 : 2) > bytes.length) break;
    const length = long ? bytes.readUInt16BE(at + 2) : second & 0x7f;
    const isMasked = (second & 0x80) !== 0;
    const from = at + (long ? 4 : 2) + (isMasked ? 4 : 0);
    if (from + length > bytes.length) break;
    seen((bytes[at] ?? 0) & 0x0f, from, from + length, isMasked ? from - 4 : -1);
    at = from + length;
  }
  return at;
}
