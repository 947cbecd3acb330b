/** Sampled values of a charging session, as meters of different makers spell them. */

import type { Random } from '../packages/server/src/cli/simulate/random.ts';

export class Readings {
  readonly #random: Random;
  readonly #threePhase: boolean;
  readonly #direct: boolean;
  /** What wordy meters add to every value of OCPP 1.6, though it is the default. */
  readonly #extra: string;
  /** Wh. */
  energy: number;
  #power = 0;
  #soc = 20;

  constructor(random: Random) {
    this.#random = random;
    this.#direct = random.chance(0.25);
    this.#threePhase = !this.#direct && random.chance(0.75);
    this.#extra = random.chance(0.5) ? '"format":"Raw","location":"Outlet",' : '';
    this.energy = Math.floor(random.between(100_000, 9_000_000));
  }

  begin(): void {
    const random = this.#random;
    this.#power = this.#direct ? random.between(30_000, 120_000) : this.#threePhase ? 11_000 : 3_680;
    this.#soc = Math.floor(random.between(8, 60));
  }

  /** `minutes` later. */
  advance(minutes: number): void {
    this.#power *= this.#random.between(0.97, 1.02);
    this.energy += Math.round((this.#power * minutes) / 60);
    this.#soc = Math.min(100, this.#soc + 1);
  }

  /** As `sampledValue` of OCPP 1.6: text values, units beside them. */
  v16(): string {
    const random = this.#random;
    const extra = this.#extra;
    const kilo = (this.#power / 1000).toFixed(2);
    const energy = `{"value":"${this.energy}","context":"Sample.Periodic",${extra}"measurand":"Energy.Active.Import.Register","unit":"Wh"}`;
    if (this.#direct) {
      const volts = random.between(380, 402);
      return `${energy},{"value":"${Math.round(this.#power)}","context":"Sample.Periodic",${extra}"measurand":"Power.Active.Import","unit":"W"},{"value":"${(this.#power / volts).toFixed(1)}","context":"Sample.Periodic",${extra}"measurand":"Current.Import","unit":"A"},{"value":"${volts.toFixed(1)}","context":"Sample.Periodic",${extra}"measurand":"Voltage","unit":"V"},{"value":"${this.#soc}","context":"Sample.Periodic",${extra}"measurand":"SoC","unit":"Percent"}`;
    }
    const phases = this.#threePhase ? ['L1', 'L2', 'L3'] : ['L1'];
    let values = `${energy},{"value":"${kilo}",${extra}"measurand":"Power.Active.Import","unit":"kW"}`;
    for (const phase of phases) {
      const volts = random.between(226, 236);
      const amperes = this.#power / phases.length / volts;
      values += `,{"value":"${amperes.toFixed(2)}",${extra}"measurand":"Current.Import","phase":"${phase}","unit":"A"}`;
      values += `,{"value":"${volts.toFixed(1)}",${extra}"measurand":"Voltage","phase":"${phase}-N","unit":"V"}`;
    }
    return values;
  }

  /** As `sampledValue` of OCPP 2.0.1: numbers, units as objects. */
  v201(context = 'Sample.Periodic'): string {
    const random = this.#random;
    let values = `{"value":${this.energy},"context":"${context}","measurand":"Energy.Active.Import.Register","unitOfMeasure":{"unit":"Wh"}}`;
    values += `,{"value":${this.#power.toFixed(1)},"context":"${context}","measurand":"Power.Active.Import","unitOfMeasure":{"unit":"W"}}`;
    if (this.#direct) {
      return `${values},{"value":${this.#soc},"context":"${context}","measurand":"SoC","unitOfMeasure":{"unit":"Percent"}}`;
    }
    for (const phase of this.#threePhase ? ['L1', 'L2', 'L3'] : ['L1']) {
      const amperes = this.#power / (this.#threePhase ? 3 : 1) / random.between(226, 236);
      values += `,{"value":${amperes.toFixed(2)},"context":"${context}","measurand":"Current.Import","phase":"${phase}","unitOfMeasure":{"unit":"A"}}`;
    }
    return values;
  }
}
