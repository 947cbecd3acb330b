/** SteVe, a CSMS: what its WebSocketLogger writes. */

import type { ConnectionEvent } from '@ocpp-logs/core';
import type { Begun } from './begun.ts';
import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { nameOf } from './names.ts';
import { type ReadTime, STAMP } from './timestamp.ts';

const MARK = '[chargeBoxId=';
/** Blanks may have become tabs on the way. */
const RECORD =
  /\[chargeBoxId=(.*?),\s*sessionId=([^\]\s]*)\]\s+(?:(Sending|Received):\s*|(?:New c|C)onnection (?:is )?(established|closed))/y;
/** Of Spring's CloseStatus. */
const CLOSE_STATUS = /CloseStatus\[code=(\d{3,4}),\s*reason=(.*)\]/;
const TIME = new RegExp(STAMP);
const OTHER = new RegExp(`^(?:\\[[A-Z]+\\s*\\]\\s+)?${STAMP}\\s`);

const TORN = /WebSocketLogger|\[chargeBoxId=/;

function isWhole(text: string): boolean {
  const mark = headOf(text).indexOf(MARK);
  if (mark < 0) return false;
  RECORD.lastIndex = mark;
  const [, , , , change] = RECORD.exec(text) ?? [];
  // Of a connection that was closed the status is the rest of the line.
  return RECORD.lastIndex > 0 && (change !== 'closed' || text.endsWith(']'));
}

export const steve = lineFormat({
  name: 'steve',
  title: 'log of SteVe',
  example:
    '[INFO ] 2026-01-31 12:00:00,110 de.rwth.idsg.steve.ocpp.ws.WebSocketLogger - [chargeBoxId=CP_1, sessionId=5863aadf] Received: [2,"17","Heartbeat",{}]',
  what: 'lines of the WebSocketLogger of SteVe',
  strength: 1,
  marked: true,
  kin: new RegExp(`^(?:\\[[A-Z]+\\s*\\]\\s+)?${STAMP}\\s+de\\.rwth\\.idsg\\.`),
  head: {
    begins: (text) => OTHER.test(text),
    isTorn: (text) => TORN.test(text) && OTHER.test(text) && !isWhole(text),
    isWhole,
  },
  strange: 'no line of the WebSocketLogger',

  begin(line, text, readTime) {
    const mark = headOf(text).indexOf(MARK);
    if (mark < 0) return OTHER.test(text) ? none('another part of SteVe') : null;
    RECORD.lastIndex = mark;
    const [all, cut, session, way, change] = RECORD.exec(text) ?? [];
    if (all === undefined || cut === undefined) return none('a message of the connection that is no frame');
    const stamp = TIME.exec(text.slice(0, mark))?.[0];
    const charger = nameOf(cut);
    const connection = session === undefined || session === '' ? null : nameOf(session);
    if (change === undefined) {
      return begunFrame(line, mark + all.length, stamp, readTime, {
        charger,
        connection,
        way: way === 'Sending' ? 'sent' : 'received',
        direction: way === 'Sending' ? 'csms_to_station' : 'station_to_csms',
      });
    }
    return eventOf(line.number, { charger, connection }, timeOf(stamp ?? line.stamp, readTime), change, text);
  },
});

function timeOf(stamp: string | null, readTime: ReadTime): string | null {
  return stamp === null ? null : readTime(stamp);
}

function eventOf(
  line: number,
  told: { readonly charger: string; readonly connection: string | null },
  time: string | null,
  change: string,
  text: string,
): Begun {
  return { kind: 'event', line, ...told, time, event: change === 'established' ? ACCEPTED : closed(text) };
}

const ACCEPTED: ConnectionEvent = { event: 'accepted' };

function closed(text: string): ConnectionEvent {
  const [, code, reason] = CLOSE_STATUS.exec(text) ?? [];
  if (code === undefined) return { event: 'closed' };
  const told = reason === undefined || reason === 'null' || reason === '' ? {} : { reason };
  return { event: 'closed', close_code: Number(code), ...told };
}
