/** What rules look for in attempts that never became a transaction. */

import type { Authorisation, Mark, RemoteStart, Session, StatusMark, Trouble } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { because, evidenceOf } from './evidence.ts';
import { goesOn, whenText } from './log-end.ts';
import type { LogEnd, Sighting } from './rule.ts';
import { LATE_MS, lateText, spanText, timesText } from './words.ts';

/** Characters of what a station writes about a fault. */
const WORDS_MAX = 80;
/** For a car that is plugged in without a card, and for whatever was accepted to begin. ms. */
export const PLUGGED_LONG_MS = 5 * 60_000;
const TO_BEGIN_MS = 2 * 60_000;

/** Stops of a transaction that had not begun to charge, and that say nothing more of why. */
const PLAIN_STOPS = [null, 'EVDisconnected', 'Timeout'];
const STILL_WH = 10;

/** OCPP 2.x may begin a transaction with the plug or the card: until it charges it is an attempt. */
export function isAttempt(session: Session): boolean {
  const { state, version, statuses, energy, stopReason } = session;
  if (state === 'attempt') return true;
  const plain = PLAIN_STOPS.includes(stopReason) || (stopReason === 'DeAuthorized' && neverAllowed(session));
  if (version === '1.6' || state === 'stop_unseen' || !plain) return false;
  const charged = (energy.registerWh ?? 0) > STILL_WH || mostPowerOf(session) > 0;
  const told = statuses.some(({ mark }) => mark.action === 'TransactionEvent');
  return told && !charged && !statuses.some(({ status }) => CHARGED.includes(status));
}
/** In either direction: what a car feeds back is told as less than nothing. W. */
export function mostPowerOf({ series: { powerW } }: Session): number {
  return powerW.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
}

/** OCPP 2.x: the beginning of the transaction was the question, and the answer no. */
function neverAllowed(session: Session): boolean {
  const { startAuthorisation } = session;
  return startAuthorisation !== null && startAuthorisation !== 'Accepted' && !admitted(session);
}
const CHARGED = ['Charging', 'SuspendedEV', 'SuspendedEVSE'];

/** Whether nothing more can be expected of it, as far as the log tells. */
export function lapsed({ over, heard }: Session, since: number, patience = TO_BEGIN_MS): boolean {
  return over || heard - since > patience;
}

/** Whether anything had let it charge, and nothing took that back. */
function admitted({ authorisations, remoteStarts }: Session): boolean {
  if (authorisations.some(({ status }) => status === 'Accepted')) return true;
  const refusal =
    authorisations.findLast(({ status }) => status !== null)?.mark.at ?? Number.NEGATIVE_INFINITY;
  return remoteStarts.some(({ status, mark }) => status === 'Accepted' && mark.at > refusal);
}

/** Whose last answer is one of these, or any but Accepted. */
export function refused(session: Session, statuses: readonly string[] | null): Sighting | null {
  if (!isAttempt(session) || admitted(session)) return null;
  const told = session.authorisations.filter(({ status }) => status !== null);
  const last = told.at(-1);
  const status = last?.status ?? null;
  if (status === null || !(statuses?.includes(status) ?? true) || certificateOf(last) !== null) return null;
  return {
    facts: { status: because(status, last?.mark), times: timesText(told.length), end: aloneText(session) },
    evidence: evidenceOf(...told.map(({ mark }) => mark)),
  };
}

/** OCPP 2.0.1 AuthorizeCertificateStatusEnumType, but for Accepted. */
const CERTIFICATES = [
  'SignatureError',
  'CertificateExpired',
  'CertificateRevoked',
  'NoCertificateAvailable',
  'CertChainError',
  'ContractCancelled',
];

function certificateOf(told: Authorisation | undefined): string | null {
  const [status = ''] = told?.mark.said.split(', ') ?? [];
  return CERTIFICATES.includes(status) ? status : null;
}

/** Whose last answer refuses the certificate of its contract. */
export function certificateRefused(session: Session): Sighting | null {
  const told = session.authorisations.filter(({ status }) => status !== null);
  const last = told.at(-1);
  if (!isAttempt(session) || admitted(session) || certificateOf(last) === null) return null;
  return {
    facts: { status: because(last?.status ?? '', last?.mark) },
    evidence: evidenceOf(...told.map(({ mark }) => mark)),
  };
}

/** What the only connector of the station was when a card came that found no place there. */
function aloneText({ statuses, connector, statusBefore }: Session): string {
  const busy = connector === null && statuses.length === 0 && statusKind(statusBefore ?? '') === 'charging';
  return busy ? ` while another session went on (${statusBefore})` : '; nobody charged';
}

export function authorisationUnanswered(session: Session): Sighting | null {
  const { authorisations, to, answers } = session;
  const last = authorisations.at(-1);
  if (!isAttempt(session) || admitted(session) || last === undefined || !answers.csms) return null;
  if (authorisations.some(({ status }) => status !== null) || !lapsed(session, to)) return null;
  const error = last.mark.word === '' ? '' : ` (${last.mark.word})`;
  return { facts: { error }, evidence: evidenceOf(...authorisations.map(({ mark }) => mark)) };
}

export function faultedAttempt(session: Session): Sighting | null {
  return isAttempt(session) ? faultIn(session.statuses, session.troubles) : null;
}

/** OCPP 2.x: Faulted has no code; which component is not well an event tells, before or after it. ms. */
const TOLD_WITH_MS = 60_000;

export function faultIn(statuses: readonly StatusMark[], troubles: readonly Trouble[]): Sighting | null {
  const faults = statuses.filter(({ status }) => statusKind(status) === 'faulted');
  const [fault] = faults;
  if (fault === undefined) return null;
  const named = troubles.find(
    ({ own, over, mark }) => own && !over && Math.abs(mark.at - fault.mark.at) <= TOLD_WITH_MS,
  );
  const error = fault.errorCode ?? named?.name ?? null;
  const more = [saidOf(fault), named === undefined ? '' : saidOf(named)].find((said) => said !== '') ?? '';
  return {
    facts: {
      error: error === null ? '' : `, ${error}`,
      more: more === '' ? '' : ` (${more})`,
    },
    evidence: evidenceOf(named?.mark, ...faults.map(({ mark }) => mark)),
  };
}

/** What the manufacturer says of a status; '' where that is nothing. */
export function saidOf({ vendorErrorCode, info }: Pick<StatusMark, 'vendorErrorCode' | 'info'>): string {
  const words = [vendorErrorCode, info].filter((word) => word !== null && !SAYS_NOTHING.test(word.trim()));
  const told = words.join(', ');
  return told.length > WORDS_MAX ? `${told.slice(0, WORDS_MAX)}…` : told;
}
const SAYS_NOTHING = /^(?:|null|none|n\/a|-|0|0x0+|no ?error\.?|normal)$/i;

export function remoteStart(session: Session, wanted: 'refused' | 'unanswered' | 'nothing'): Sighting | null {
  const last = session.remoteStarts.at(-1);
  if (!isAttempt(session) || last === undefined) return null;
  const { status, mark } = last;
  const kind = status === null ? 'unanswered' : status === 'Accepted' ? 'nothing' : 'refused';
  if (kind !== wanted || (kind !== 'refused' && !lapsed(session, mark.at))) return null;
  if (kind === 'unanswered' && !session.answers.station) return null;
  const error = mark.word === '' ? '' : ` (${mark.word})`;
  const plug = pluggedIn(session);
  const plugged = plug === null ? 'no plug was seen' : pluggedText(session, plug, mark);
  const was = session.statuses.findLast((told) => told.mark.at <= mark.at)?.status ?? session.statusBefore;
  const before = was === null ? '' : `; the connector was ${was}`;
  return {
    facts: { status: because(status ?? '', mark), plugged, before, error, late: lateText(waitOf(last)) },
    evidence: evidenceOf(mark),
  };
}

/** `plugged`: whether it is proved that a cable was plugged in. */
export function authorisedInVain(session: Session, plugged: boolean): Sighting | null {
  if (!isAttempt(session) || session.remoteStarts.length > 0) return null;
  const accepted = session.authorisations.find(({ status }) => status === 'Accepted');
  const plug = pluggedIn(session);
  if (accepted === undefined || !lapsed(session, accepted.mark.at, PLUGGED_LONG_MS)) return null;
  const unproved = plug === null ? null : unprovedSpan(session, plug);
  if ((plug !== null && unproved === null) !== plugged) return null;
  const { mark } = accepted;
  return {
    facts: {
      plug: unproved === null ? 'no plug followed' : unprovedText(unproved, 'card'),
      end: endText(session, mark),
      late: lateText(waitOf(accepted)),
    },
    evidence: evidenceOf(mark, plug?.mark, session.statuses.at(-1)?.mark, session.stop),
  };
}

function waitOf({ mark, answeredAt }: Authorisation | RemoteStart): number {
  return answeredAt === null ? 0 : answeredAt - mark.at;
}

/** A card that was accepted when whoever showed it had gone. */
export function authorisedTooLate(session: Session): Sighting | null {
  if (!isAttempt(session) || session.remoteStarts.length > 0) return null;
  const accepted = session.authorisations.find(({ status }) => status === 'Accepted');
  if (accepted === undefined || waitOf(accepted) <= LATE_MS) return null;
  const { mark, answeredAt } = accepted;
  const free = session.statuses.find((told) => told.mark.at >= mark.at && statusKind(told.status) === 'free');
  const gone = free?.mark ?? session.stop;
  if (gone === null || answeredAt === null || gone.at >= answeredAt) return null;
  return {
    facts: {
      wait: spanText(waitOf(accepted)),
      gone: spanText(gone.at - mark.at),
      how: free === undefined ? 'it was over' : `the connector was ${free.status} again`,
    },
    evidence: evidenceOf(mark, gone),
  };
}

const NOT_FREE = ['Reserved', 'Unavailable', 'Faulted', 'Finishing'];

/** A card names no connector: what it met is known where the station has one. */
export function authorisedNotFree(session: Session): Sighting | null {
  const before = session.statusBefore ?? '';
  if (!NOT_FREE.includes(before) || session.statuses.length > 0) return null;
  const sighting = authorisedInVain(session, false);
  return sighting === null ? null : { ...sighting, facts: { before } };
}

function pluggedIn({ statuses }: Session): StatusMark | null {
  return statuses.find(({ status }) => ['plugged', 'charging'].includes(statusKind(status) ?? '')) ?? null;
}

/** So soon after a card or a remote start was accepted a connector is Preparing because of it. ms. */
const BY_CARD_MS = 5_000;

/**
 * For how long it was Preparing, where that may be because of a card or a remote start alone (OCPP 1.6 4.9), and nothing
 * that followed proves a car; null where a plug is proved.
 */
function unprovedSpan(session: Session, { mark, status }: StatusMark): number | null {
  const { version, authorisations, remoteStarts, statuses, heard } = session;
  if (version !== '1.6' || statusKind(status) !== 'plugged') return null;
  const because = [...authorisations, ...remoteStarts].some((told) => {
    const { at } = told.mark;
    return told.status === 'Accepted' && mark.at >= at && mark.at - (told.answeredAt ?? at) <= BY_CARD_MS;
  });
  const after = statuses.slice(statuses.findIndex((told) => told.mark === mark) + 1);
  const car = after.some((told) => ['charging', 'finishing'].includes(statusKind(told.status) ?? ''));
  if (!because || car) return null;
  return (after.find((told) => statusKind(told.status) !== 'plugged')?.mark.at ?? heard) - mark.at;
}

function unprovedText(ms: number, what: string): string {
  return `no plug is proved: the connector was Preparing for ${spanText(ms)}, as the ${what} alone makes it`;
}

function pluggedText(session: Session, plug: StatusMark, since: Mark): string {
  const unproved = unprovedSpan(session, plug);
  return unproved === null
    ? `a cable was plugged in${endText(session, since)}`
    : unprovedText(unproved, 'remote start');
}

const ENDS: Readonly<Record<string, string>> = {
  EVDisconnected: 'the cable was pulled',
  Timeout: 'the station gave up',
};

/** How it ended, if that was soon after `since`; '' where nothing tells. */
function endText({ stop, stopReason, statuses }: Session, { at }: Mark): string {
  const how = ENDS[stopReason ?? ''];
  if (stop !== null && how !== undefined) return `; ${how} ${spanText(stop.at - at)} later (${stopReason})`;
  const last = statuses.at(-1);
  if (last === undefined || statusKind(last.status) !== 'free') return '';
  const span = last.mark.at - at;
  if (span < 0 || span > TO_BEGIN_MS) return '';
  return `; the connector was ${last.status} again ${spanText(span)} later`;
}

/** OCPP 1.6: a connector that charges, and nobody told of a transaction. */
export function chargedUntold(session: Session): Sighting | null {
  const charging = session.statuses.find(({ status }) => status === 'Charging');
  if (session.state !== 'attempt' || charging === undefined) return null;
  if (!lapsed(session, charging.mark.at)) return null;
  return { facts: {}, evidence: evidenceOf(charging.mark, session.statuses.at(-1)?.mark) };
}

/** Plugged in with neither card nor remote start, for longer than five minutes or not. */
export function pluggedOnly(session: Session, long: boolean, logEnd: LogEnd | null): Sighting | null {
  const plug = pluggedIn(session);
  const { authorisations, remoteStarts, over, to, heard } = session;
  if (!isAttempt(session) || plug === null || authorisations.length + remoteStarts.length > 0) return null;
  // What charges has begun: the log does not hold how.
  if (statusKind(plug.status) === 'charging') return null;
  const span = (over ? to : heard) - plug.mark.at;
  if (span > PLUGGED_LONG_MS !== long) return null;
  const yet = goesOn(session, logEnd) ? 'so far' : whenText(session, logEnd);
  const end = over ? 'and unplugged again' : yet;
  return {
    facts: { span: spanText(span), end },
    evidence: evidenceOf(plug.mark, session.statuses.at(-1)?.mark),
  };
}

export function anyAttempt(session: Session, end: LogEnd | null): Sighting | null {
  if (!isAttempt(session)) return null;
  const open = !lapsed(session, session.to, PLUGGED_LONG_MS);
  const when = goesOn(session, end) ? '' : ` ${whenText(session, end)}`;
  const asked = session.remoteStarts.at(-1)?.status === null && session.answers.station;
  const what = asked
    ? `A remote start was not answered yet${when}.`
    : (underWay(session) ??
      (open ? `Not charging yet${when}.` : 'An attempt of which the log tells no more.'));
  return { facts: { what }, evidence: evidenceOf(session.marks[0], session.marks.at(-1)) };
}

const HELD: Readonly<Record<string, string>> = {
  Charging: 'It was charging already',
  SuspendedEV: 'The car took nothing (SuspendedEV)',
  SuspendedEVSE: 'The station held charging back (SuspendedEVSE)',
};

/** A log that begins in the middle of a session that no message names. */
function underWay({ state, statuses }: Session): string | null {
  const last = statuses.findLast(({ status }) => status in HELD)?.status;
  if (state !== 'attempt' || last === undefined) return null;
  return `${HELD[last]}; how it began is not in this log.`;
}
