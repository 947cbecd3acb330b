/** How far the threads of the server stand behind each other where cores are short. */

import { getPriority, setPriority } from 'node:os';

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
