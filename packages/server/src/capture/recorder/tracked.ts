/** An exchange while it can still change: what the pairing refers to, and what becomes its entry. */

import { createHash } from 'node:crypto';
import type {
  Entry,
  EntryError,
  ErrorMessage,
  Finding,
  Frame,
  JsonObject,
  Message,
  OcppVersion,
  ResultMessage,
  Wire,
} from '@ocpp-logs/core';
import { byteSpan, NO_CONTEXT } from '@ocpp-logs/core';
import type { Slot } from '../../store/store.ts';

/** A line of a push or import, told apart from one of another request by being the same object. */
export interface SourceLine {
  readonly line: number;
}

/** An answer while it looks for its call. */
export interface Received {
  readonly frame: Frame;
  readonly message: ResultMessage | ErrorMessage;
  /** Masked. */
  readonly text: string;
  readonly wire: Wire;
  /** Of the call that it would answer; null where that is not known. */
  readonly action: string | null;
  readonly version: OcppVersion | null;
  /** Put together of the parts that an archive holds. */
  readonly rebuilt: boolean;
  /** It came in; null for what a socket carried. */
  readonly line: SourceLine | null;
}

export interface Draft {
  /** Its fields are not derived yet. */
  readonly entry: Entry;
  readonly call: JsonObject;
  readonly answer: JsonObject | null;
}

export class Tracked {
  readonly site: string;
  readonly slot: Slot;
  /** Given up once the entry is stored and ended: what is needed later is read back. */
  draft: Draft | null;
  successor: Tracked | null = null;
  /** Whether it was announced as an entry. */
  told: boolean;
  /** Left out by the level of its site: it goes through pairing and is never stored. */
  readonly leftOut: boolean;
  /** Those that it is made of and that are not committed; null for none. */
  lines: SourceLine[] | null = null;

  constructor(site: string, draft: Draft | null, slot: Slot = { id: null }, leftOut = false) {
    this.leftOut = leftOut;
    this.site = site;
    this.draft = draft;
    this.slot = slot;
    this.told = slot.id !== null;
  }

  comesFrom(line: SourceLine | null): void {
    if (line === null) return;
    this.lines ??= [];
    this.lines.push(line);
  }
}

/** An entry without anything that applies to exchanges alone. */
export const BARE_ENTRY: Omit<Entry, 'kind' | 'at' | 'charger'> = {
  connection: null,
  direction: null,
  version: null,
  messageId: null,
  action: null,
  outcome: null,
  request: null,
  answer: null,
  rejection: null,
  error: null,
  answeredAt: null,
  latency: null,
  context: NO_CONTEXT,
  fields: {},
  findings: [],
  event: null,
};

export function errorOf(message: Message, text: string, wire: Wire): EntryError | null {
  if (message.kind !== 'error' && message.kind !== 'result_error') return null;
  return {
    code: message.code,
    description: message.description,
    details: message.detailsSpan === null ? null : byteSpan(text, wire.bytes.length, message.detailsSpan),
  };
}

/** Most have none. */
export function joined(before: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  if (more.length === 0) return before;
  return before.length === 0 ? more : [...before, ...more];
}

/** All that is kept of a text that is not. */
export function digestOf({ bytes, cut }: Frame): { readonly length: number; readonly sha256: string } {
  return cut ?? { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
