/** What rules look for in transactions. */

import { refusesCard } from '../session/component-events.ts';
import type { Mark, Session, Trouble } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { faultIn, isAttempt, mostPowerOf, saidOf } from './attempts.ts';
import { because, evidenceOf, evidenceOfInterruptions } from './evidence.ts';
import { doubted } from './metering.ts';
import type { Evidence, Sighting } from './rule.ts';
import { energyText, lateText, spanText, timesText } from './words.ts';

/** A register that moved by less has not moved, and a transaction that was shorter had no time to. */
export const STILL_WH = 10;
export const STILL_MS = 3 * 60_000;
/** A fault so soon after the stop is what stopped it. ms. */
const FAULT_AFTER_MS = 60_000;
/** For a station to follow a remote stop. ms. */
const STOP_MS = 2 * 60_000;
/** In so short a time nobody asks what flowed. ms. */
const AT_ONCE_MS = 10_000;
const FINISHING_LONG_MS = 4 * 3_600_000;

export const isTransaction = (session: Session) => !isAttempt(session);

/** The whole of it in a few words: `12.3 kWh in 41 min`; what other evidence speaks against is its register's alone. */
export function factsOf(session: Session): { readonly energy: string; readonly span: string } {
  const { energy, durationMs } = session;
  if (energy.registerWh === null && durationMs !== null && durationMs < AT_ONCE_MS) {
    return { energy: `over after ${spanText(durationMs)}`, span: '' };
  }
  const by = doubted(session) ? ' by its register' : '';
  return {
    energy: energy.registerWh === null ? 'energy unknown' : `${energyText(energy.registerWh)}${by}`,
    span: durationMs === null ? '' : ` in ${spanText(durationMs)}`,
  };
}

export function sight(session: Session, ...marks: readonly (Mark | null | undefined)[]): Sighting {
  const { stopReason } = session;
  return { facts: { ...factsOf(session), reason: stopReason ?? '' }, evidence: evidenceOf(...marks) };
}

export function stoppedFor(session: Session, reasons: readonly string[]): Sighting | null {
  const { stopReason, stop } = session;
  return stopReason !== null && reasons.includes(stopReason) ? sight(session, stop) : null;
}

/** Statuses of an id token that may not charge, in all versions. */
const REFUSALS = new Set([
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
  'NoCredit',
  'NotAllowedTypeEVSE',
  'NotAtThisLocation',
  'NotAtThisTime',
  'Unknown',
]);

/** `concurrent`: because the card is in use elsewhere, which has a remedy of its own. */
export function deauthorised(session: Session, concurrent: boolean): Sighting | null {
  const { stopReason, startAuthorisation, start, stop, authorisations } = session;
  if (!isTransaction(session)) return null;
  const status = startAuthorisation !== null && REFUSALS.has(startAuthorisation) ? startAuthorisation : null;
  if (stopReason !== 'DeAuthorized' && status === null) return null;
  if ((status === 'ConcurrentTx') !== concurrent) return null;
  const asked = authorisations.find((told) => told.status === status)?.mark;
  const blocked = status === null ? blockedAt(session) : undefined;
  const bySelf =
    blocked === undefined
      ? 'Charging was not allowed any more (DeAuthorized)'
      : `The station itself refused the card (${[blocked.name, saidOf(blocked)].join(', ')})`;
  return {
    facts: {
      ...factsOf(session),
      what:
        status === null
          ? bySelf
          : `The CSMS refused the card (${because(status, asked)}) when charging began`,
    },
    evidence: evidenceOf(start, asked, blocked?.mark, stop),
  };
}

/** So shortly before the end, what a reader tells of a card is why. ms. */
const BLOCKED_MS = 60_000;

/** OCPP 2.x: a local list has no status of its own; that it refused a card an event tells. */
function blockedAt({ troubles, stop }: Session): Trouble | undefined {
  return troubles.findLast(({ mark, over, name, vendorErrorCode, info }) => {
    const before = (stop?.at ?? 0) - mark.at;
    return !over && before >= 0 && before <= BLOCKED_MS && refusesCard(name, vendorErrorCode, info);
  });
}

/** Stations say EmergencyStop too where a fault tripped that they have a code for. */
export function emergencyStop(session: Session): Sighting | null {
  const stop = stoppedFor(session, ['EmergencyStop']);
  const fault = faultOf(session);
  const named = !['', ', OtherError', ', InternalError'].includes(String(fault?.facts.error ?? ''));
  if (stop === null || named) return null;
  const { facts, evidence } = stop;
  return {
    facts: { ...facts, more: fault?.facts.more ?? '' },
    evidence: fault === null ? evidence : fault.evidence,
  };
}

const FAULT_REASONS = ['GroundFault', 'OvercurrentFault', 'PowerQuality'];

/** Stops that a fault may be behind, though it is told after them. */
const FAULT_BEHIND = ['Other', 'EmergencyStop', 'PowerLoss'];

/** But for the emergency stop, which stations tell as a fault too. */
export function faultedCharging(session: Session): Sighting | null {
  const fault = emergencyStop(session) === null ? faultOf(session) : null;
  if (fault === null) return null;
  const { energy, statuses } = session;
  const flowed = statuses.some(({ status }) => status === 'Charging') || mostPowerOf(session) > 100;
  const none = energy.registerWh !== null && energy.registerWh <= STILL_WH && !flowed;
  return { ...fault, facts: { ...fault.facts, when: none ? 'before energy flowed' : 'while charging' } };
}

function faultOf(session: Session): Sighting | null {
  const { statuses, stopReason, start, stop, from } = session;
  if (!isTransaction(session)) return null;
  const after = stopReason !== null && FAULT_BEHIND.includes(stopReason) ? FAULT_AFTER_MS : 0;
  const [first, last] = [start?.at ?? from, (stop?.at ?? Number.POSITIVE_INFINITY) + after];
  const within = statuses.filter(({ mark }) => mark.at >= first && mark.at <= last);
  // What charged on after it was not ended by it.
  const again = within.findLastIndex(({ status }) => statusKind(status) === 'charging');
  const fault = faultIn(within.slice(again + 1), session.troubles);
  if (fault !== null) {
    return {
      facts: { ...fault.facts, ...factsOf(session) },
      evidence: [...fault.evidence, ...evidenceOf(stop)],
    };
  }
  if (stopReason === null || !FAULT_REASONS.includes(stopReason)) return null;
  const near = session.troubles.findLast(
    ({ own, over, mark }) => own && !over && Math.abs(mark.at - (stop?.at ?? 0)) <= FAULT_AFTER_MS,
  );
  const said = near === undefined ? '' : [near.name, saidOf(near)].filter((word) => word !== '').join(', ');
  return {
    facts: { ...factsOf(session), error: `, ${stopReason}`, more: said === '' ? '' : ` (${said})` },
    evidence: evidenceOf(near?.mark, stop),
  };
}

export function stopMissing(session: Session): Sighting | null {
  const { state, start, marks, gap } = session;
  if (state !== 'stop_unseen') return null;
  const seen = sight(session, start ?? marks[0], marks.at(-1));
  const lost = gap === null ? [] : [{ ...gap, what: 'gap' }];
  const end = gap === null ? 'was never told' : 'was not recorded: it may have come in a gap of the log';
  return { facts: { ...seen.facts, end }, evidence: [...seen.evidence, ...lost] };
}

/** OCPP 1.6: the CSMS answered the start by an error, and no later one better. */
export function startFailed({ version, start, transaction }: Session): Sighting | null {
  const error = start?.word ?? '';
  if (version !== '1.6' || start === null || transaction !== null) return null;
  if (error === '' || error === 'Accepted' || REFUSALS.has(error)) return null;
  return { facts: { error }, evidence: evidenceOf(start) };
}

/** OCPP 1.6: a stop that names a transaction that its station was never given. */
export function stopMisnamed({ stopNames, transaction, stop, startWaitMs }: Session): Sighting | null {
  if (stopNames === null) return null;
  const late = lateText(startWaitMs);
  const given = transaction === null ? 'no answer gave it one' : `the CSMS gave it ${transaction}${late}`;
  return { facts: { named: stopNames, given }, evidence: evidenceOf(stop) };
}

/** `side`: who held it back for most of the time, as the last suspension tells; null where nobody says. */
export function noEnergy(session: Session, side: 'SuspendedEV' | 'SuspendedEVSE' | null): Sighting | null {
  const { energy, durationMs, statuses, start, stop, series, startUnseen } = session;
  if (!isTransaction(session) || startUnseen || durationMs === null || durationMs < STILL_MS) return null;
  const still = energy.registerWh !== null && energy.registerWh <= STILL_WH;
  const [empty] = series.energyWh;
  const moved = (series.energyWh.at(-1)?.value ?? 0) - (empty?.value ?? 0);
  if (moved > STILL_WH) return null;
  // Power that was told, or a car that got fuller, speaks against a register that stands.
  if (!still || mostPowerOf(session) > 100) return null;
  const [full] = series.socPercent;
  if ((series.socPercent.at(-1)?.value ?? 0) > (full?.value ?? 0) + 1) return null;
  const held = statuses.findLast(({ status }) => status === 'SuspendedEV' || status === 'SuspendedEVSE');
  if ((held?.status ?? null) !== side) return null;
  const said = held === undefined ? '' : saidOf(held);
  const set = side === 'SuspendedEVSE' && held !== undefined ? tooLittleSet(session, held.mark.at) : null;
  return {
    facts: {
      ...factsOf(session),
      time: spanText(durationMs),
      more: said === '' ? '' : ` (${said})`,
      samples: unmeasured(session) ? ', and not one meter value came' : '',
      limit: set === null ? '' : `; a charging profile had set ${set.what}`,
    },
    evidence: [...evidenceOf(start), ...(set === null ? [] : [set]), ...evidenceOf(held?.mark, stop)],
  };
}

/** Neither in messages of their own nor in its start and stop. */
function unmeasured({ series, marks, version }: Session): boolean {
  const { powerW, currentA, socPercent, energyWh } = series;
  if (version === '1.6' && marks.some(({ role }) => role === 'meter')) return false;
  return [powerW, currentA, socPercent, energyWh].every((points) => points.length === 0);
}

/** Below it no car charges: IEC 61851-1. */
const LEAST_A = 6;

/** The profile that held then, where it allowed nothing. */
export function tooLittleSet({ series }: Session, at: number): Evidence | null {
  const set = series.limit.findLast((point) => point.at <= at);
  if (set === undefined || set.entry === null) return null;
  const { limitA, limitW, entry } = set;
  if (limitA !== null && limitA < LEAST_A) return { entry, at: set.at, what: `${limitA} A` };
  return limitW === 0 ? { entry, at: set.at, what: '0 W' } : null;
}

export function startUnanswered(session: Session): Sighting | null {
  const { start, transaction, heard, answers, startWaitMs } = session;
  if (start === null || transaction !== null || !answers.csms) return null;
  // What an archive leaves out of an answer was answered all the same, and who is refused needs no id.
  if (start.word === 'Accepted' || REFUSALS.has(start.word)) return null;
  // An answer without an id is none that is still awaited.
  if (startWaitMs === null && heard - start.at < STILL_MS) return null;
  return sight(session, start);
}

/** OCPP 1.6: a start that the CSMS answered only when it was sent again. */
export function startRepeated({ version, marks, transaction }: Session): Sighting | null {
  if (version !== '1.6' || transaction === null) return null;
  const starts = marks.filter(({ role }) => role === 'start');
  const answered = starts.findIndex(({ word }) => word === 'Accepted' || REFUSALS.has(word));
  const [first, last] = [starts[0], starts[answered]];
  if (first === undefined || last === undefined || answered === 0) return null;
  return {
    facts: { times: timesText(answered), span: spanText(last.at - first.at) },
    evidence: evidenceOf(...starts),
  };
}

/** OCPP 1.6: the start that the CSMS is told of, where nothing came before it. */
export function startedFirst(session: Session): Sighting | null {
  const { version, start, authorisations, remoteStarts, startAuthorisation } = session;
  if (version !== '1.6' || start === null || startAuthorisation !== 'Accepted') return null;
  const before = authorisations.some(({ mark }) => mark.at <= start.at);
  return before || remoteStarts.length > 0 ? null : sight(session, start);
}

/** OCPP 2.x: energy flowed, and there is neither a card nor a remote start nor an answer that allowed it. */
export function unauthorised(session: Session): Sighting | null {
  const { version, start, authorisations, remoteStarts, energy } = session;
  if (!isTransaction(session) || version === '1.6' || start === null) return null;
  if (authorisations.length + remoteStarts.length > 0 || (energy.registerWh ?? 0) <= STILL_WH) return null;
  return sight(session, start);
}

export function preparedLong(session: Session, longMs: number): Sighting | null {
  const { start, statuses } = session;
  const plug = statuses.find(({ status }) => statusKind(status) === 'plugged');
  if (start === null || plug === undefined || start.at - plug.mark.at <= longMs) return null;
  return { facts: { span: spanText(start.at - plug.mark.at) }, evidence: evidenceOf(plug.mark, start) };
}

export function finishingLong(session: Session): Sighting | null {
  const { statuses, heard } = session;
  const last = statuses.findLast(({ status }) => status === 'Finishing');
  if (last === undefined) return null;
  const next =
    statuses.find(({ mark, status }) => mark.at >= last.mark.at && status !== 'Finishing')?.mark ?? null;
  const span = (next?.at ?? heard) - last.mark.at;
  if (span < FINISHING_LONG_MS) return null;
  return { facts: { span: spanText(span) }, evidence: evidenceOf(last.mark, next) };
}

export function interrupted(session: Session, kind: 'boot' | 'connection'): Sighting | null {
  const all = session.interruptions.filter((told) => told.kind === kind);
  if (all.length === 0) return null;
  return { facts: { times: timesText(all.length) }, evidence: evidenceOfInterruptions(all) };
}

export function deliveredLate(session: Session): Sighting | null {
  return session.deliveredLate ? sight(session, ...session.toldLate) : null;
}

/** Stops by the CSMS that the station refused, or took and did not follow. */
export function remoteStop(session: Session, wanted: 'refused' | 'nothing'): Sighting | null {
  const { remoteStops, stop, heard, marks } = session;
  // OCPP 2.x: it may charge no more, and hold its place until the cable is pulled. 2.0.1 F03, E06.
  const followed = marks.filter(({ role, word }) => role === 'update' && word === 'RemoteStop');
  const found = remoteStops.filter(({ at, word }) => {
    if (wanted === 'refused') return word === 'Rejected';
    const end = followed.find((mark) => mark.at >= at)?.at ?? stop?.at ?? heard;
    return word === 'Accepted' && end - at > STOP_MS;
  });
  const last = found.at(-1);
  if (last === undefined) return null;
  return {
    facts: { times: because(timesText(found.length), last) },
    evidence: evidenceOf(...found, stop),
  };
}

export function seqMissing({ seqMissing: missing, marks }: Session): Sighting | null {
  if (missing.length === 0) return null;
  const shown = missing.slice(0, 5).join(', ');
  const numbers = missing.length > 5 ? `${shown} and ${missing.length - 5} more` : shown;
  const events = marks.filter(({ action }) => action === 'TransactionEvent');
  return { facts: { numbers }, evidence: evidenceOf(events[0], events.at(-1)) };
}

/** OCPP 2.x: numbers that began anew in the middle of it. */
export function seqRestarted({ seqRestarts, interruptions }: Session): Sighting | null {
  const [first] = seqRestarts;
  if (first === undefined) return null;
  const boot = interruptions.some(({ kind, at }) => kind === 'boot' && at <= first.at);
  return {
    facts: { times: timesText(seqRestarts.length), after: boot ? ', after a boot' : '' },
    evidence: evidenceOf(...seqRestarts),
  };
}

export function reused({ reuses, transaction, start, marks }: Session): Sighting | null {
  if (reuses === null) return null;
  return { facts: { transaction: transaction ?? '' }, evidence: evidenceOf(start ?? marks[0]) };
}

export function profileRejected({ limits }: Session): Sighting | null {
  const rejected = limits.filter(({ status }) => status !== null && status !== 'Accepted');
  const [first] = rejected;
  if (first === undefined) return null;
  return {
    facts: { status: because(first.status ?? '', first.mark), purpose: first.purpose ?? 'profile' },
    evidence: evidenceOf(...rejected.map(({ mark }) => mark)),
  };
}
