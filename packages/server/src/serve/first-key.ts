/** The first start makes a key, so that there is a way in; it is shown once. */

import { createKey, type ShownKey } from '../auth/keys.ts';
import type { Control } from '../store/control.ts';

/** null where there is a key already, or an admin token that stands in for it. */
export async function firstKey(
  control: Control,
  secretKey: Uint8Array,
  adminToken: string | null,
): Promise<ShownKey | null> {
  if (adminToken !== null || control.snapshot().keys.length > 0) return null;
  const wish = {
    name: 'first key',
    scopes: ['read', 'ingest', 'admin'] as const,
    sites: null,
    expires: null,
  };
  const { record, shown } = createKey(wish, secretKey, Date.now());
  // Another node may be starting for the first time, too.
  return (await control.putFirstKey(record)) ? shown : null;
}
