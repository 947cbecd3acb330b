/** Home Assistant with its `ocpp` integration, which is a CSMS. */

import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { nameOf } from './names.ts';
import { STAMP } from './timestamp.ts';

/** Time, part of Home Assistant, message. */
const RECORD = new RegExp(
  String.raw`^(${STAMP})\s+(?:TRACE|DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|FATAL)\s+\([^)]*\)\s+\[([\w.:-]+)\]\s?(.*)$`,
  's',
);
/** Charging station, verb; the id may be a URL. */
const MESSAGE = /^(\S.*?)\s*: (receive message|send(?: message)?)(?:\s+(?=\S)|\s*$)/;

export const homeAssistant = lineFormat({
  name: 'home-assistant',
  title: 'log of Home Assistant with the ocpp integration',
  example: '2026-01-31 12:00:00.254 INFO (MainThread) [ocpp] CP_1: receive message [2,"17","Heartbeat",{}]',
  what: 'lines of [ocpp] of Home Assistant',
  strength: 1,
  marked: true,
  kin: RECORD,
  strange: 'no line of Home Assistant',

  begin(line, text, readTime) {
    const head = headOf(text);
    const [, stamp, part = '', message = ''] = RECORD.exec(head) ?? [];
    if (stamp === undefined) return null;
    if (part.startsWith('websockets')) return none('text elided by websockets, no frame');
    if (!/(?:^|\.)ocpp(?:$|\.)/.test(part)) return none('another part of Home Assistant');
    const [all, charger, verb] = MESSAGE.exec(message) ?? [];
    if (all === undefined || charger === undefined)
      return none('a message of the integration that is no frame');
    const sent = verb !== 'receive message';
    return begunFrame(line, head.length - message.length + all.length, stamp, readTime, {
      charger: nameOf(charger),
      way: sent ? 'sent' : 'received',
      direction: sent ? 'csms_to_station' : 'station_to_csms',
    });
  },
});
