/** What an entry tells of a connection, of a firmware. */

import { instantOf } from '../extract/instant.ts';
import type { SeenEntry } from '../session/seen.ts';
import { identityTold } from '../station/boot-identity.ts';
import type { CoverageMark } from '../station/coverage.ts';
import type { Firmware } from './station-day.ts';

export function firmwareOf(call: unknown): Firmware {
  const { vendor, model, firmware } = identityTold(call);
  return { vendor, model, version: firmware };
}

/** null for an entry that changes nothing, such as a refused connection. */
export function markOf({ kind, at, event, connection }: SeenEntry): CoverageMark | null {
  if (kind === 'gap') {
    if (event?.event !== 'gap') return null;
    const [from, to] = [instantOf(event.from), instantOf(event.to)];
    return from === null || to === null ? null : { kind: 'gap', from, to, connection };
  }
  if (kind !== 'connection') return null;
  if (event?.event === 'accepted') return { kind: 'opened', at, connection: connection ?? '' };
  return event?.event === 'closed' ? { kind: 'closed', at, connection: connection ?? '' } : null;
}
