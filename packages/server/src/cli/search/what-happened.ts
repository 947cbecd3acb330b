/** What an entry that is no exchange tells of itself, for the columns STATUS and PAYLOAD. */

import { counted } from '@ocpp-logs/core';

/** `exchange.event`, as the API shows it; members are those of the kind. */
export interface ShownEvent {
  readonly event: string;
  readonly status?: number;
  readonly reason?: string;
  readonly subprotocol?: string | null;
  readonly remote_address?: string;
  readonly close_code?: number;
  readonly ended_by?: string;
  readonly how?: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly setting?: string;
  readonly length?: number;
  readonly by?: string;
}

/** Of a connection: `accepted`, `refused`, `closed`; of other kinds the column stays empty. */
export function eventStatus(kind: string, event: ShownEvent | undefined): string {
  return kind === 'connection' && event !== undefined ? event.event : '';
}

/** `messageId` is that of an orphan. */
export function eventText(kind: string, event: ShownEvent | undefined, messageId: string | null): string {
  if (kind === 'orphan') return `answer to no known call: message id ${messageId ?? 'unknown'}`;
  if (event === undefined) return '';
  switch (event.event) {
    case 'accepted':
      return joined([numbered('status', event.status), event.subprotocol, from(event.remote_address)]);
    case 'refused':
      return joined([numbered('status', event.status), event.reason, from(event.remote_address)]);
    case 'closed':
      return joined([numbered('code', event.close_code), event.reason, endText(event)]);
    case 'gap':
      return `not recorded ${event.from} to ${event.to}: ${event.reason}`;
    case 'setting':
      return joined([
        `${event.setting}: ${event.from ?? 'none'} -> ${event.to ?? 'none'}`,
        event.by === undefined ? null : `by ${event.by}`,
      ]);
    case 'malformed':
      return joined([
        event.reason,
        event.length === undefined ? null : `${counted(event.length, 'byte')}, not kept`,
      ]);
    default:
      return '';
  }
}

function endText({ ended_by: by = 'unknown', how }: ShownEvent): string {
  const way = how === undefined || how === 'unknown' ? '' : ` (${how.replaceAll('_', ' ')})`;
  return by === 'unknown' ? `unknown who ended it${way}` : `ended by ${by}${way}`;
}

const numbered = (name: string, value: number | undefined) =>
  value === undefined ? null : `${name} ${value}`;
const from = (address: string | undefined) => (address === undefined ? null : `from ${address}`);

function joined(parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(', ');
}
