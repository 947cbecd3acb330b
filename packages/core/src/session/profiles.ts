/** Charging profiles that a station is known to hold, and those of one transaction. OCPP 1.6 3.13 and 5.16, 2.0.1 K01. */

import type { JsonObject } from '../message.ts';
import type { SeenEntry } from './seen.ts';
import { answeredStatus, idIn, numberIn, objectIn, objectsIn, textIn, timeIn } from './told.ts';

/** So many are kept for a station, the newest ones. */
const PROFILES_MAX = 100;
const PERIODS_MAX = 1_000;

export interface Period {
  /** s from the start of the schedule. */
  readonly start: number;
  /** In the unit of the schedule; null where a period gives setpoints alone. */
  readonly limit: number | null;
  readonly phases: number | null;
}

export interface Profile {
  readonly entry: string;
  /** When it was set, and until when it is known to have held; ms. */
  readonly at: number;
  until: number | null;
  /** 0: the whole station. */
  readonly connector: number;
  readonly id: string | null;
  readonly purpose: string;
  readonly stackLevel: number;
  readonly kind: string | null;
  readonly recurrency: string | null;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly transaction: string | null;
  readonly unit: 'A' | 'W' | null;
  readonly startSchedule: number | null;
  /** s; null: without end. */
  readonly duration: number | null;
  readonly periods: readonly Period[];
}

/** Of a SetChargingProfile, or of the profile that a remote start brought; null where it is none. */
export function profileOf(entry: SeenEntry): Profile | null {
  const { call, id, at, fields } = entry;
  const told = objectIn(call, 'csChargingProfiles') ?? objectIn(call, 'chargingProfile');
  const purpose = textIn(told, 'chargingProfilePurpose');
  // 2.x: one to three schedules, of which the EV chooses; the first is what the CSMS prefers.
  const schedule = objectsIn(told, 'chargingSchedule')[0] ?? null;
  if (told === null || purpose === null || schedule === null) return null;
  const unit = textIn(schedule, 'chargingRateUnit');
  return {
    entry: id,
    at,
    until: null,
    connector: numberOf(fields.connector_id) ?? 0,
    id: idIn(told, 'chargingProfileId') ?? idIn(told, 'id'),
    purpose,
    stackLevel: numberIn(told, 'stackLevel') ?? 0,
    kind: textIn(told, 'chargingProfileKind'),
    recurrency: textIn(told, 'recurrencyKind'),
    validFrom: timeIn(told, 'validFrom'),
    validTo: timeIn(told, 'validTo'),
    transaction: idIn(told, 'transactionId'),
    unit: unit === 'A' || unit === 'W' ? unit : null,
    startSchedule: timeIn(schedule, 'startSchedule'),
    duration: numberIn(schedule, 'duration'),
    periods: objectsIn(schedule, 'chargingSchedulePeriod').slice(0, PERIODS_MAX).map(periodOf),
  };
}

function periodOf(period: JsonObject): Period {
  return {
    start: numberIn(period, 'startPeriod') ?? 0,
    limit: numberIn(period, 'limit'),
    phases: numberIn(period, 'numberPhases'),
  };
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export class Profiles {
  #kept: Profile[] = [];

  /** What was accepted takes the place of one with the same id, or the same purpose and level (1.6 3.13.2). */
  set(profile: Profile): void {
    for (const held of this.#kept) {
      const sameId = profile.id !== null && held.id === profile.id;
      const sameLevel =
        held.connector === profile.connector &&
        held.purpose === profile.purpose &&
        held.stackLevel === profile.stackLevel;
      if (held.until === null && (sameId || sameLevel)) held.until = profile.at;
    }
    this.#kept.push(profile);
    if (this.#kept.length > PROFILES_MAX) this.#kept.shift();
  }

  /** ClearChargingProfile that was accepted. */
  clear({ call, answer, at, fields }: SeenEntry): void {
    if (answeredStatus(answer) !== 'Accepted') return;
    const criteria = objectIn(call, 'chargingProfileCriteria') ?? call;
    const id = idIn(call, 'id') ?? idIn(call, 'chargingProfileId');
    const purpose = textIn(criteria, 'chargingProfilePurpose');
    const level = numberIn(criteria, 'stackLevel');
    const connector = numberOf(fields.connector_id);
    for (const held of this.#kept) {
      if (held.until !== null) continue;
      const meant =
        id !== null
          ? held.id === id
          : (purpose === null || held.purpose === purpose) &&
            (level === null || held.stackLevel === level) &&
            (connector === null || held.connector === connector);
      if (meant) held.until = at;
    }
  }

  /** Of a connector, those of the whole station among them. A profile of a transaction is for that one alone. */
  of(connector: number, transaction: string | null, from: number, to: number): readonly Profile[] {
    return this.#kept.filter(
      (held) =>
        held.at <= to &&
        (held.until ?? Number.POSITIVE_INFINITY) > from &&
        (held.connector === 0 || held.connector === connector) &&
        (held.purpose !== 'TxProfile' || held.at >= from) &&
        (held.transaction === null || transaction === null || held.transaction === transaction),
    );
  }
}
