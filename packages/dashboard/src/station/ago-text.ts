/** How long something has lasted, or is ago: parts of a second say nothing of it. */

import { spanText } from '../time/instant-text.ts';

/** Never negative: clocks differ. */
export function agoText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return whole < 60 ? `${whole} s` : spanText(whole * 1000);
}
