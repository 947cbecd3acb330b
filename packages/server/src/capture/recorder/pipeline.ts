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
  ResumedCall,
  Wire,
} from '@ocpp-logs/core';
import {
  bootVersion,
  byteSpan,
  callFingerprint,
  NO_CONTEXT,
  payloadsOf,
  readFrame,
  readMessage,
  versionOf,
} from '@ocpp-logs/core';
import type { EntryWriter } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import type { Alarms } from './alarms.ts';
import { Changes, type ChangesOptions } from './changes.ts';
import { chargerFacts } from './charger-facts.ts';
import type { Conversation } from './conversation.ts';
import { type Gap, gapEntry } from './gap-entry.ts';
import type { KeptOut } from './kept-out.ts';
import type { Masking } from './masking.ts';
import { RunningTransactions } from './running-transactions.ts';
import { StoredCalls } from './stored-calls.ts';
import type { Draft, Received, SourceLine } from './tracked.ts';
import { BARE_ENTRY, digestOf, errorOf, joined, Tracked } from './tracked.ts';

export interface PipelineOptions extends ChangesOptions {
  readonly masking: Masking;
  readonly alarms: Pick<Alarms, 'booted'>;
}

/** What a source says of a frame beyond its bytes. */
export interface FrameOrigin {
  readonly version: OcppVersion | null;
  /** For a message that names none. */
  readonly connector: number | null;
  /** Put together of the parts that an archive holds. */
  readonly rebuilt: boolean;
  /** It came in; null for what a socket carried. */
  readonly line: SourceLine | null;
}

const LIVE: FrameOrigin = { version: null, connector: null, rebuilt: false, line: null };

const NOT_JSON: MalformedMessage = { kind: 'malformed', reason: 'not JSON' };

type TalkEvent = PairingEvent<Tracked, Received>;

export class Pipeline {
  readonly changes: Changes;
  readonly storedCalls: StoredCalls;
  readonly #writer: EntryWriter;
  readonly #masking: Masking;
  readonly #alarms: PipelineOptions['alarms'];
  readonly #keptOut: KeptOut;
  readonly #runs: RunningTransactions;

  constructor(options: PipelineOptions) {
    this.#writer = options.writer;
    this.#masking = options.masking;
    this.#alarms = options.alarms;
    this.#keptOut = options.keptOut;
    this.changes = new Changes(options);
    this.#runs = new RunningTransactions({ ...options, changes: this.changes });
    this.storedCalls = new StoredCalls(options.writer);
  }

  frame(talk: Conversation, frame: Frame): void {
    const { text, message } = readFrame(frame.bytes, frame.binary, frame.cut);
    this.#message(talk, frame, text, message, LIVE);
  }

  /** The same for a frame whose text, which is whole, is at hand. */
  text(talk: Conversation, frame: Frame, text: string, origin: FrameOrigin): void {
    this.#message(talk, frame, text, readMessage(text), origin);
  }

  #message(
    talk: Conversation,
    frame: Frame,
    text: string | null,
    message: Message,
    origin: FrameOrigin,
  ): void {
    // A clock that was set back goes on from there; sources tell their frames in any order.
    talk.through = talk.virtual ? Math.max(talk.through, frame.at) : frame.at;
    talk.arrival = frame.arrival ?? talk.arrival;
    if (message.kind === 'malformed' || text === null) {
      this.#malformed(talk, frame, text, message.kind === 'malformed' ? message : NOT_JSON, origin.line);
    } else if (isCall(message)) {
      this.#call(talk, frame, text, message, origin);
    } else {
      this.#answer(talk, frame, text, message, origin);
    }
  }

  /** Time-outs due by `now`, monotonic microseconds of the conversation's scale. */
  expire(talk: Conversation, now: number): void {
    const due = talk.pairing.nextDue;
    if (due !== null && due <= now) this.#follow(talk, talk.pairing.expire(now));
  }

  end(talk: Conversation, outcome: 'connection_lost' | 'unanswered'): void {
    this.#follow(talk, talk.pairing.end(outcome));
  }

  releaseHeld(talk: Conversation): void {
    this.#follow(talk, talk.pairing.releaseHeld());
  }

  /** Takes up a call of an earlier run, so that its answer still finds it. */
  resume(talk: Conversation, tracked: Tracked, outcome: ResumedCall['outcome'], timed = true): void {
    const entry = tracked.draft?.entry;
    if (entry?.request == null) return;
    const { text, message } = readFrame(entry.request.bytes, false, entry.request.cut);
    if (text === null || message.kind !== 'call' || entry.version === null || entry.direction === null)
      return;
    talk.pairing.resume(
      tracked,
      {
        id: message.id,
        action: message.action,
        version: entry.version,
        fingerprint: callFingerprint(message, text),
        outcome,
      },
      { direction: entry.direction, at: entry.at, arrival: timed ? entry.at * 1000 : null },
    );
  }

  connectionEvent(
    talk: Conversation,
    at: number,
    event: ConnectionEvent,
    findings: readonly Finding[] = [],
    line: SourceLine | null = null,
  ): void {
    this.record(talk.site, { ...this.#around(talk, at), kind: 'connection', event, findings }, line);
  }

  gap(site: string, gap: Gap): void {
    this.record(site, gapEntry(gap));
  }

  /** An entry that nothing later changes. What is no exchange is kept at every level but `none`, a setting even there. */
  record(site: string, entry: Entry, line: SourceLine | null = null): void {
    if (entry.kind !== 'setting' && this.#keptOut.levelOf(site) === 'none') {
      this.#keptOut.count += 1;
      return;
    }
    const tracked = new Tracked(site, { entry, ...payloadsOf(entry) });
    tracked.comesFrom(line);
    this.changes.add(tracked);
  }

  /** A frame at which our own code failed: what it held may be a secret, so only length and digest are kept. */
  unread(talk: Conversation, frame: Frame, line: SourceLine | null = null): void {
    const reason = 'not recorded: an error in ocpp-logs';
    const event = { event: 'malformed' as const, reason, ...digestOf(frame) };
    const { direction } = frame;
    this.record(talk.site, { ...this.#around(talk, frame.at), kind: 'malformed', direction, event }, line);
  }

  #around(talk: Conversation, at: number): Omit<Entry, 'kind'> {
    return { ...BARE_ENTRY, at, charger: talk.charger, connection: talk.connection };
  }

  #malformed(
    talk: Conversation,
    frame: Frame,
    text: string | null,
    message: MalformedMessage,
    line: SourceLine | null,
  ): void {
    const { reason } = message;
    const base = { ...this.#around(talk, frame.at), kind: 'malformed' as const, direction: frame.direction };
    const looked = text ?? Buffer.from(frame.bytes).toString('latin1');
    const masked = this.#masking.malformed(talk.site, looked, message);
    if (masked === null) {
      // Where the secret stands cannot be told in a text that cannot be read: nothing of it is kept.
      this.record(talk.site, { ...base, event: { event: 'malformed', reason, ...digestOf(frame) } }, line);
      return;
    }
    const { text: kept, redacted } = masked;
    const bytes = kept === looked ? frame.bytes : Buffer.from(kept, text === null ? 'latin1' : 'utf8');
    const request = { bytes, payload: null, redacted, cut: frame.cut };
    this.record(talk.site, { ...base, request, event: { event: 'malformed', reason } }, line);
  }

  #call(talk: Conversation, frame: Frame, text: string, read: CallMessage, origin: FrameOrigin): void {
    const masked = this.#mask(talk, frame, text, read, read.action);
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
      ...BARE_ENTRY,
      kind: 'exchange',
      at: frame.at,
      charger: talk.charger,
      connection: talk.connection,
      direction: frame.direction,
      version: given.version,
      messageId: message.id,
      action: message.action,
      outcome: message.kind === 'send' ? 'sent' : 'pending',
      request: masked.wire,
      context: origin.connector === null ? NO_CONTEXT : { ...NO_CONTEXT, connector: origin.connector },
      findings: given.finding === null ? message.findings : [...message.findings, given.finding],
    };
    const leftOut = !this.#keptOut.keeps(talk.site, message.action);
    // Of what is left out no text is held, only what its answer may complete.
    const draft = {
      entry: leftOut ? { ...entry, request: null } : entry,
      call: message.payload,
      answer: null,
    };
    const tracked = new Tracked(talk.site, draft, { id: null }, leftOut);
    if (!leftOut) tracked.comesFrom(origin.line);
    if (leftOut) this.#keptOut.count += 1;
    else this.changes.add(tracked);
    this.#follow(talk, talk.pairing.call(tracked, message, masked.text, given.version, frame));
    this.#runs.learn(talk, tracked);
    if (leftOut) return;
    if (message.action === 'BootNotification') {
      this.#writer.rememberCharger(talk.site, talk.charger, chargerFacts(message.payload));
      if (!talk.virtual) this.#addFindings(tracked, this.#alarms.booted(talk, message.payload));
    }
  }

  #answer(
    talk: Conversation,
    frame: Frame,
    text: string,
    read: ResultMessage | ErrorMessage,
    origin: FrameOrigin,
  ): void {
    if (talk.virtual) this.#recall(talk, frame, read);
    const action = talk.pairing.actionOf(read, frame);
    const { message, wire, text: kept } = this.#mask(talk, frame, text, read, action);
    const { version, rebuilt, line } = origin;
    const received = { frame, message, text: kept, wire, action, version, rebuilt, line };
    this.#follow(talk, talk.pairing.answer(message, frame, received));
  }

  /** Takes up the call in the store that this answer is for, where none is at hand. */
  #recall(
    talk: Conversation,
    { direction, at, arrival }: Frame,
    message: ResultMessage | ErrorMessage,
  ): void {
    if (message.kind === 'result_error') return;
    if (talk.pairing.actionOf(message, { direction, at, arrival }) !== null) return;
    const found = this.storedCalls.find(talk, direction, message.id, at);
    if (found === null) return;
    const { id, entry } = found;
    const draft = { entry, ...payloadsOf(entry) };
    const outcome = entry.outcome === 'timeout' ? 'timeout' : 'unanswered';
    this.resume(talk, new Tracked(talk.site, draft, { id }), outcome, arrival !== null);
  }

  /** Does to the entries what pairing says has become of them. */
  #follow(talk: Conversation, events: readonly TalkEvent[]): void {
    for (const event of events) {
      if (event.kind === 'opened') this.#addFindings(event.ref, event.findings);
      else if (event.kind === 'ended') this.#ended(talk, event);
      else if (event.kind === 'orphan') this.#orphan(talk, event.by, event.findings);
    }
  }

  #addFindings(tracked: Tracked, findings: readonly Finding[]): void {
    const draft = tracked.draft;
    if (draft === null || findings.length === 0) return;
    tracked.draft = { ...draft, entry: { ...draft.entry, findings: joined(draft.entry.findings, findings) } };
  }

  /** Of a left out exchange: where its transaction runs is all that its answer can tell. */
  #endedLeftOut(talk: Conversation, { ref, by, part }: TalkEvent & { readonly kind: 'ended' }): void {
    if (by !== null) this.#keptOut.count += 1;
    const draft = ref.draft;
    // What waits no longer holds no payload.
    ref.draft = null;
    if (part !== 'answer' || by === null || draft === null) return;
    ref.draft = { ...draft, answer: by.message.kind === 'result' ? by.message.payload : null };
    this.#runs.learn(talk, ref);
    ref.draft = null;
  }

  #ended(talk: Conversation, event: TalkEvent & { readonly kind: 'ended' }): void {
    if (event.ref.leftOut) {
      this.#endedLeftOut(talk, event);
      return;
    }
    const draft = this.#draftOf(event.ref);
    if (draft === null || (event.part === 'answer' && draft.entry.answer !== null)) {
      // Removed by retention, in a file that was set aside, or answered by another source meanwhile: it is kept.
      if (event.by !== null) this.#orphan(talk, event.by, [{ code: 'orphan-answer' }]);
      return;
    }
    const { entry } = draft;
    const { by, part, outcome } = event;
    const findings = joined(joined(entry.findings, by?.message.findings ?? []), event.findings);
    const error = by === null ? entry.error : errorOf(by.message, by.text, by.wire);
    // An archive that tells of an answer without a time: that of its call is not the answer's.
    const timeless = by?.rebuilt === true && by.frame.arrival === null;
    const answeredAt = timeless ? null : event.answeredAt;
    event.ref.draft = {
      call: draft.call,
      answer: part === 'answer' && by?.message.kind === 'result' ? by.message.payload : draft.answer,
      entry: {
        ...entry,
        outcome,
        findings,
        error,
        answer: part === 'answer' ? (by?.wire ?? null) : entry.answer,
        rejection: part === 'rejection' ? (by?.wire ?? null) : entry.rejection,
        answeredAt: answeredAt ?? entry.answeredAt,
        latency: event.latency ?? entry.latency,
      },
    };
    event.ref.comesFrom(by?.line ?? null);
    event.ref.successor = event.successor?.leftOut === true ? null : event.successor;
    this.changes.add(event.ref);
    if (part !== 'answer') return;
    if (event.ref.slot.id !== null) this.storedCalls.answered(talk.site, event.ref.slot.id);
    this.#runs.learn(talk, event.ref);
  }

  #draftOf(tracked: Tracked): Draft | null {
    try {
      return this.changes.draftOf(tracked);
    } catch (error) {
      if (error instanceof StoreUnavailableError) return null;
      throw error;
    }
  }

  #orphan(talk: Conversation, by: Received, findings: readonly Finding[]): void {
    const { frame, message, text, wire, action, version, line } = by;
    if (!this.#keptOut.keeps(talk.site, action)) {
      this.#keptOut.count += 1;
      return;
    }
    const entry: Entry = {
      ...this.#around(talk, frame.at),
      kind: 'orphan',
      direction: frame.direction,
      version: version ?? talk.boot,
      messageId: message.id,
      request: wire,
      error: errorOf(message, text, wire),
      findings: [...message.findings, ...findings],
    };
    this.record(talk.site, entry, line);
  }

  #mask<M extends Exclude<Message, MalformedMessage>>(
    { site }: Conversation,
    frame: Frame,
    text: string,
    message: M,
    action: string | null,
  ) {
    const { text: made, message: again, redacted } = this.#masking.message(site, text, message, action);
    const bytes = made === text ? frame.bytes : Buffer.from(made);
    const span = 'payloadSpan' in again ? again.payloadSpan : null;
    const payload = span === null ? null : byteSpan(made, bytes.length, span);
    const wire: Wire = { bytes, payload, redacted, cut: frame.cut };
    return { text: made, message: again, wire };
  }
}

function isCall(message: Message): message is CallMessage {
  return message.kind === 'call' || message.kind === 'send';
}
