/** When things arrive, by both clocks. */

import type { Stamp } from './relay/decoder.ts';

export type Clock = () => Stamp;

export function systemClock(): Stamp {
  return { at: Date.now(), arrival: Math.round(performance.now() * 1000) };
}
