/** evcc, whose chargers over OCPP see a CSMS in it. */

import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { nameOf } from './names.ts';

/** Part of evcc, time, message; names of parts are padded. */
const RECORD =
  /^\s*\[([^\]\s]+)\s*\]\s+(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?)\s(.*)$/s;
/** Verb, charging station; ids are padded too. */
const MESSAGE = /^\s*(send|sent|recv|received)\s+(?:JSON message\s+(?:to|from)\s+)?(\S.*?)\s*:\s*(?=\[|$)/;

export const evcc = lineFormat({
  name: 'evcc',
  title: 'log of evcc at level trace',
  example: '[ocpp  ] TRACE 2026/01/31 12:00:00 recv CP_1: [2,"17","Heartbeat",{}]',
  what: 'send and recv lines of evcc',
  strength: 1,
  marked: true,
  kin: RECORD,
  strange: 'no line of evcc',

  begin(line, text, readTime) {
    const head = headOf(text);
    const [, part, stamp, message = ''] = RECORD.exec(head) ?? [];
    if (part === undefined) return null;
    if (!part.startsWith('ocpp')) return none('another part of evcc');
    const [all, verb, charger] = MESSAGE.exec(message) ?? [];
    if (all === undefined || charger === undefined) return none('a message of evcc that is no frame');
    const sent = verb === 'send' || verb === 'sent';
    return begunFrame(line, head.length - message.length + all.length, stamp, readTime, {
      charger: nameOf(charger),
      way: sent ? 'sent' : 'received',
      direction: sent ? 'csms_to_station' : 'station_to_csms',
    });
  },
});
