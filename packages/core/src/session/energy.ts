/**
 * Energy of a session, twice: by its registers, and by power over time. They may differ by 5 % (the meter's class, and
 * power that is rounded or averaged) and by what the highest power gives in the longest time between two samples, since
 * nobody knows how it rose and fell between them. What a car feeds back is told as power below nothing and is in no register
 * of import: it counts for neither.
 */

import type { Energy, Point } from './session.ts';

const SHARE = 0.05;
/** Power that was not told for longer is unknown. */
const LONGEST_GAP_MS = 15 * 60_000;
const LEAST_SAMPLES = 3;
const HOUR_MS = 3_600_000;

/** `from` and `to`: when the transaction began and ended; null where it is unknown. `registerWh`: null likewise. */
export function energyOf(
  registerWh: number | null,
  powerW: readonly Point[],
  from: number | null,
  to: number | null,
): Energy {
  const integral = integralOf(powerW, from, to);
  if (integral === null) return { registerWh, integralWh: null, toleranceWh: null, agree: null };
  const larger = Math.max(Math.abs(registerWh ?? 0), Math.abs(integral.wh));
  const toleranceWh = larger * SHARE + (integral.highestW * integral.longestMs) / HOUR_MS;
  return {
    registerWh,
    integralWh: integral.wh,
    toleranceWh,
    agree: registerWh === null ? null : Math.abs(registerWh - integral.wh) <= toleranceWh,
  };
}

const taken = ({ value }: Point) => Math.max(0, value);

interface Integral {
  readonly wh: number;
  readonly highestW: number;
  readonly longestMs: number;
}

/** The first and last sample hold from the beginning and to the end. */
function integralOf(powerW: readonly Point[], from: number | null, to: number | null): Integral | null {
  const [first] = powerW;
  const last = powerW.at(-1);
  if (powerW.length < LEAST_SAMPLES || first === undefined || last === undefined) return null;
  if (from === null || to === null || to <= from) return null;
  const points = [
    ...(from < first.at ? [{ ...first, at: from }] : []),
    ...powerW,
    ...(to > last.at ? [{ ...last, at: to }] : []),
  ];
  let [wh, highestW, longestMs] = [0, 0, 0];
  let before = points[0];
  for (const point of points) {
    if (before !== undefined) {
      const ms = point.at - before.at;
      wh += (((taken(before) + taken(point)) / 2) * ms) / HOUR_MS;
      longestMs = Math.max(longestMs, ms);
    }
    highestW = Math.max(highestW, Math.abs(point.value));
    before = point;
  }
  return longestMs > LONGEST_GAP_MS ? null : { wh, highestW, longestMs };
}
