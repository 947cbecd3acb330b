/**
 * Calls and answers to exchanges: the state of one connection. Time comes in as arguments, references go through
 * untouched. Every accepted message is in exactly one event as call, answer, rejection or orphan; a held answer is
 * in one as held before. Source: extraction rules 3.
 */

import { type AnsweredResult, AnsweredResults } from './answered-results.ts';
import { ById, insertByArrival, type Waiting } from './by-id.ts';
import { errorCodeFinding } from './call-error.ts';
import type { Finding } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import { type Direction, type OcppVersion, opposite } from './frame.ts';
import { HeldAnswers } from './held-answers.ts';
import { LinkedList } from './linked-list.ts';
import type { CallMessage, ErrorMessage, ResultMessage } from './message.ts';
import {
  type Arrival,
  type EndedEvent,
  PAIRING_LIMITS,
  type PairingEvent,
  type PairingLimits,
  type ResumedCall,
} from './pairing-events.ts';
import { LateCall, type PairingRooms } from './waiting-room.ts';

type Answer = ResultMessage | ErrorMessage;

/** Id of the answer to a call whose own id could not be read: OCPP 2.1 Part 4. */
const UNREADABLE_ID = '-1';

type UnansweredOutcome = Exclude<ResumedCall['outcome'], 'pending'> | 'connection_lost';

interface WaitingCall<R> extends Waiting<WaitingCall<R>> {
  readonly ref: R;
  readonly action: string;
  readonly version: OcppVersion;
  /** Of the payload's text, while it waits; otherwise its fingerprint tells whether it is the same. */
  payload: string | null;
  /** Characters of its text, for the room that it takes. */
  readonly size: number;
  /** Its place among those of all connections that ended without an answer. */
  late: LateCall | null;
  readonly fingerprint: string | null;
  /** The outcome its exchange has now. */
  outcome: ResumedCall['outcome'];
}

/** The same for calls with the same payload text. `text` is the frame's, masked, which `message` was read from. */
export function callFingerprint(message: CallMessage, text: string): string {
  return fingerprint(payloadText(message, text));
}

function payloadText({ payloadSpan: span }: CallMessage, text: string): string {
  return span === null ? text : text.slice(span.start, span.end);
}

function hasPayload<R>(call: WaitingCall<R>, payload: string): boolean {
  return call.payload === null ? call.fingerprint === fingerprint(payload) : call.payload === payload;
}

export class Pairing<R, H = R> {
  readonly #limits: PairingLimits;
  readonly #rooms: PairingRooms | null;
  readonly #calls = new ById<WaitingCall<R>>();
  /** Calls whose outcome is pending, by arrival. */
  readonly #pending = new LinkedList<WaitingCall<R>>();
  /** Calls that ended without an answer and may still get one, in the order of their end. */
  readonly #lapsed = new LinkedList<WaitingCall<R>>();
  readonly #outstanding: Record<Direction, number> = { station_to_csms: 0, csms_to_station: 0 };
  readonly #answered: AnsweredResults<R>;
  readonly #held: HeldAnswers<H>;

  /** `rooms`: those of all connections, where they are bounded. */
  constructor(limits: Partial<PairingLimits> = {}, rooms: PairingRooms | null = null) {
    this.#limits = { ...PAIRING_LIMITS, ...limits };
    this.#rooms = rooms;
    this.#answered = new AnsweredResults(this.#limits.answeredMax, this.#limits.lateUs);
    this.#held = new HeldAnswers(this.#limits.holdAnswersUs, this.#limits.heldMax, rooms?.held ?? null);
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** When {@link expire} has something to do next, on the scale of the arrivals. */
  get nextDue(): number | null {
    const arrival = this.#pending.first?.arrival ?? null;
    const timeout = arrival === null ? null : arrival + this.#limits.timeoutUs;
    const release = this.#held.nextDue;
    if (timeout === null || release === null) return timeout ?? release;
    return Math.min(timeout, release);
  }

  /** `text` is the frame's, masked, which `message` was read from. */
  call(
    ref: R,
    message: CallMessage,
    text: string,
    version: OcppVersion,
    arrival: Arrival,
  ): PairingEvent<R, H>[] {
    const events = this.#advance(arrival);
    if (message.kind === 'send') {
      const findings: Finding[] = version === '2.1' ? [] : [{ code: 'send-not-in-version' }];
      events.push({ kind: 'opened', ref, outcome: 'sent', findings });
      return events;
    }
    const payload = payloadText(message, text);
    const older = this.#calls.newest(arrival.direction, message.id);
    const reused = older?.outcome === 'pending' ? older : null;
    const resent = reused !== null && reused.action === message.action && hasPayload(reused, payload);
    const reuse = resent ? 'resent' : 'replaced';
    if (reused !== null) this.#lapse(reused, reuse);

    const findings: Finding[] = [];
    if (reused !== null) findings.push({ code: resent ? 'call-resent' : 'message-id-reused' });
    if (this.#outstanding[arrival.direction] > 0) findings.push({ code: 'two-calls-outstanding' });
    const { id, action } = message;
    const call = this.#open(ref, { id, action, version, fingerprint: null, outcome: 'pending' }, arrival, {
      text: payload,
      size: text.length,
    });
    events.push({ kind: 'opened', ref, outcome: 'pending', findings });
    if (reused !== null) events.push(unanswered(reused.ref, reuse, ref));

    const held = this.#held.claim(opposite(call.direction), id, (answer) =>
      this.#reaches(answer.arrival, call),
    );
    if (held !== null) events.push(this.#take(call, held.message, held.came, held.by));
    this.#boundPending(events);
    return events;
  }

  /** `by` is how the caller refers to this answer; it comes back in the event that says what became of it. */
  answer(message: Answer, arrival: Arrival, by: H): PairingEvent<R, H>[] {
    const events = this.#advance(arrival);
    const call = this.#callOf(message, arrival.direction, arrival.arrival);
    const result = call === null ? this.#resultOf(message, arrival) : null;
    if (call !== null) {
      events.push(this.#take(call, message, arrival, by));
    } else if (result !== null && message.kind !== 'result') {
      this.#answered.forget(result);
      events.push(rejected(result, message, by));
    } else {
      const findings = [this.#orphanFinding(message, arrival.direction)];
      const holds =
        this.#limits.holdAnswersUs > 0 && arrival.arrival !== null && message.kind !== 'result_error';
      if (holds) {
        this.#held.keep(message, arrival, by, findings);
        events.push({ kind: 'held', by });
        this.#release(events, arrival.arrival);
        for (const { by, findings } of this.#held.makeRoom()) events.push({ kind: 'orphan', by, findings });
      } else {
        events.push({ kind: 'orphan', by, findings });
      }
    }
    return events;
  }

  /** The action of the call that this answer, or rejection, would go to. */
  actionOf(message: Answer, came: Arrival): string | null {
    const found = this.#callOf(message, came.direction, came.arrival) ?? this.#resultOf(message, came);
    return found?.action ?? null;
  }

  /** Ends what has waited too long at `now`, on the scale of the arrivals. */
  expire(now: number): PairingEvent<R, H>[] {
    const events: PairingEvent<R, H>[] = [];
    const { timeoutUs } = this.#limits;
    let call = this.#pending.first;
    while (call?.arrival != null && call.arrival + timeoutUs <= now) {
      this.#lapse(call, 'timeout');
      events.push(unanswered(call.ref, 'timeout'));
      call = this.#pending.first;
    }
    this.#release(events, now);
    return events;
  }

  /**
   * Ends every pending exchange. What is `unanswered` can still be answered, by what a later file of the source
   * holds; a lost connection answers nothing any more, and all is forgotten.
   */
  end(outcome: 'connection_lost' | 'unanswered'): PairingEvent<R, H>[] {
    const events: PairingEvent<R, H>[] = [];
    for (let call = this.#pending.first; call !== null; call = this.#pending.first) {
      if (outcome === 'unanswered') this.#lapse(call, outcome);
      else this.#drop(call);
      events.push(unanswered(call.ref, outcome));
    }
    if (outcome === 'connection_lost') this.forget();
    this.#release(events, Number.POSITIVE_INFINITY);
    return events;
  }

  /** No answer is taken any more: of what had ended nothing is known from here on. */
  forget(): void {
    for (let call = this.#lapsed.first; call !== null; call = this.#lapsed.first) this.#drop(call);
    this.#answered.clear();
  }

  /** Takes up a call that was accepted before a restart. Those of one connection come oldest first. */
  resume(ref: R, call: ResumedCall, arrival: Arrival): void {
    this.#open(ref, call, arrival);
  }

  /** So that what comes out does not depend on how often {@link expire} is called. */
  #advance({ arrival }: Arrival): PairingEvent<R, H>[] {
    if (arrival === null) return [];
    // By the source's own times: what is late for a clock that runs on meanwhile may be answered in time by them.
    let call = this.#lapsed.first;
    while (call?.arrival != null && call.arrival + this.#limits.lateUs < arrival) {
      this.#drop(call);
      call = this.#lapsed.first;
    }
    return this.expire(arrival);
  }

  #open(
    ref: R,
    call: Omit<ResumedCall, 'fingerprint'> & { readonly fingerprint: string | null },
    { direction, arrival }: Arrival,
    payload: { readonly text: string; readonly size: number } | null = null,
  ): WaitingCall<R> {
    const waiting: WaitingCall<R> = {
      ref,
      direction,
      id: call.id,
      arrival,
      action: call.action,
      version: call.version,
      fingerprint: call.fingerprint,
      payload: payload?.text ?? null,
      size: payload?.size ?? call.id.length + call.action.length,
      late: null,
      outcome: call.outcome,
      older: null,
      before: null,
      after: null,
      list: null,
    };
    this.#calls.add(waiting);
    if (call.outcome === 'pending') {
      insertByArrival(waiting, this.#pending);
      this.#outstanding[direction]++;
      this.#rooms?.waiting.enter(waiting.size);
    } else {
      this.#lapse(waiting, call.outcome);
    }
    return waiting;
  }

  #waitsNoMore(call: WaitingCall<R>): void {
    if (call.late !== null) this.#rooms?.late.leave(call.late);
    call.late = null;
    if (call.list !== this.#pending) return;
    this.#outstanding[call.direction]--;
    this.#rooms?.waiting.leave(call.size);
  }

  #lapse(call: WaitingCall<R>, outcome: Exclude<ResumedCall['outcome'], 'pending'>): void {
    this.#waitsNoMore(call);
    call.outcome = outcome;
    // Only what is pending is compared.
    call.payload = null;
    this.#lapsed.insert(call);
    const oldest = this.#lapsed.first;
    if (oldest !== null && this.#lapsed.size > this.#limits.lateMax) this.#drop(oldest);
    if (this.#rooms === null || call.list === null) return;
    call.late = new LateCall(call.id.length + call.action.length, () => this.#drop(call));
    this.#rooms.late.enter(call.late);
  }

  #drop(call: WaitingCall<R>): void {
    this.#waitsNoMore(call);
    this.#calls.remove(call);
  }

  /** The newest call that this answer can be for. */
  #callOf(message: Answer, direction: Direction, arrival: number | null): WaitingCall<R> | null {
    if (message.kind === 'result_error') return null;
    let call = this.#calls.newest(opposite(direction), message.id);
    while (call !== null && !this.#reaches(arrival, call)) call = call.older;
    return call;
  }

  /** The answered exchange that this message rejects: it travels the way of the call. */
  #resultOf(message: Answer, { direction, arrival }: Arrival): AnsweredResult<R> | null {
    return message.kind === 'result' ? null : this.#answered.find(direction, message.id, arrival);
  }

  #reaches(answer: number | null, call: WaitingCall<R>): boolean {
    const latency = since(call, answer);
    return latency === null || (latency >= -this.#limits.holdAnswersUs && latency <= this.#limits.lateUs);
  }

  #take(call: WaitingCall<R>, message: Answer, came: Arrival, by: H): EndedEvent<R, H> {
    this.#drop(call);
    const { ref, direction, id, action, version } = call;
    const elapsed = since(call, came.arrival);
    const early = elapsed !== null && elapsed < 0;
    const latency = early ? null : elapsed;
    const findings: Finding[] = early ? [{ code: 'answer-before-call' }] : [];
    // The source's own times decide: a batch may bring an answer in time after its call was taken for timed out.
    const late = elapsed === null ? call.outcome === 'timeout' : elapsed > this.#limits.timeoutUs;
    // Of an answer whose time nobody told, to a call that has one.
    const unknown = came.arrival === null && call.arrival !== null;
    const answeredAt = unknown ? null : came.at;
    if (message.kind === 'result') {
      const { arrival } = came;
      this.#answered.remember({ ref, direction, id, action, version, answeredAt, latency, arrival });
    } else {
      const finding = errorCodeFinding(message.code, version);
      if (finding !== null) findings.push(finding);
    }
    const outcome = late ? 'late' : message.kind === 'result' ? 'answered' : 'error';
    return {
      kind: 'ended',
      ref,
      outcome,
      part: 'answer',
      by,
      answeredAt,
      latency,
      findings,
      successor: null,
    };
  }

  #boundPending(events: PairingEvent<R, H>[]): void {
    for (let oldest = this.#pending.first; oldest !== null; oldest = this.#pending.first) {
      const isFull = this.#rooms?.waiting.isFull === true;
      if (this.#pending.size <= this.#limits.pendingMax && !isFull) return;
      this.#lapse(oldest, 'timeout');
      events.push(unanswered(oldest.ref, 'timeout'));
      if (this.#rooms !== null) this.#rooms.waiting.ended += 1;
    }
  }

  /** No call comes any more for the answers that are held: they are orphans. */
  releaseHeld(): PairingEvent<R, H>[] {
    const events: PairingEvent<R, H>[] = [];
    this.#release(events, Number.POSITIVE_INFINITY);
    return events;
  }

  #release(events: PairingEvent<R, H>[], now: number): void {
    for (const { by, findings } of this.#held.release(now)) events.push({ kind: 'orphan', by, findings });
  }

  #orphanFinding(message: Answer, direction: Direction): Finding {
    const code = 'orphan-answer';
    const caller = opposite(direction);
    if (message.id !== UNREADABLE_ID || this.#outstanding[caller] !== 1) return { code };
    let call = this.#pending.first;
    while (call !== null && call.direction !== caller) call = call.after;
    return call === null ? { code } : { code, detail: call.id };
  }
}

function since<R>(call: WaitingCall<R>, arrival: number | null): number | null {
  return arrival === null || call.arrival === null ? null : arrival - call.arrival;
}

function unanswered<R, H>(ref: R, outcome: UnansweredOutcome, successor: R | null = null): EndedEvent<R, H> {
  const nothing = { part: null, by: null, answeredAt: null, latency: null, findings: [] };
  return { kind: 'ended', ref, outcome, successor, ...nothing };
}

function rejected<R, H>(result: AnsweredResult<R>, message: ErrorMessage, by: H): EndedEvent<R, H> {
  const findings: Finding[] = [];
  if (message.kind === 'error') findings.push({ code: 'error-as-rejection' });
  else if (result.version !== '2.1') findings.push({ code: 'rejection-not-in-version' });
  const spelling = errorCodeFinding(message.code, result.version);
  if (spelling !== null) findings.push(spelling);
  const { ref, answeredAt, latency } = result;
  const outcome = 'result_rejected';
  return {
    kind: 'ended',
    ref,
    outcome,
    part: 'rejection',
    by,
    answeredAt,
    latency,
    findings,
    successor: null,
  };
}
