/** MicroOcpp, a station: what it prints on its console, perhaps behind the time of a serial monitor. */

import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { CLOCK, STAMP } from './timestamp.ts';

/** Older versions name themselves OCPP, ArduinoOcpp AO. */
const RECORD = /^(.*?)\[(?:OCPP|MO|AO)\] (Send|Recv|To WS lib|From WS lib):(?:\s+(?=\S)|\s*$)/;
const OTHER = /^.{0,80}?\[(?:OCPP|MO|AO)\] /;
const TIME = new RegExp(STAMP);
const CLOCK_BEFORE = new RegExp(`^\\s*\\[?(${CLOCK})\\]?\\s`);

export const microOcpp = lineFormat({
  name: 'microocpp',
  title: 'console of MicroOcpp',
  example: '[OCPP] Send: [2,"17","Heartbeat",{}]',
  what: 'Send and Recv lines of MicroOcpp',
  strength: 1,
  marked: true,
  kin: OTHER,
  strange: 'no line of MicroOcpp',

  begin(line, text, readTime) {
    const [all, before = '', verb] = RECORD.exec(headOf(text)) ?? [];
    if (all === undefined) return OTHER.test(text) ? none('a message of MicroOcpp that is no frame') : null;
    const stamp = TIME.exec(before)?.[0] ?? line.stamp ?? CLOCK_BEFORE.exec(before)?.[1];
    const sent = verb === 'Send' || verb === 'To WS lib';
    return begunFrame(line, all.length, stamp, readTime, {
      way: sent ? 'sent' : 'received',
      direction: sent ? 'station_to_csms' : 'csms_to_station',
    });
  },
});
