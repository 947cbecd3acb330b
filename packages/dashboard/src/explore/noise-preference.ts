/** Whether a person wants noise left out where an address does not say so. */

import { keep } from '../preferences/kept.ts';

export const QUIET_KEY = 'ocpp-logs.quiet';

export function preferredQuiet(): boolean {
  return localStorage.getItem(QUIET_KEY) === '1';
}

export function preferQuiet(quiet: boolean): void {
  keep(QUIET_KEY, quiet ? '1' : '0');
}
