import { createHash } from 'node:crypto';

/** Of a token: a batch that is cut otherwise, or whose entries changed, is another one. */
export function contentOf(lines: readonly Uint8Array[]): string {
  const all = createHash('sha256');
  for (const line of lines) all.update(line);
  return all.digest('hex');
}
