/** A day of tries to charge at two sites, each of which came to something else. */

import type { RunningServer } from '../e2e/running-server.ts';
import { DAY, type PushedFrame, push } from './history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LATENCY = 120;

/** Of `/stations/...` and `/sessions`: the day, in UTC. */
export const DAY_QUERY = 'from=2026-01-05T00:00:00.000Z&to=2026-01-06T00:00:00.000Z&zone=utc';
/** Tries to charge at CP-9, one every ten minutes; more than a page of the list. */
export const PLUGS = 60;

type Payload = Readonly<Record<string, unknown>>;

class Talk {
  readonly frames: PushedFrame[] = [];
  readonly #charger: string;
  #count = 0;

  constructor(charger: string) {
    this.#charger = charger;
  }

  /** A call and its answer. */
  says(at: number, action: string, payload: Payload, answer: Payload = {}, up = true): void {
    const id = `${this.#charger}-${this.#count++}`;
    const frame = (ms: number, own: boolean, message: readonly unknown[]): PushedFrame => ({
      charger: this.#charger,
      at: DAY + ms,
      up: own,
      frame: JSON.stringify(message),
    });
    this.frames.push(frame(at, up, [2, id, action, payload]), frame(at + LATENCY, !up, [3, id, answer]));
  }

  status(at: number, connectorId: number, status: string, errorCode = 'NoError', more: Payload = {}): void {
    const timestamp = new Date(DAY + at).toISOString();
    this.says(at, 'StatusNotification', { connectorId, status, errorCode, timestamp, ...more });
  }

  card(at: number, idTag: string, status = 'Accepted'): void {
    this.says(at, 'Authorize', { idTag }, { idTagInfo: { status } });
  }

  start(at: number, connectorId: number, transactionId: number, meterStart: number): void {
    const timestamp = new Date(DAY + at).toISOString();
    const answer = { transactionId, idTagInfo: { status: 'Accepted' } };
    this.says(at, 'StartTransaction', { connectorId, idTag: 'CARD-7', meterStart, timestamp }, answer);
  }

  stop(at: number, transactionId: number, meterStop: number, reason: string): void {
    const timestamp = new Date(DAY + at).toISOString();
    this.says(at, 'StopTransaction', { transactionId, meterStop, timestamp, reason, idTag: 'CARD-7' });
  }

  meter(at: number, connectorId: number, transactionId: number, sampled: readonly Payload[]): void {
    const timestamp = new Date(DAY + at).toISOString();
    this.says(at, 'MeterValues', {
      connectorId,
      transactionId,
      meterValue: [{ timestamp, sampledValue: sampled }],
    });
  }

  limit(at: number, connectorId: number, transactionId: number, watts: number, status = 'Accepted'): void {
    const csChargingProfiles = {
      chargingProfileId: 1,
      transactionId,
      stackLevel: 1,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: {
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: watts }],
      },
    };
    this.says(at, 'SetChargingProfile', { connectorId, csChargingProfiles }, { status }, false);
  }
}

/** Three refused cards, then a fault. */
function refused(talk: Talk, at: number): void {
  talk.status(at, 1, 'Preparing');
  for (const seconds of [9, 14, 21]) talk.card(at + seconds * 1000, 'CARD-3', 'Invalid');
  talk.status(at + 30_000, 1, 'Available');
}

/** 50 minutes with a limit that is lowered, and a car that stops by itself. */
function charged(talk: Talk, at: number): void {
  talk.status(at, 1, 'Preparing');
  talk.card(at + 8_000, 'CARD-7');
  talk.start(at + 12_000, 1, 41, 1_204_500);
  talk.limit(at + 13_000, 1, 41, 22_000);
  talk.status(at + 15_000, 1, 'Charging');
  let register = 1_204_500;
  for (let minute = 1; minute <= 48; minute += 1) {
    const set = minute < 20 ? 22_000 : 11_000;
    const power = minute > 44 ? 0 : Math.round((set - 600) * (minute === 1 ? 0.6 : 1) + 90 * (minute % 5));
    register += power / 60;
    if (minute === 20) talk.limit(at + 20 * MINUTE - 20_000, 1, 41, 11_000);
    if (minute === 45) talk.status(at + 45 * MINUTE - 5_000, 1, 'SuspendedEV');
    talk.meter(at + minute * MINUTE, 1, 41, [
      { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: register.toFixed(0) },
      { measurand: 'Power.Active.Import', unit: 'W', value: String(power) },
      { measurand: 'Current.Import', phase: 'L1', unit: 'A', value: (power / 690).toFixed(1) },
      { measurand: 'SoC', unit: 'Percent', value: String(Math.min(90, 38 + minute)) },
    ]);
  }
  talk.stop(at + 49 * MINUTE, 41, Math.round(register), 'EVDisconnected');
  talk.status(at + 49 * MINUTE + 2_000, 1, 'Finishing');
  talk.status(at + 51 * MINUTE, 1, 'Available');
}

/** The supply goes; the station boots and tells the stop afterwards. */
function powerLost(talk: Talk, at: number): void {
  talk.status(at, 1, 'Preparing');
  talk.card(at + 5_000, 'CARD-7');
  talk.start(at + 9_000, 1, 42, 1_230_000);
  talk.status(at + 11_000, 1, 'Charging');
  for (let minute = 1; minute <= 12; minute += 1) {
    talk.meter(at + minute * MINUTE, 1, 42, [
      { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: String(1_230_000 + minute * 180) },
      { measurand: 'Power.Active.Import', unit: 'kW', value: '10.8' },
    ]);
  }
  talk.says(
    at + 20 * MINUTE,
    'BootNotification',
    { chargePointVendor: 'Tarnmoor', chargePointModel: 'Rapid 60' },
    { status: 'Accepted', interval: 300, currentTime: new Date(DAY + at + 20 * MINUTE).toISOString() },
  );
  const timestamp = new Date(DAY + at + 12.5 * MINUTE).toISOString();
  const stop = { transactionId: 42, meterStop: 1_232_240, timestamp, reason: 'PowerLoss' };
  talk.says(at + 20 * MINUTE + 4_000, 'StopTransaction', stop);
  talk.status(at + 20 * MINUTE + 9_000, 1, 'Available');
}

function depot(): readonly PushedFrame[] {
  const talk = new Talk('CP-7');
  refused(talk, 8 * HOUR);
  charged(talk, 9 * HOUR);
  powerLost(talk, 11 * HOUR);
  // A cable without a card, at the other connector.
  talk.status(12 * HOUR, 2, 'Preparing');
  talk.status(12 * HOUR + 9 * MINUTE, 2, 'Available');
  // A fault with an odd vendor text.
  talk.status(13 * HOUR, 2, 'Preparing');
  talk.card(13 * HOUR + 4_000, 'CARD-7');
  talk.start(13 * HOUR + 6_000, 2, 43, 500);
  talk.status(13 * HOUR + 8_000, 2, 'Charging');
  talk.status(13 * HOUR + 6 * MINUTE, 2, 'Faulted', 'GroundFailure', {
    info: 'RCD \u202Etripped',
    vendorErrorCode: 'E-211',
  });
  talk.stop(13 * HOUR + 6 * MINUTE + 3_000, 43, 1_900, 'Other');
  talk.status(13 * HOUR + 20 * MINUTE, 2, 'Available');
  return talk.frames;
}

function plugs(): readonly PushedFrame[] {
  const talk = new Talk('CP-9');
  for (let plug = 0; plug < PLUGS; plug += 1) {
    talk.status(plug * 10 * MINUTE, 1, 'Preparing');
    talk.status(plug * 10 * MINUTE + 40_000, 1, 'Available');
  }
  return talk.frames;
}

function harbour(): readonly PushedFrame[] {
  const talk = new Talk('HB-7');
  talk.says(
    10 * HOUR,
    'RemoteStartTransaction',
    { idTag: 'APP-1', connectorId: 1 },
    { status: 'Accepted' },
    false,
  );
  talk.says(10 * HOUR + 6 * MINUTE, 'Heartbeat', {}, { currentTime: new Date(DAY).toISOString() });
  return talk.frames;
}

/** CP-7 and CP-9 at `depot`, HB-7 at `harbour`. */
export async function pushChargingDay(server: Pick<RunningServer, 'url'>): Promise<void> {
  await push(server, 'depot', [...depot(), ...plugs()], true);
  await push(server, 'harbour', harbour(), true);
}
