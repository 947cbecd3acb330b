/** How sources write which way a frame went. */

import { type Direction, opposite } from '@ocpp-logs/core';
import type { ImportedFrame } from './format.ts';

export type Told = Pick<ImportedFrame, 'direction' | 'way'>;

const STATION =
  /^(cp|cs|evse|charger|charge-?point|charge-?box|charging-?station|station|device|client|wallbox)$/;
const CSMS = /^(csms|central|central-?system|cms|backend|back-?office|backoffice|server|cpms|cpo|platform)$/;
const SENT = /^(sent|send|sending|out|outgoing|outbound|tx|transmit|transmitted|>+|-+>|→)$/;
const RECEIVED = /^(received|receive|receiving|recv|rcv|in|incoming|inbound|rx|<+|<-+|←)$/;
const BETWEEN = /^(.+?)(?:-to-|-?(?:->|=>|→|>)-?|2)(.+)$/;

/** null for a word that says nothing of it. `alone`: what a party is that stands alone. */
export function directionTold(text: string, alone: 'sender' | 'receiver' = 'sender'): Told | null {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (SENT.test(word)) return { direction: null, way: 'sent' };
  if (RECEIVED.test(word)) return { direction: null, way: 'received' };
  const [, mark, name = ''] = /^(from-|to-)?(.*)$/.exec(word) ?? [];
  const way = party(name);
  const receives = mark === undefined ? alone === 'receiver' : mark === 'to-';
  const direction = between(word) ?? (way !== null && receives ? opposite(way) : way);
  return direction === null ? null : { direction, way: null };
}

function between(word: string): Direction | null {
  const [, sender = '', receiver = ''] = BETWEEN.exec(word) ?? [];
  const told = party(sender);
  return told !== null && party(receiver) === opposite(told) ? told : null;
}

/** What it sends goes this way. */
function party(word: string): Direction | null {
  if (STATION.test(word)) return 'station_to_csms';
  return CSMS.test(word) ? 'csms_to_station' : null;
}
