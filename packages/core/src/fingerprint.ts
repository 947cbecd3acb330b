/** Tells texts apart without keeping them. */

/**
 * Length and two independent 32-bit hashes: FNV-1a, and a multiplicative one with an odd constant of its own. Made for
 * telling a repeated call from another one, not against somebody who searches for a collision.
 */
export function fingerprint(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second + code, 0x85ebca6b);
    second ^= second >>> 13;
  }
  return `${text.length}-${first >>> 0}-${second >>> 0}`;
}
