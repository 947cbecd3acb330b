/**
 * Entries of one station, in the order of time, to its sessions. Pure, and the same however entries are chunked.
 * State is bounded: 64 sessions; beyond it the oldest that is over settles as it is, as does what ended a day before
 * the newest. What comes for it later makes a session whose start was not seen.
 */

import { seeAuthorize, seeRemoteStart, seeRemoteStop, seeUnlock } from './authorising.ts';
import { StationClock } from './clock.ts';
import { addBounded } from './draft.ts';
import { seeTransactionEvent } from './events2.ts';
import { type Heard, sessionOf } from './finish.ts';
import { Known } from './known.ts';
import { Lanes } from './lanes.ts';
import { seeNotifyEvent } from './notified.ts';
import { profileOf } from './profiles.ts';
import { connectorOf, type Scene } from './scene.ts';
import { inOrder, type SeenEntry } from './seen.ts';
import type { Session } from './session.ts';
import { seeStatus } from './statuses.ts';
import { answeredStatus, textIn } from './told.ts';
import { seeCost, seeMeterValues, seeProfile, seeStart, seeStop } from './transactions16.ts';

type See = (scene: Scene, entry: SeenEntry) => void;

/** Calls alone are what these say; an error or no answer changes nothing of that. */
const BY_ACTION: Readonly<Record<string, See>> = {
  StatusNotification: seeStatus,
  NotifyEvent: seeNotifyEvent,
  Authorize: seeAuthorize,
  RemoteStartTransaction: seeRemoteStart,
  RequestStartTransaction: seeRemoteStart,
  RemoteStopTransaction: seeRemoteStop,
  RequestStopTransaction: seeRemoteStop,
  UnlockConnector: seeUnlock,
  StartTransaction: seeStart,
  StopTransaction: seeStop,
  MeterValues: seeMeterValues,
  TransactionEvent: seeTransactionEvent,
  CostUpdated: seeCost,
  BootNotification: seeBoot,
  Reset: seeReset,
  SetChargingProfile: seeSetProfile,
  ClearChargingProfile: ({ profiles }, entry) => profiles.clear(entry),
};

function seeBoot({ lanes }: Scene, { id, at }: SeenEntry): void {
  for (const draft of lanes.open()) {
    addBounded(draft.interruptions, { kind: 'boot', entry: id, at, until: null });
  }
}

function seeReset({ lanes }: Scene, entry: SeenEntry): void {
  if (answeredStatus(entry.answer) !== 'Accepted') return;
  const evse = connectorOf(entry);
  const reset = { entry: entry.id, at: entry.at, type: textIn(entry.call, 'type') ?? '' };
  for (const draft of lanes.open()) {
    if (evse === null || draft.connector === evse) addBounded(draft.resets, reset);
  }
}

function seeSetProfile(scene: Scene, entry: SeenEntry): void {
  const profile = profileOf(entry);
  const status = answeredStatus(entry.answer) ?? entry.errorCode;
  seeProfile(scene, entry, profile?.purpose ?? null, status);
  if (profile !== null && status === 'Accepted') scene.profiles.set(profile);
}

export class SessionFold {
  readonly #lanes = new Lanes();
  readonly #clock = new StationClock();
  readonly #known = new Known();
  readonly #scene: Scene = { lanes: this.#lanes, clock: this.#clock, profiles: this.#known.profiles };
  #heard: Heard = { until: Number.NEGATIVE_INFINITY, csms: false, station: false };

  /** Entries of one station, each once, by time and then by id. */
  add(entry: SeenEntry): void {
    this.#hear(entry);
    this.#clock.see(entry);
    if (entry.kind === 'connection') this.#connection(entry);
    if (entry.kind === 'gap') this.#gap(entry);
    if (entry.kind !== 'exchange' || entry.action === null) return;
    this.#known.refusals.see(entry);
    this.#known.reservations.see(entry);
    BY_ACTION[entry.action]?.(this.#scene, entry);
  }

  /** Sessions that settled since the last call: nothing changes them any more. */
  take(): readonly Session[] {
    return this.#lanes.takeSettled().map((draft) => sessionOf(draft, this.#known, this.#heard));
  }

  /** All that are left, in the order of their first entry. Ends the fold. */
  end(): readonly Session[] {
    return this.#lanes
      .takeAll()
      .map((draft) => sessionOf(draft, this.#known, this.#heard))
      .sort(byBeginning);
  }

  #hear({ at, direction, answer, errorCode, outcome }: SeenEntry): void {
    const answered = answer !== null || errorCode !== null || outcome === 'answered';
    const { until, csms, station } = this.#heard;
    this.#heard = {
      until: Math.max(until, at),
      csms: csms || (answered && direction === 'station_to_csms'),
      station: station || (answered && direction === 'csms_to_station'),
    };
  }

  #gap({ id, at }: SeenEntry): void {
    for (const draft of this.#lanes.running()) draft.gap ??= { entry: id, at };
  }

  #connection({ id, at, event }: SeenEntry): void {
    const what = event?.event;
    for (const draft of this.#lanes.open()) {
      const last = draft.interruptions.at(-1);
      if (what === 'closed') {
        addBounded(draft.interruptions, { kind: 'connection', entry: id, at, until: null });
      } else if (what === 'accepted' && last?.kind === 'connection' && last.until === null) {
        draft.interruptions[draft.interruptions.length - 1] = { ...last, until: at };
      }
    }
  }
}

function byBeginning(a: Session, b: Session): number {
  return inOrder({ at: a.from, id: a.id }, { at: b.from, id: b.id });
}

/** Of entries in any order, of any number of stations. */
export function sessionsOf(entries: Iterable<SeenEntry>): readonly Session[] {
  const folds = new Map<string, SessionFold>();
  const sessions: Session[] = [];
  for (const entry of [...entries].sort(inOrder)) {
    const fold = folds.get(entry.charger) ?? new SessionFold();
    folds.set(entry.charger, fold);
    fold.add(entry);
    sessions.push(...fold.take());
  }
  for (const fold of folds.values()) sessions.push(...fold.end());
  return sessions.sort(byBeginning);
}
