/** Entries that were written out, with what can be told only once others were read. */

import type { ReadEntries } from '../sessions/reading.ts';
import { type RenderedAt, withSessions } from '../sessions/roles.ts';
import type { Scope } from '../store.ts';
import { withNeighbourFindings } from './neighbour-fill.ts';

export function renderedAt(scopes: readonly Scope[]): readonly RenderedAt[] {
  return scopes.map(({ filter, rendering }) => ({ site: filter.site, rendering }));
}

/** Each body with its sessions and the findings of its neighbours, as far as they are asked for. */
export async function completed(
  read: ReadEntries,
  scopes: readonly RenderedAt[],
  bodies: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  return withNeighbourFindings(read, scopes, await withSessions(read, scopes, bodies));
}
