/**
 * Frames in, entries out: masks, reads, pairs, and hands the writer what became of each exchange since the last
 * hand-over. Runs in the recorder's thread; nothing here is between a frame's arrival and its forwarding.
 */

import type {
  CallMessage,
  ConnectionEvent,
  Entry,
  ErrorMessage,
  Finding,
  Frame,
  MalformedMessage,
  Message,
  OcppVersion,
  PairingEvent,
  ResultMessage,
  Wire,
} from '@ocpp-logs/core';
import {
  bootVersion,
  derive,
  NO_CONTEXT,
  payloadsOf,
  readFrame,
  redact,
  secretInMalformed,
  transactionFact,
  transactionIn,
  versionOf,
} from '@ocpp-logs/core';
import { createHash } from 'node:crypto';
import type { EntryWriter } from '../store/store.ts';
import { chargerFacts } from './charger-facts.ts';
import { Changes } from './changes.ts';
import type { Conversation } from './conversation.ts';
import { BARE_ENTRY, byteRange, errorOf, Tracked } from './tracked.ts';

export interface PipelineOptions {
  readonly writer: EntryWriter;
  /** Names masked beside the listed ones. */
  readonly redact: readonly string[];
}

/** What a source says of a frame beyond its bytes. */
export interface FrameOrigin {
  readonly version: OcppVersion | null;
}

const LIVE: FrameOrigin = { version: null };

interface Received {
  readonly frame: Frame;
  readonly wire: Wire;
  /** Masked. */
  readonly text: string;
}

export class Pipeline {
  readonly changes: Changes;
  readonly #writer: EntryWriter;
  readonly #redact: readonly string[];

  constructor(options: PipelineOptions) {
    this.#writer = options.writer;
    this.#redact = options.redact;
    this.changes = new Changes(options.writer);
  }

  frame(talk: Conversation, frame: Frame, origin: FrameOrigin = LIVE): void {
    talk.through = Math.max(talk.through, frame.at);
    talk.arrival = frame.arrival ?? talk.arrival;
    const { text, message } = readFrame(frame.bytes, frame.binary, frame.cut);
    if (message.kind === 'malformed' || text === null) {
      this.#malformed(talk, frame, text, message);
    } else if (message.kind === 'call' || message.kind === 'send') {
      this.#call(talk, frame, text, message, origin);
    } else {
      this.#answer(talk, frame, text, message, origin);
    }
  }

  /** Time-outs due by `now`, monotonic microseconds of the conversation's scale. */
  expire(talk: Conversation, now: number): void {
    const due = talk.pairing.nextDue;
    if (due !== null && due <= now) this.#follow(talk, talk.pairing.expire(now), null);
  }

  end(talk: Conversation, outcome: 'connection_lost' | 'unanswered'): void {
    this.#follow(talk, talk.pairing.end(outcome), null);
  }

  connectionEvent(talk: Conversation, at: number, event: ConnectionEvent, findings: readonly Finding[] = []): void {
    this.record(talk.site, { ...this.#around(talk, at), kind: 'connection', event, findings });
  }

  gap(site: string, charger: string, connection: string | null, from: number, to: number, reason: string): void {
    const event = {
      event: 'gap' as const,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      reason,
    };
    this.record(site, { ...BARE_ENTRY, kind: 'gap', at: from, charger, connection, event });
  }

  /** An entry that nothing later changes. */
  record(site: string, entry: Entry): void {
    this.changes.add(new Tracked(site, { entry, ...payloadsOf(entry) }));
  }

  #around(talk: Conversation, at: number): Omit<Entry, 'kind'> {
    return { ...BARE_ENTRY, at, charger: talk.charger, connection: talk.connection };
  }

  #malformed(talk: Conversation, frame: Frame, text: string | null, message: Message): void {
    const reason = message.kind === 'malformed' ? message.reason : 'not JSON';
    const base = { ...this.#around(talk, frame.at), kind: 'malformed' as const, direction: frame.direction };
    if (secretInMalformed(text ?? Buffer.from(frame.bytes).toString('latin1'))) {
      // Where the secret stands cannot be told in a text that cannot be read: nothing of it is kept.
      const length = frame.cut?.length ?? frame.bytes.length;
      const sha256 = frame.cut?.sha256 ?? createHash('sha256').update(frame.bytes).digest('hex');
      this.record(talk.site, { ...base, event: { event: 'malformed', reason, length, sha256 } });
      return;
    }
    const request = { bytes: frame.bytes, payload: null, redacted: [], cut: frame.cut };
    this.record(talk.site, { ...base, request, event: { event: 'malformed', reason } });
  }

  #call(talk: Conversation, frame: Frame, text: string, read: CallMessage, origin: FrameOrigin): void {
    const masked = this.#mask(frame, text, read, read.action);
    const message = masked.message;
    const given = versionOf({
      subprotocol: talk.subprotocol,
      given: origin.version,
      boot: talk.boot,
      action: message.action,
      payload: message.payload,
    });
    talk.boot = bootVersion(message.action, message.payload) === null ? talk.boot : given.version;
    const entry: Entry = {
      ...this.#around(talk, frame.at),
      kind: 'exchange',
      direction: frame.direction,
      version: given.version,
      messageId: message.id,
      action: message.action,
      outcome: message.kind === 'send' ? 'sent' : 'pending',
      request: masked.wire,
      findings: given.finding === null ? message.findings : [...message.findings, given.finding],
    };
    const tracked = new Tracked(talk.site, { entry, call: message.payload, answer: null });
    this.changes.add(tracked);
    this.#follow(talk, talk.pairing.call(tracked, message, frame), null);
    this.#learn(talk, tracked);
  }

  #answer(
    talk: Conversation,
    frame: Frame,
    text: string,
    read: ResultMessage | ErrorMessage,
    origin: FrameOrigin,
  ): void {
    const masked = this.#mask(frame, text, read, talk.pairing.actionOf(read, frame.direction));
    const received = { frame, wire: masked.wire, text: masked.text };
    const events = talk.pairing.answer(masked.message, frame, received);
    this.#follow(talk, events, { message: masked.message, received, version: origin.version });
  }

  #mask<M extends Exclude<Message, MalformedMessage>>(frame: Frame, text: string, message: M, action: string | null) {
    const masked = redact(text, message, action, this.#redact);
    const bytes = masked.redacted.length === 0 ? frame.bytes : Buffer.from(masked.text);
    // Masking replaces characters inside strings, so the message is of the kind it was.
    const again = masked.message as M;
    const span = 'payloadSpan' in again ? again.payloadSpan : null;
    const payload = byteRange(masked.text, bytes.length, span);
    const wire: Wire = { bytes, payload, redacted: masked.redacted, cut: frame.cut };
    return { text: masked.text, message: again, wire };
  }
}
