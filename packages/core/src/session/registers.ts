/**
 * Whether the register in the samples is the one of start and stop. Stations label Wh as kWh and kWh as Wh, and some
 * count from zero in their samples with each transaction.
 */

import type { MeterSample } from './samples.ts';
import type { Reading } from './session.ts';

/** What a register may be off between two messages. */
const SLACK_WH = 100;
const SLACK_SHARE = 0.01;
/** Between registers near zero anything lies. */
const LEAST_WH = 1_000;

/**
 * By what the samples are to be multiplied to lie between start and stop; null where they are of another register. 1
 * where nothing can be told.
 */
export function sampleFactor(
  start: Reading | null,
  stop: Reading | null,
  samples: readonly MeterSample[],
): number | null {
  const values = samples.flatMap(({ energyWh }) => (energyWh === null ? [] : [energyWh]));
  if (start === null || stop === null || stop.wh < start.wh || values.length === 0) return 1;
  const slack = Math.max(SLACK_WH, (stop.wh - start.wh) * SLACK_SHARE);
  const fits = (factor: number) =>
    values.every((value) => value * factor >= start.wh - slack && value * factor <= stop.wh + slack);
  if (fits(1)) return 1;
  const telling = stop.wh > start.wh && stop.wh >= LEAST_WH;
  return [1 / 1000, 1000].find((factor) => telling && fits(factor)) ?? null;
}

export function scaled(sample: MeterSample, factor: number): MeterSample {
  if (sample.energyWh === null || factor === 1) return sample;
  return { ...sample, energyWh: Number((sample.energyWh * factor).toFixed(3)) };
}
