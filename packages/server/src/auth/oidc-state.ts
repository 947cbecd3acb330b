/** What must be known again when a person comes back from the provider: sealed, in a cookie of that browser. */

import { createHash } from 'node:crypto';
import { seal, unseal } from './secret-key.ts';

const OWNER = 'oidc sign-in';
export const STATE_MS = 10 * 60_000;

export interface OidcState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** As the provider was told; it must be told the same again. */
  readonly redirectUri: string;
  /** Path of the dashboard to go on with. */
  readonly to: string;
  readonly expires: number;
}

/** A key of its own: what is sealed for browsers must open nothing else. */
function keyOf(secretKey: Uint8Array): Uint8Array {
  return createHash('sha256').update(OWNER).update(secretKey).digest();
}

export function writeState(secretKey: Uint8Array, state: OidcState): string {
  return Buffer.from(seal(keyOf(secretKey), OWNER, JSON.stringify(state))).toString('base64url');
}

/** null for what is not from here, altered, or too old. */
export function readState(secretKey: Uint8Array, text: string, now: number): OidcState | null {
  const opened = unseal(keyOf(secretKey), OWNER, new Uint8Array(Buffer.from(text, 'base64url')));
  if (opened === null) return null;
  // Safe: only writeState seals under this key and owner.
  const state = JSON.parse(opened) as OidcState;
  return state.expires > now ? state : null;
}
