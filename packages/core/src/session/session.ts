/**
 * A session: one try to charge, from the first sign of it (plug, card, remote start) to the free connector, whether or
 * not it became a transaction. Derived from entries; times are ms since 1970, UTC.
 */

import type { OcppVersion } from '../frame.ts';

/** What an entry is in its session. No entry is in two sessions. */
export const ENTRY_ROLES = [
  'status',
  'authorisation',
  'remote_start',
  'start',
  'update',
  'meter',
  'limit',
  'cost',
  'remote_stop',
  'unlock',
  'stop',
] as const;
export type EntryRole = (typeof ENTRY_ROLES)[number];

export const STOP_ANSWERED = 'answered';

/** A point of a session that an entry proves. */
export interface Mark {
  /** Entry id. */
  readonly entry: string;
  /** When the entry was recorded. */
  readonly at: number;
  readonly role: EntryRole;
  readonly action: string;
  /** The one word that matters, such as `SuspendedEV`, `Invalid`, `EVDisconnected`; '' where there is none. */
  readonly word: string;
  /** Why its answer says no, in the words of whoever answered (OCPP 2.x); '' where nothing is said of it. */
  readonly said: string;
}

/** A meter register, with its text: what is billed by must not pass through a float unseen. */
export interface Reading {
  readonly wh: number;
  /** As the station wrote it, with its unit if it gave one: `2301723`, `12.5 kWh`. */
  readonly text: string;
  readonly entry: string;
}

export interface Energy {
  /** Last register minus first; null where one is unknown, and where the register ran backwards. */
  readonly registerWh: number | null;
  /** Power that was taken over time, by trapezoids; null where power was not told often enough (see `energy.ts`). */
  readonly integralWh: number | null;
  /** By how much both may differ. */
  readonly toleranceWh: number | null;
  /** null unless both are known. */
  readonly agree: boolean | null;
}

export interface Authorisation {
  readonly mark: Mark;
  readonly idTag: string | null;
  /** `Accepted`, `Invalid`, `Expired`, ...; null where no answer came. */
  readonly status: string | null;
  /** null where no answer came, and where its time is unknown. */
  readonly answeredAt: number | null;
}

export interface RemoteStart {
  readonly mark: Mark;
  readonly idTag: string | null;
  /** `Accepted`, `Rejected`; null where no answer came. */
  readonly status: string | null;
  /** OCPP 2.x. */
  readonly remoteStartId: string | null;
  /** As that of an authorisation. */
  readonly answeredAt: number | null;
}

export interface StatusMark {
  readonly mark: Mark;
  /** `Charging`, `Faulted`, `Occupied`, ...; of a TransactionEvent its charging state. */
  readonly status: string;
  /** null for `NoError`. */
  readonly errorCode: string | null;
  readonly vendorErrorCode: string | null;
  readonly info: string | null;
}

/** OCPP 2.x: a component that is not well, or is well again, as a NotifyEvent tells it. */
export interface Trouble {
  readonly mark: Mark;
  /** Component and variable: `Connector Problem`. */
  readonly name: string;
  /** Of what is measured; null where something is so or is not. */
  readonly value: string | null;
  readonly over: boolean;
  /** Of its EVSE or transaction. Otherwise of the whole station, and its entry is not of the session. */
  readonly own: boolean;
  /** techCode and techInfo. */
  readonly vendorErrorCode: string | null;
  readonly info: string | null;
}

/** A reservation that stood against an attempt, or one of its own that it did not get. */
export interface ReservationMark {
  /** `other`: of another card, in force when it began. `refused`: its card's, shortly before. */
  readonly kind: 'other' | 'refused';
  readonly entry: string;
  readonly at: number;
  /** Of the answer. */
  readonly status: string;
  /** When it was to end; null where that is not told. */
  readonly until: number | null;
}

/** A refusal of its card in an earlier session of its station. */
export interface RefusalMark {
  readonly entry: string;
  readonly at: number;
  readonly action: string;
  readonly status: string;
}

/** A limit that was sent for it, by SetChargingProfile or with the remote start. */
export interface LimitMark {
  readonly mark: Mark;
  readonly purpose: string | null;
  /** Of the answer. */
  readonly status: string | null;
}

/** Something of the whole station that fell into the session. Such an entry is not of the session. */
export interface Interruption {
  readonly kind: 'boot' | 'connection';
  readonly entry: string;
  readonly at: number;
  /** Of a connection that came back; null while it has not, and of a boot. */
  readonly until: number | null;
}

/** A time of which something of its station went unrecorded. Such an entry is not of the session. */
export interface SessionGap {
  readonly entry: string;
  readonly at: number;
}

export interface Reset {
  readonly entry: string;
  readonly at: number;
  /** `Hard`, `Soft`, `Immediate`, `OnIdle`; '' where it is not told. */
  readonly type: string;
}

/**
 * `attempt`: no transaction. `running`: a transaction whose stop was not seen yet. `ended`: stopped. `stop_unseen`: its
 * connector is free or used again, or it is not heard of any more, and no stop was ever seen.
 */
export type SessionState = 'attempt' | 'running' | 'ended' | 'stop_unseen';

export interface Session {
  /** Id of the first entry that founds it; not changed by later entries (see docs/design/verdicts.md). */
  readonly id: string;
  readonly charger: string;
  /** 1.6: the connector; 2.x: the EVSE. null while nothing names it. */
  readonly connector: number | null;
  /** 2.x: the connector inside the EVSE. */
  readonly evseConnector: number | null;
  readonly version: OcppVersion | null;
  /** null where it never was one, and where no answer told its id. */
  readonly transaction: string | null;
  readonly idTag: string | null;
  readonly state: SessionState;
  /** Whether the attempt or session is over: nothing more is expected of it. */
  readonly over: boolean;
  /** First and last of its entries. */
  readonly from: number;
  readonly to: number;
  /** When anything was last heard of its station: what had not come by then may still come. */
  readonly heard: number;
  /** Whether the log holds any answer of that side: without one, nothing is known of answers. */
  readonly answers: { readonly csms: boolean; readonly station: boolean };
  /** Of a transaction: when it began and ended, as best known; a late message by the station's own clock. */
  readonly startedAt: number | null;
  readonly stoppedAt: number | null;
  readonly durationMs: number | null;
  readonly start: Mark | null;
  readonly stop: Mark | null;
  /** OCPP 1.6: how long the CSMS took to give it an id, from when it was first asked; null where nobody can tell. ms. */
  readonly startWaitMs: number | null;
  /** The transaction was under way at its first entry. */
  readonly startUnseen: boolean;
  /** Start or stop was delivered later than two minutes after it happened, or is marked `offline`. */
  readonly deliveredLate: boolean;
  /** What of it was. */
  readonly toldLate: readonly Mark[];
  readonly authorisations: readonly Authorisation[];
  readonly remoteStarts: readonly RemoteStart[];
  /** RemoteStopTransaction, RequestStopTransaction, with the status of the answer as word. */
  readonly remoteStops: readonly Mark[];
  readonly unlocks: readonly Mark[];
  readonly statuses: readonly StatusMark[];
  /** What its connector was last told to be before it began; null where the log does not tell. */
  readonly statusBefore: string | null;
  readonly troubles: readonly Trouble[];
  /** ReserveNow is of no session. */
  readonly reservation: ReservationMark | null;
  /** The last one within an hour before it. */
  readonly refusedBefore: RefusalMark | null;
  readonly limits: readonly LimitMark[];
  readonly interruptions: readonly Interruption[];
  /** Of the station or its EVSE, accepted by it meanwhile. Such an entry is not of the session either. */
  readonly resets: readonly Reset[];
  /** The first while its stop was waited for. */
  readonly gap: SessionGap | null;
  /** Status of the id token in the answer to the start, or to a later event but those that a card ended it with. */
  readonly startAuthorisation: string | null;
  /** As told; 1.6 without a reason is `Local` by the specification, and null here. */
  readonly stopReason: string | null;
  /** `answered`, or the error that its stop came to, however often it was sent; null where nothing came. */
  readonly stopAnswer: string | null;
  /** OCPP 1.6: the transaction that its stop names, where that is none of its own, such as -1. */
  readonly stopNames: string | null;
  /** 2.x: why the last event was sent. */
  readonly triggerReason: string | null;
  readonly meterStart: Reading | null;
  readonly meterStop: Reading | null;
  /**
   * By what the register in samples was multiplied to be that of start and stop: 0.001 where Wh were labelled kWh, 1000
   * the other way round; null where it is another register. 1 where they fit, or nothing can be told.
   */
  readonly samplesFactor: number | null;
  readonly energy: Energy;
  /** Of samples, W. */
  readonly powerMaxW: number | null;
  readonly socStartPercent: number | null;
  readonly socEndPercent: number | null;
  /** 2.x: of the last answer or CostUpdated, in the station's currency. */
  readonly cost: number | null;
  /** 2.x: sequence numbers that are missing. */
  readonly seqMissing: readonly number[];
  /** 2.x: events whose numbers began anew. */
  readonly seqRestarts: readonly Mark[];
  /** An earlier session of this station had the same transaction id: that one. */
  readonly reuses: string | null;
  /** Its entries, in order. More than 5,000 are counted only. */
  readonly marks: readonly Mark[];
  readonly marksLeftOut: number;
  readonly series: Series;
}

export interface Point {
  /** By the station's clock where the sample bears a time, set right by how far that is off. */
  readonly at: number;
  readonly value: number;
  readonly entry: string;
}

/** What was set to hold from `at` on; null in a unit in which nothing is known to be set. */
export interface LimitPoint {
  readonly at: number;
  readonly limitW: number | null;
  /** Per phase. */
  readonly limitA: number | null;
  /** null where the profile does not say; OCPP takes 3 then. */
  readonly phases: number | null;
  /** The SetChargingProfile that says so; null where none does. */
  readonly entry: string | null;
}

/** In the order of time. More than 10,000 samples are left out of it, and `cut` says so. */
export interface Series {
  readonly powerW: readonly Point[];
  readonly currentA: readonly Point[];
  readonly socPercent: readonly Point[];
  /** The import register. */
  readonly energyWh: readonly Point[];
  readonly limit: readonly LimitPoint[];
  readonly cut: boolean;
}

/** What a list needs. */
export type SessionSummary = Omit<
  Session,
  | 'marks'
  | 'series'
  | 'limits'
  | 'statuses'
  | 'statusBefore'
  | 'troubles'
  | 'reservation'
  | 'refusedBefore'
  | 'resets'
  | 'gap'
  | 'seqRestarts'
  | 'startWaitMs'
  | 'stopAnswer'
  | 'stopNames'
  | 'toldLate'
>;

export function summaryOf(session: Session): SessionSummary {
  const {
    marks,
    series,
    limits,
    statuses,
    statusBefore,
    troubles,
    reservation,
    refusedBefore,
    resets,
    gap,
    seqRestarts,
    startWaitMs,
    stopAnswer,
    stopNames,
    toldLate,
    ...summary
  } = session;
  return summary;
}
