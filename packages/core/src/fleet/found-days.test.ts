import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstIdAt } from '../entry.ts';
import type { FindingCode } from '../finding.ts';
import { exchange, T0 } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';
import { type FoundDay, StationFindings, withFindings } from './found-days.ts';
import { FLEET_DAY_MS, type StationDay } from './station-day.ts';
import { EMPTY_TALLY } from './tally.ts';

const DAY = Math.floor(T0 / FLEET_DAY_MS) * FLEET_DAY_MS;
const RANGE = { from: DAY, to: DAY + 2 * FLEET_DAY_MS };
const HOUR = 3600;
const HOUR_MS = 3_600_000;
/** s from T0, which is 10 o'clock, to midnight. */
const MIDNIGHT = 14 * HOUR;

const idAt = (seconds: number) => String(firstIdAt(T0 + seconds * 1000));

function having(seconds: number, ...codes: readonly FindingCode[]): SeenEntry {
  const entry = exchange(seconds, 'Heartbeat', {}, {}, { id: idAt(seconds) });
  return { ...entry, findings: codes.map((code) => ({ code })) };
}

const boot = (seconds: number, firmwareVersion: string) =>
  exchange(seconds, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion });

function foundIn(log: readonly SeenEntry[], ...neighbours: readonly [code: string, entry: string][]) {
  const station = new StationFindings('CP-1', RANGE);
  for (const entry of log) station.see(entry);
  for (const [code, entry] of neighbours) station.tell(code, entry);
  return station.days();
}

const counts = (days: readonly FoundDay[]) =>
  days.map(({ day, spans }) => [(day - DAY) / FLEET_DAY_MS, spans.map((span) => span.counts)]);

test('an entry counts once for each code, on its day, and none of other days does', () => {
  const days = foundIn([
    having(-11 * HOUR, 'truncated'),
    having(0, 'unit-assumed', 'unit-assumed', 'call-resent'),
    having(HOUR, 'unit-assumed'),
    having(MIDNIGHT, 'truncated'),
    having(MIDNIGHT + 24 * HOUR, 'truncated'),
  ]);
  assert.deepEqual(counts(days), [
    [0, [{ 'unit-assumed': 2, 'call-resent': 1 }]],
    [1, [{ truncated: 1 }]],
  ]);
});

test('what neighbours tell counts at its entry, once whatever they tell of it', () => {
  const gap = ['seq-gap', idAt(HOUR)] as const;
  const days = foundIn(
    [having(0, 'truncated'), having(HOUR), having(2 * HOUR)],
    [...gap],
    [...gap],
    ['seq-gap', idAt(2 * HOUR)],
    ['seq-gap', idAt(MIDNIGHT + 30 * HOUR)],
  );
  assert.deepEqual(counts(days), [[0, [{ truncated: 1, 'seq-gap': 2 }]]]);
});

test('what was found counts for the firmware that ran, also where a station was told otherwise in parts', () => {
  const [found] = foundIn([
    having(-HOUR, 'truncated'),
    boot(0, '1.0'),
    having(HOUR, 'truncated'),
    boot(2 * HOUR, '1.0'),
    having(3 * HOUR, 'call-resent'),
    boot(4 * HOUR, '1.1'),
    having(5 * HOUR, 'truncated'),
  ]);
  assert.ok(found !== undefined);
  assert.deepEqual(
    found.spans.map(({ from }) => (from - DAY) / HOUR_MS),
    [0, 10, 14],
  );
  const part = (hour: number, version: string) => ({
    from: DAY + hour * HOUR_MS,
    firmware: { vendor: 'V', model: 'M', version },
    entry: null,
    tally: { ...EMPTY_TALLY, entries: hour },
  });
  const station: StationDay = {
    charger: 'CP-1',
    day: DAY,
    parts: [part(0, '0.9'), part(10, '1.0'), part(14, '1.1')],
  };
  const [told] = withFindings(DAY, [station], [found], () => null);
  assert.deepEqual(
    told?.parts.map(({ firmware, tally }) => [firmware?.version, tally.entries, tally.findings]),
    [
      ['0.9', 0, { truncated: 1 }],
      ['1.0', 10, { truncated: 1, 'call-resent': 1 }],
      ['1.1', 14, { truncated: 1 }],
    ],
  );
  // Of one firmware alone all of it is.
  const [whole] = withFindings(DAY, [{ ...station, parts: [part(0, '0.9')] }], [found], () => null);
  assert.deepEqual(whole?.parts[0]?.tally.findings, { truncated: 3, 'call-resent': 1 });
});

test('a station of which nothing else is known on a day is told with what was found', () => {
  const [found] = foundIn([having(0, 'field-unknown')]);
  assert.ok(found !== undefined);
  const firmware = { vendor: 'V', model: 'M', version: '1' };
  const told = withFindings(DAY, [{ charger: 'CP-2', day: DAY, parts: [] }], [found], (charger) =>
    charger === 'CP-1' ? firmware : null,
  );
  assert.deepEqual(told, [
    { charger: 'CP-2', day: DAY, parts: [] },
    {
      charger: 'CP-1',
      day: DAY,
      parts: [
        { from: DAY, firmware, entry: null, tally: { ...EMPTY_TALLY, findings: { 'field-unknown': 1 } } },
      ],
    },
  ]);
});
