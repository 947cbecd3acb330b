/**
 * What two stores hold, as three numbers that are equal where every entry is: how many there are, and the sums, modulo
 * 2^64, of both halves of the first 16 bytes of each entry's SHA-256. Sums, so that neither order matters nor two equal
 * entries cancel each other out. What is hashed is all that a page shows: a changed byte of a text changes it.
 */

import { hash } from 'node:crypto';
import type { EntryId } from '@ocpp-logs/core';
import { ofNode } from '../clickhouse/bears-number.ts';
import { nameText } from '../clickhouse/names.ts';
import { Parameters } from '../clickhouse/parameters.ts';
import { textsOf } from '../clickhouse/record.ts';
import type { Connection } from '../clickhouse/sql.ts';
import type { SiteEntry } from '../store.ts';

export interface Checksum {
  readonly entries: number;
  /** Both sums, 32 digits of 16. */
  readonly sum: string;
}

/** Entries of one site in [from, to), ms, that are kept until after `keptUntil`, s since 1970. */
export interface Compared {
  readonly site: string;
  readonly from: number;
  readonly to: number;
  readonly keptUntil: number;
  /** Those that bear the number of a node, or those of these ids; absent: all. */
  readonly of?: { readonly number: number } | { readonly ids: readonly EntryId[] };
}

export class ChecksumOfEntries {
  #entries = 0;
  #first = 0n;
  #second = 0n;

  add(entry: SiteEntry): void {
    const digest = digestOfEntry(entry);
    this.#entries += 1;
    this.#first = BigInt.asUintN(64, this.#first + digest.readBigUInt64LE(0));
    this.#second = BigInt.asUintN(64, this.#second + digest.readBigUInt64LE(8));
  }

  get value(): Checksum {
    return { entries: this.#entries, sum: sumText(this.#first, this.#second) };
  }
}

/** Of all that a page shows of it. */
export function digestOfEntry(entry: SiteEntry): Buffer {
  return hash('sha256', hashed(entry), 'buffer').subarray(0, 16);
}

export function isSame(one: Checksum, other: Checksum): boolean {
  return one.entries === other.entries && one.sum === other.sum;
}

const TEXTS = ['kind', 'charger', 'action', 'outcome', 'fields', 'head', 'request', 'answer', 'rejection'];
/** Each with its length before it, so that no byte can move from one to the next. */
const HASHED = `concat(${[
  ...['id', 'texts', 'payload_start', 'payload_end'].map((column) => `toString(${column}), ','`),
  ...TEXTS.map((column) => `toString(length(${column})), ':', ${column}`),
].join(', ')})`;

/** As {@link digestOfEntry}, computed there. */
export const ENTRY_DIGEST = `substring(SHA256(${HASHED}), 1, 16)`;

/** Of what ClickHouse holds; computed there. */
export async function checksumThere(connection: Connection, compared: Compared): Promise<Checksum> {
  const { site, from, to, keptUntil, of } = compared;
  const bound = new Parameters();
  const which =
    of === undefined
      ? ''
      : 'number' in of
        ? ` AND ${ofNode(of.number, bound)}`
        : ` AND id IN ${bound.ids(of.ids)}`;
  const half = (at: number) => `sum(reinterpretAsUInt64(substring(digest, ${at}, 8)))`;
  const [found = { entries: 0, sum: sumText(0n, 0n) }] = await connection.rows(
    `SELECT toUInt64(count()), ${half(1)}, ${half(9)}
     FROM (SELECT ${ENTRY_DIGEST} AS digest FROM ${connection.database}.entry FINAL
       WHERE site = ${bound.text(nameText(site))}
         AND id >= ${bound.integer(firstId(from))} AND id < ${bound.integer(firstId(to))}
         AND expires > toDateTime(${bound.integer(keptUntil)}, 'UTC')${which})`,
    bound,
    (row) => ({ entries: row.number(), sum: sumText(row.uint64(), row.uint64()) }),
  );
  return found;
}

/** Of entries that have nothing in common. */
export function together(one: Checksum, other: Checksum): Checksum {
  const half = (at: number) =>
    BigInt.asUintN(
      64,
      BigInt(`0x${one.sum.slice(at, at + 16)}`) + BigInt(`0x${other.sum.slice(at, at + 16)}`),
    );
  return { entries: one.entries + other.entries, sum: sumText(half(0), half(16)) };
}

/** As {@link HASHED} has it. */
function hashed(entry: SiteEntry): Buffer {
  const { id, kind, charger, action, outcome, fields, head, request, answer, rejection } = entry;
  const parts: Uint8Array[] = [
    Buffer.from(`${id},${textsOf(entry)},${entry.payloadStart},${entry.payloadEnd},`),
  ];
  const name = (text: string | null) => (text === null || text === '' ? '' : nameText(text));
  const names = [kind, name(charger), name(action), outcome ?? '', fields, head];
  for (const bytes of [...names.map((text) => Buffer.from(text)), request, answer, rejection]) {
    parts.push(Buffer.from(`${bytes?.length ?? 0}:`));
    if (bytes !== null) parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function sumText(first: bigint, second: bigint): string {
  return [first, second].map((half) => half.toString(16).padStart(16, '0')).join('');
}

/** Ids are ms and ordinal. */
export function firstId(ms: number): bigint {
  return BigInt(ms) << 21n;
}
