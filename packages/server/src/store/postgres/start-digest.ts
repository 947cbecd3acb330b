/** By what a start of a transaction is known: what a station sends may be longer than an index takes. */

import { createHash } from 'node:crypto';
import { integer, type Row, text } from '../control/rows.ts';
import type { StartOfTransaction } from '../control.ts';

export function startDigest(start: StartOfTransaction): Uint8Array {
  const { site, charger, messageId, idTag, connector, timestamp } = start;
  return createHash('sha256')
    .update(JSON.stringify([site, charger, messageId, idTag, connector, timestamp]))
    .digest();
}

export function startOf(row: Row): StartOfTransaction {
  return {
    site: text(row, 'site'),
    charger: text(row, 'charger'),
    messageId: text(row, 'message_id'),
    idTag: text(row, 'id_tag'),
    connector: integer(row, 'connector'),
    timestamp: text(row, 'timestamp'),
  };
}
