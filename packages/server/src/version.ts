/** Which ocpp-logs this is. */

import { readFileSync } from 'node:fs';

/** From its package. */
export function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  // Safe: our own package.json always has a version.
  return (JSON.parse(text) as { readonly version: string }).version;
}
