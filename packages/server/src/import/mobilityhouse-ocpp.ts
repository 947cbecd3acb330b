/** The Python library `ocpp` of The Mobility House, of a station or a CSMS, behind whatever the logger puts before it. */

import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { nameOf } from './names.ts';
import { CLOCK, STAMP } from './timestamp.ts';

/** What stands before the verb, verb; within a text of JSON the frame's quotes have backslashes. */
const RECORD = /^(.*?)\s*:\s+(receive(?: message)?|send(?: message)?)\s*(?=\[(?!\s*\d\s*,\s*\\)|$)/;
/** Where other programs name themselves. */
const NO_ID = /^ocpp[\d.]*j?$/i;
/** Python's basicConfig: `INFO:ocpp:`, be it behind what something else wrote before it. */
const BASIC = /^(?:.*[\s:])?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]+:/;
const TIME = new RegExp(STAMP);
const CLOCK_BEFORE = new RegExp(`(?:^|[\\s[])(${CLOCK})(?=[\\s\\]])`);
/** A record of another logger, or of this one without a frame. */
const OTHER = new RegExp(
  `^(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)[:\\s]|\\[?${STAMP}|${CLOCK}\\s|Traceback \\(most recent)`,
);

export const mobilityhouseOcpp = lineFormat({
  name: 'mobilityhouse-ocpp',
  title: 'log of the Python library ocpp',
  example: 'INFO:ocpp:CP_1: receive message [2,"17","Heartbeat",{}]',
  what: 'send and receive message lines of the Python library ocpp',
  strength: 0.9,
  marked: true,
  strange: 'no message of the library',

  begin(line, text, readTime) {
    const [all, before, verb] = RECORD.exec(headOf(text)) ?? [];
    const charger = before === undefined ? '' : chargerOf(before);
    if (all === undefined || before === undefined || charger === '' || NO_ID.test(charger))
      return OTHER.test(text) ? none('another message of the log') : null;
    const stamp = TIME.exec(before)?.[0] ?? line.stamp ?? CLOCK_BEFORE.exec(before)?.[1];
    return begunFrame(line, all.length, stamp, readTime, {
      charger: nameOf(charger),
      way: verb?.startsWith('send') === true ? 'sent' : 'received',
    });
  },
});

/** What the logger puts before the id ends with a blank, or is that of Python's basicConfig. */
function chargerOf(before: string): string {
  const basic = BASIC.exec(before)?.[0];
  if (basic !== undefined) return before.slice(basic.length).trim();
  return before.slice(before.search(/\S*$/));
}
