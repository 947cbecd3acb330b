/** Where a page ended: version, order, position of its last entry, hash of its filter. Opaque to clients. */

import { createHash } from 'node:crypto';
import { printQuery } from '@ocpp-logs/core';
import type { EntryFilter, EntryPosition, SortOrder } from '../store/store.ts';

const VERSION = 2;
const HASH_BYTES = 8;
const LENGTH = 2 + 8 + HASH_BYTES;

/** Of the filter as it was asked for, before retention raises it: a cursor stays valid when entries expire. */
export interface CursorFilter extends Omit<EntryFilter, 'site'> {
  /** null: all that are readable. */
  readonly sites: readonly string[] | null;
}

function hash(filter: CursorFilter): Buffer {
  const sorted = (items: readonly (string | number)[] | null) => items && [...items].map(String).sort();
  const parts = [
    sorted(filter.sites),
    filter.from,
    filter.to,
    sorted(filter.kinds),
    sorted(filter.actions),
    sorted(filter.chargers),
    sorted(filter.connectors),
    printQuery(filter.query),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_BYTES);
}

/** The site stands at its end, where the filter does not name the only one. */
export function writeCursor(filter: CursorFilter, order: SortOrder, last: EntryPosition): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes[0] = VERSION;
  bytes[1] = order === 'asc' ? 0 : 1;
  bytes.writeBigInt64BE(last.id, 2);
  hash(filter).copy(bytes, 10);
  const site = filter.sites?.length === 1 ? '' : last.site;
  return Buffer.concat([bytes, Buffer.from(site)]).toString('base64url');
}

export type ReadCursor = { readonly last: EntryPosition } | { readonly fault: string };

export function readCursor(text: string, filter: CursorFilter, order: SortOrder): ReadCursor {
  const bytes = /^[A-Za-z0-9_-]+$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (bytes.length < LENGTH || bytes[0] !== VERSION || bytes.toString('base64url') !== text) {
    return { fault: 'is no cursor of this server; begin anew with an empty one' };
  }
  if (bytes[1] !== (order === 'asc' ? 0 : 1)) {
    return { fault: 'belongs to the other sort_order; begin anew with an empty one' };
  }
  if (!bytes.subarray(10, LENGTH).equals(hash(filter))) {
    return { fault: 'belongs to a query with another filter; begin anew with an empty one' };
  }
  const site = filter.sites?.length === 1 ? (filter.sites[0] ?? '') : bytes.subarray(LENGTH).toString();
  return { last: { id: bytes.readBigInt64BE(2), site } };
}
