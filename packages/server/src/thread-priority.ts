/** How far the threads of the server stand behind each other where cores are short. */

import { getPriority, setPriority } from 'node:os';

/**
 * Steps of `nice` behind the relay's thread; on a core that both want, five have a third of its weight. Who reads may
 * wait, what a station says does not come again: so two readers together have less than half the recorder's weight, and
 * what nobody looks at stands behind them.
 */
export const BEHIND_RELAY = {
  recorder: 5,
  shipper: 10,
  readers: 12,
  alarms: 13,
  imports: 15,
  exports: 15,
} as const;

/** Of `nice`: nothing is lower. */
const LOWEST = 19;

/**
 * Puts the calling thread so many steps of `nice` behind the one that made it: never to a fixed place, as one that was
 * started lower could not be raised to it without a right that few have. On Linux alone: elsewhere it would be the process.
 */
export function standBehind(steps: number): void {
  if (process.platform !== 'linux') return;
  setPriority(0, Math.min(LOWEST, getPriority(0) + steps));
}
