/** EVerest, a station: the `.log` of its OCPP messages (also the raw one), or its console with message details. */

import type { Direction } from '@ocpp-logs/core';
import { begunFrame, headOf, lineFormat, none } from './line-format.ts';
import { STAMP } from './timestamp.ts';

/** Time, who sent it, what follows to whom: the name of the message, or a raw frame. The frame follows pretty-printed. */
const FILE = new RegExp(`^\\s*(${STAMP}): (\\w+)>(\\w*)\\s*(.*)$`, 's');
const CONSOLE = new RegExp(`^(${STAMP}) \\[[A-Z]+\\s*\\] .*?:: +(ChargePoint|CentralSystem): (?=\\[)`);
const CONSOLE_OTHER = new RegExp(`^${STAMP} \\[[A-Z]+\\s*\\] `);

const SENDERS: Readonly<Record<string, Direction>> = {
  ChargePoint: 'station_to_csms',
  ChargingStation: 'station_to_csms',
  CentralSystem: 'csms_to_station',
  CSMS: 'csms_to_station',
};

export const everestLog = lineFormat({
  name: 'everest-log',
  title: 'OCPP log of EVerest',
  example: '2026-01-31T12:00:00.250Z: ChargePoint>CentralSystem [2,"17","Heartbeat",{}]',
  what: 'records of an OCPP log of EVerest',
  strength: 1,
  marked: true,
  strange: 'no record of EVerest',

  begin(line, text, readTime) {
    const head = headOf(text);
    const [, stamp, sender, , rest = ''] = FILE.exec(head) ?? [];
    if (stamp !== undefined && sender !== undefined) {
      const direction = SENDERS[sender];
      if (direction === undefined) return none('a message of EVerest itself');
      const at = rest.startsWith('[') ? head.length - rest.length : text.length;
      return begunFrame(line, at, stamp, readTime, { direction });
    }
    const [all, time, by = ''] = CONSOLE.exec(head) ?? [];
    if (all === undefined) return CONSOLE_OTHER.test(head) ? none('another part of EVerest') : null;
    const direction = SENDERS[by] ?? null;
    return begunFrame(line, all.length, time, readTime, { direction });
  },
});
