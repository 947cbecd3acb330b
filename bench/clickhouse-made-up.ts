/** A month of entries that SQL makes up, for benchmarks of ClickHouse alone. */

import { SEED_FROM, SEED_TO } from './seed.ts';

/** One says about so much in a month. */
const ENTRIES_PER_STATION = 6250;

/** Of each site stations that say the same eight calls; one of twenty fails. */
export function madeUp(database: string, entries: number, sites: number): string {
  const calls = ['Heartbeat', 'MeterValues', 'MeterValues', 'StatusNotification', 'MeterValues', 'Authorize'];
  const actions = [...calls, 'StartTransaction', 'StopTransaction'].map((action) => `'${action}'`).join();
  const stations = Math.ceil(entries / sites / ENTRIES_PER_STATION);
  const at = `${SEED_FROM} + intDiv(nth * ${SEED_TO - SEED_FROM}, ${Math.ceil(entries / sites)})`;
  return `INSERT INTO ${database}.entry (site, id, version, kind, charger, action, outcome, direction, ocpp, connector, statuses, texts, request)
    SELECT concat('site-', leftPad(toString(1 + number % ${sites}), 3, '0')), bitShiftLeft(toUInt64(${at}), 21), 1, 'exchange',
      concat('CP', toString(cityHash64(nth) % ${stations})), [${actions}][1 + cityHash64(nth, 1) % 8] AS called,
      if(cityHash64(nth, 2) % 20 = 0, 'error', 'answered'), 'station_to_csms', '1.6', cityHash64(nth, 3) % 3,
      if(called = 'StatusNotification', [['Available', 'Charging', 'Faulted'][1 + cityHash64(nth, 4) % 3]], []), 1,
      concat('[2,"', toString(nth), '","', called, '",{"connectorId":1,"text":"', hex(sipHash128(nth)), '"}]')
    FROM (SELECT number, intDiv(number, ${sites}) AS nth FROM numbers(${entries}))`;
}
