/**
 * What an entry is counted by besides its columns: who spoke, version, statuses, error codes, findings, class of
 * its latency. Few combinations
 * occur, so a row holds the number of its own in the file's dictionary, and so do the roll-ups.
 */

import type { Entry, readHead } from '@ocpp-logs/core';
import { eachField, FIELDS } from '@ocpp-logs/core';
import { Dictionary } from './dictionary.ts';
import { type LatencyClass, latencyClass } from './latency-class.ts';
import type { Connection } from './sql.ts';

export interface Trait {
  readonly direction: string | null;
  readonly version: string | null;
  /** Of a request, and of an answered id tag. */
  readonly statuses: readonly string[];
  /** Of a status, and of a CALLERROR. */
  readonly errors: readonly string[];
  readonly findings: readonly string[];
  readonly latency: LatencyClass | null;
}

/** A trait as text; the same for those that are the same. */
export type TraitName = string;

/** Traits of one file at most, and their longest name: what stations make up must not fill the dictionary. */
export const TRAIT_MAX = 2 ** 15 - 1;
const NAME_MAX = 2000;
/** Stands for all that have no number of their own: their texts tell. */
export const UNTOLD = 0;

const ERROR_FIELD = 'request_error_code';

export function traitOf({ direction, version, fields, error, findings, latency }: Entry): Trait {
  const { request_status: status, response_id_tag_info_status: idTag, request_error_code: code } = fields;
  const statuses: string[] = [];
  if (status !== undefined) statuses.push(String(status));
  if (idTag !== undefined) statuses.push(String(idTag));
  const errors: string[] = [];
  if (code !== undefined) errors.push(String(code));
  if (error !== null) errors.push(error.code);
  return {
    direction,
    version,
    statuses,
    errors,
    findings: findings.length === 0 ? NOTHING : findings.map((finding) => finding.code),
    latency: latencyClass(latency),
  };
}

const NOTHING: readonly string[] = [];

export function traitOfText(head: ReturnType<typeof readHead>, fields: string): Trait {
  const statuses: string[] = [];
  const errors: string[] = [];
  eachField(fields, (place, json) => {
    const name = FIELDS[place];
    const status = name === 'request_status' || name === 'response_id_tag_info_status';
    if (!status && name !== ERROR_FIELD) return;
    // Safe: JSON that begins with a quote is a string.
    (status ? statuses : errors).push(json.startsWith('"') ? (JSON.parse(json) as string) : json);
  });
  const error = head[9];
  if (error !== null) errors.push(error.code);
  const findings = head[13].map(({ code }) => code);
  return { direction: head[0], version: head[1], statuses, errors, findings, latency: latencyClass(head[5]) };
}

/** A JSON array. Made for every entry that is written, so member by member. */
export function traitName({ direction, version, statuses, errors, findings, latency }: Trait): TraitName {
  const told = findings.length < 2 ? findings : [...new Set(findings)].sort();
  return `[${word(direction)},${word(version)},${words(statuses)},${words(errors)},${words(told)},${latency}]`;
}

export function readTrait(name: TraitName): Trait {
  // Only traitName writes them.
  const [direction, version, statuses, errors, findings, latency] = JSON.parse(name) as [
    string | null,
    string | null,
    string[],
    string[],
    string[],
    LatencyClass | null,
  ];
  return { direction, version, statuses, errors, findings, latency };
}

/** Printable ASCII without quotes and backslashes. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

function word(text: string | null): string {
  if (text === null) return 'null';
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

function words(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined) return '[]';
  return texts.length === 1 ? `[${word(first)}]` : `[${texts.map(word).join(',')}]`;
}

/** The writer's side of a file's dictionary. */
export class Traits {
  readonly #db: Connection;
  readonly #names: Dictionary;

  constructor(db: Connection) {
    this.#db = db;
    this.#names = new Dictionary(db, 'trait');
  }

  /** In the open transaction; after a rollback call {@link forget}. */
  idOf(name: TraitName): number {
    const known = this.#names.find(name);
    if (known !== null) return known;
    if (name.length <= NAME_MAX && this.#db.number('SELECT max(id) FROM trait') < TRAIT_MAX) {
      return this.#names.idOf(name);
    }
    // That there are such is seen by the row.
    this.#db.run(`INSERT OR IGNORE INTO trait VALUES (${UNTOLD}, '')`);
    return UNTOLD;
  }

  forget(): void {
    this.#names.forget();
  }
}
