/** What an entry tells of a connection, of a connector, of a firmware. */

import { instantOf } from '../extract/instant.ts';
import type { SeenEntry } from '../session/seen.ts';
import { identityTold } from '../station/boot-identity.ts';
import type { ConnectorReport } from '../station/connector-states.ts';
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

/** null for an entry that reports no status. */
export function reportOf({ action, at, id, fields }: SeenEntry): ConnectorReport | null {
  const { connector_id: connector, evse_connector_id: plug, request_status: status } = fields;
  if (action !== 'StatusNotification' || typeof connector !== 'number' || typeof status !== 'string')
    return null;
  return {
    at,
    connector,
    evseConnector: typeof plug === 'number' ? plug : null,
    status,
    errorCode: null,
    entry: id,
  };
}
