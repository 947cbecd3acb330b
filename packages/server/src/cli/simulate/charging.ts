/** A vehicle that charges: power over time, and what a meter reads of it. */

import type { Random } from './random.ts';
import type { ConnectorModel } from './station-model.ts';

export interface Vehicle {
  /** Wh. */
  readonly battery: number;
  /** W. */
  readonly maxPower: number;
  /** 0 to 1: where its driver has set the end of charging. */
  readonly target: number;
}

export interface Reading {
  /** W, over all phases. */
  readonly power: number;
  /** W that the station offers. */
  readonly offered: number;
  /** V to N, one a phase; a single one for DC. */
  readonly voltage: readonly number[];
  /** A, one a phase; a single one for DC. */
  readonly current: readonly number[];
  /** Wh: the register since the meter was installed. */
  readonly energy: number;
  /** Percent; null where the station cannot know it (AC). */
  readonly stateOfCharge: number | null;
}

/** Seconds from the contactor to full power. */
const RAMP = 45;

export function vehicleAt(connector: ConnectorModel, random: Random): Vehicle {
  const battery = random.pick([39_000, 52_000, 58_000, 77_000, 82_000]);
  const maxPower =
    connector.current === 'DC'
      ? random.pick([50_000, 100_000, 135_000])
      : random.pick([3_680, 7_360, 11_000]);
  return { battery, maxPower, target: random.pick([0.8, 0.9, 1]) };
}

/** One charging process; its register lives on from session to session. */
export class Charging {
  readonly #connector: ConnectorModel;
  readonly #vehicle: Vehicle;
  readonly #random: Random;
  #seconds = 0;
  #energy: number;
  #charge: number;
  #power = 0;
  #paused = false;

  constructor(connector: ConnectorModel, vehicle: Vehicle, register: number, random: Random) {
    this.#connector = connector;
    this.#vehicle = vehicle;
    this.#random = random;
    this.#energy = register;
    this.#charge = random.between(0.12, 0.55);
  }

  get full(): boolean {
    return this.#charge >= this.#vehicle.target;
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#power = 0;
  }

  /**
   * Charges on for `seconds` of the station's time, within `limit` watts (null: the station's own). The meter counts
   * `metered` seconds: as many as that takes on the clock that stamps the messages, so that power and register agree
   * at any speed.
   */
  advance(seconds: number, limit: number | null, metered = seconds): void {
    this.#seconds += seconds;
    const offered = this.#offered(limit);
    const ramp = Math.min(1, this.#seconds / RAMP);
    const wanted = Math.min(offered, this.#vehicle.maxPower * this.#taper());
    this.#power = this.full || this.#paused ? 0 : wanted * ramp * this.#random.between(0.985, 1);
    const taken = (this.#power * seconds) / 3_600;
    this.#energy += (this.#power * metered) / 3_600;
    this.#charge = Math.min(1, this.#charge + (taken * 0.94) / this.#vehicle.battery);
  }

  read(limit: number | null): Reading {
    const direct = this.#connector.current === 'DC';
    const phases = direct ? 1 : this.#connector.phases;
    const nominal = direct ? 355 + 75 * this.#charge : 230;
    const voltage = Array.from({ length: phases }, () => nominal + this.#random.between(-1.8, 1.8));
    const total = voltage.reduce((sum, volts) => sum + volts, 0);
    return {
      power: this.#power,
      offered: this.#offered(limit),
      voltage,
      current: voltage.map(() => this.#power / total),
      energy: this.#energy,
      stateOfCharge: direct ? this.#charge * 100 : null,
    };
  }

  #offered(limit: number | null): number {
    return Math.min(this.#connector.maxPower, limit ?? Number.POSITIVE_INFINITY);
  }

  /** Share of full power that the battery takes: less when it is nearly full, much less with DC. */
  #taper(): number {
    const knee = this.#connector.current === 'DC' ? 0.6 : 0.95;
    if (this.#charge <= knee) return 1;
    return Math.max(0.12, 1 - (0.85 * (this.#charge - knee)) / (1 - knee));
  }
}
