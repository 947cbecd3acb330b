/** How far the threads of the server stand behind each other where cores are short. */

import { getPriority, setPriority } from 'node:os';

/**
 * Steps of `nice` behind the relay's thread; on a core that both want, five have a third of its weight. Who reads may
 * wait, what a station says does not come again: so readers stand behind the recorder, and work that nobody looks at
 * behind them.
 */
export const BEHIND_RELAY = {
  recorder: 5,
  readers: 8,
  shipper: 10,
  imports: 10,
  alarms: 10,
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
