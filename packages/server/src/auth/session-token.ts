/** Tokens of sessions and links: 256 random bits, of which only a hash is kept. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256Hex } from './keys.ts';

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Under which it is kept. */
export function tokenId(token: string): string {
  return sha256Hex(token);
}

/** Goes with every write of a session: another site's page can send the cookie, but cannot know this. */
export function csrfToken(session: string): string {
  return createHmac('sha256', session).update('ocpp-logs csrf').digest('base64url');
}

export function isCsrfToken(session: string, given: string): boolean {
  const [expected, actual] = [csrfToken(session), given].map((text) => Buffer.from(text));
  return expected !== undefined && actual?.length === expected.length && timingSafeEqual(expected, actual);
}
