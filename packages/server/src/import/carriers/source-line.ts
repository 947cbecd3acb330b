/** Consoles of stations that name the place in their program: `<time>:COM:ocpp_rpc.c:681:line`, as Alfen's. */

import { ISO, prefixed } from './carrier.ts';

/** A message longer than a line goes on in the next one, behind the same prefix. */
export const sourceLine = prefixed(
  'time:LEVEL:file:line',
  new RegExp(String.raw`^(${ISO}):[A-Z]{2,12}:[\w./-]{1,60}\.(?:c|cc|cpp|h|rs|go):\d{1,6}: ?`),
);
