/** Secrets of targets at rest. */

import { seal, unseal } from '../auth/secret-key.ts';
import type { AlarmTarget } from '../store/alarms.ts';

export function sealTargetSecret(secretKey: Uint8Array, target: string, secret: string): string {
  return Buffer.from(seal(secretKey, target, secret)).toString('base64');
}

/** `lost`: it was sealed under another secret key. */
export function targetSecret(
  secretKey: Uint8Array,
  { id, sealed }: AlarmTarget,
): { readonly secret: string | null } | 'lost' {
  if (sealed === null) return { secret: null };
  const secret = unseal(secretKey, id, new Uint8Array(Buffer.from(sealed, 'base64')));
  return secret === null ? 'lost' : { secret };
}
