/** Where a page ended: version, order, id of its last entry, hash of its filter. Opaque to clients. */

import { createHash } from 'node:crypto';
import type { EntryId } from '@ocpp-logs/core';
import type { EntryFilter, SortOrder } from '../store/store.ts';

const VERSION = 1;
const HASH_BYTES = 8;
const LENGTH = 2 + 8 + HASH_BYTES;

/** Of the filter as it was asked for, before retention raises it: a cursor stays valid when entries expire. */
function hash(filter: EntryFilter): Buffer {
  const sorted = (items: readonly (string | number)[] | null) => items && [...items].map(String).sort();
  const parts = [
    filter.site,
    filter.from,
    filter.to,
    sorted(filter.kinds),
    sorted(filter.actions),
    sorted(filter.chargers),
    sorted(filter.connectors),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_BYTES);
}

export function writeCursor(filter: EntryFilter, order: SortOrder, last: EntryId): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes[0] = VERSION;
  bytes[1] = order === 'asc' ? 0 : 1;
  bytes.writeBigInt64BE(last, 2);
  hash(filter).copy(bytes, 10);
  return bytes.toString('base64url');
}

export type ReadCursor = { readonly last: EntryId } | { readonly fault: string };

export function readCursor(text: string, filter: EntryFilter, order: SortOrder): ReadCursor {
  const bytes = /^[A-Za-z0-9_-]+$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (bytes.length !== LENGTH || bytes[0] !== VERSION || bytes.toString('base64url') !== text) {
    return { fault: 'is no cursor of this server; begin anew with an empty one' };
  }
  if (bytes[1] !== (order === 'asc' ? 0 : 1)) {
    return { fault: 'belongs to the other sort_order; begin anew with an empty one' };
  }
  if (!bytes.subarray(10).equals(hash(filter))) {
    return { fault: 'belongs to a query with another filter; begin anew with an empty one' };
  }
  return { last: bytes.readBigInt64BE(2) };
}
