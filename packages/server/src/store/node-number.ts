/**
 * The number of a data folder among those that share control data. It is the highest part of what tells entries of one
 * millisecond apart, so that two folders never give the same id. It lies in `node.json`, and goes along with copies.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type EntryId, ORDINAL_BITS } from '@ocpp-logs/core';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** In a back-up, too. */
export const NODE_FILE = 'node.json';
/** Numbers are 0 to one less. */
export const NODES_MAX = 64;
/** Of a folder that held entries before it got a number: theirs are those of 0. */
export const NUMBER_OF_OLD = 0;

const ORDINALS_PER_MS = 2 ** Number(ORDINAL_BITS);
/** Entries of one millisecond, site and node. */
export const ORDINALS_PER_NODE = ORDINALS_PER_MS / NODES_MAX;

const NodeRecordSchema = Type.Object({
  /** Name of the folder. */
  folder: Type.String({ minLength: 1, maxLength: 100 }),
  number: Type.Union([Type.Integer({ minimum: 0, maximum: NODES_MAX - 1 }), Type.Null()]),
  /** Of the last run, which is new with each start: a folder that tells an older one is a copy. While one starts, two. */
  runs: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 2 }),
});
export type NodeRecord = Static<typeof NodeRecordSchema>;

/** The file is there and cannot be believed; one line. */
export class NodeFileError extends Error {
  override readonly name = 'NodeFileError';
}

/** null for a folder that never had a number. */
export function readNode(folder: string): NodeRecord | null {
  const path = join(folder, NODE_FILE);
  if (!existsSync(path)) return null;
  const record = parsed(readFileSync(path, 'utf8'));
  if (Value.Check(NodeRecordSchema, record)) return record;
  throw new NodeFileError(
    `${path} is damaged: put it back from a back-up; without it entries could get the ids of others`,
  );
}

/** On the disk when it returns. */
export function writeNode(folder: string, record: NodeRecord): void {
  const path = join(folder, NODE_FILE);
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, path);
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** That of an id; of one that was given without a number it may be any. */
export function numberOfId(id: EntryId): number {
  return Math.floor(Number(id & (2n ** ORDINAL_BITS - 1n)) / ORDINALS_PER_NODE);
}

/** Whether anything was recorded here; it may have been shipped, and dropped since. */
export function hasEntries(folder: string): boolean {
  if (existsSync(join(folder, 'outbox.db'))) return true;
  const logs = join(folder, 'logs');
  return existsSync(logs) && readdirSync(logs).some((name) => /^\d+\.db$/.test(name));
}

/** Of a millisecond: from the first up to, not including, `end`. */
export interface Ordinals {
  readonly first: number;
  readonly end: number;
}

/** All of them where there is no number. */
export function ordinalsOf(number: number | null): Ordinals {
  if (number === null) return { first: 0, end: ORDINALS_PER_MS };
  return { first: number * ORDINALS_PER_NODE, end: (number + 1) * ORDINALS_PER_NODE };
}

/** undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
