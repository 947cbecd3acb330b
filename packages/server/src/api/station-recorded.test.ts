import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kind, OcppLog } from '@ocpp-logs/core';
import { recordedOf, type StationEntries, sightingsOf } from './station-recorded.ts';

const DAY = Date.parse('2026-01-05T00:00:00Z');
const HOUR = 3_600_000;
const RANGE = { from: DAY + 8 * HOUR, to: DAY + 20 * HOUR };

interface Told {
  readonly kind?: Kind;
  readonly action?: string;
  readonly status?: string;
  readonly event?: Readonly<Record<string, string>>;
  readonly connection?: string | null;
  /** '' is of the whole site. */
  readonly charger?: string;
}

/** `hour`: of the day, parts of an hour too. */
function entry(
  hour: number,
  { kind = 'exchange', action, status, event, connection = 'a', charger = 'CP1' }: Told,
): OcppLog {
  // Safe: what is left out is not looked at here.
  return {
    occurrence_time: new Date(DAY + hour * HOUR).toISOString(),
    action: action ?? null,
    charger_id: charger,
    connector_id: status === undefined ? null : 1,
    request_status: status ?? null,
    request_error_code: null,
    exchange: { id: String(hour), kind, connection_id: connection, event, response_time: null },
  } as unknown as OcppLog;
}

const status = (hour: number, state: string) => entry(hour, { action: 'StatusNotification', status: state });
const beat = (hour: number) => entry(hour, { action: 'Heartbeat' });
const opened = (hour: number, connection = 'a') =>
  entry(hour, { kind: 'connection', event: { event: 'accepted' }, connection });
const closed = (hour: number) => entry(hour, { kind: 'connection', event: { event: 'closed' } });
const iso = (hour: number) => new Date(DAY + hour * HOUR).toISOString();
const gap = (from: number, to: number) =>
  entry(from, { kind: 'gap', event: { event: 'gap', from: iso(from), to: iso(to) } });
const gapOfSite = (from: number, to: number) =>
  entry(from, {
    kind: 'gap',
    event: { event: 'gap', from: iso(from), to: iso(to) },
    connection: null,
    charger: '',
  });
const atOf = ({ occurrence_time }: OcppLog) => Date.parse(occurrence_time);

function stationOf(all: readonly OcppLog[]): StationEntries {
  return {
    async read(
      { from = 0, to = Number.POSITIVE_INFINITY, kinds = ['exchange'], actions, ofSite = false },
      order,
      max,
      visit,
    ) {
      const sign = order === 'asc' ? 1 : -1;
      const found = all
        .filter((each) => atOf(each) >= from && atOf(each) < to)
        .filter(({ charger_id }) => ofSite || charger_id !== '')
        .filter(({ exchange }) => exchange !== undefined && kinds.includes(exchange.kind))
        .filter(({ action }) => actions === undefined || actions.includes(action ?? ''))
        .toSorted((a, b) => sign * (atOf(a) - atOf(b)));
      for (const each of found.slice(0, max)) visit(each);
      return { entries: Math.min(max, found.length), complete: found.length < max };
    },
    async histogram({ from, to }, step) {
      const times = all.filter(({ exchange }) => exchange?.kind === 'exchange').map(atOf);
      const bins = times
        .filter((at) => at >= from && at < to)
        .map((at) => ({ time: Math.floor(at / step) * step, count: 1, outcomes: {} }));
      return { bins, exact: true };
    },
  };
}

/** `looked`: so many calls of the range, the newest ones, were looked at. */
async function told(all: readonly OcppLog[], looked = Number.POSITIVE_INFINITY) {
  const calls = all.filter((each) => atOf(each) >= RANGE.from && each.exchange?.kind === 'exchange');
  const newest = calls.toSorted((a, b) => atOf(b) - atOf(a)).slice(0, looked);
  const messages = Promise.resolve({
    sightings: { times: newest.flatMap(sightingsOf), complete: newest.length === calls.length },
    firstSeen: Math.min(...all.map(atOf)),
  });
  const { coverage, connectors } = await recordedOf(stationOf(all), RANGE, messages);
  // Of what was heard the last message is a part: 1 ms.
  const hour = (ms: number) => Math.round(((ms - DAY) / HOUR) * 1000) / 1000;
  return {
    coverage: coverage.found.map(({ from, to, state }) => `${hour(from)}-${hour(to)} ${state}`),
    states: connectors.found.map(({ from, to, status: state }) => `${hour(from)}-${hour(to)} ${state}`),
  };
}

test('a log from elsewhere: nothing is drawn behind its last message', async () => {
  const all = [beat(9), status(9.5, 'Available'), status(10, 'Faulted'), beat(10.5), beat(11)];
  assert.deepEqual(await told(all), {
    coverage: ['8-9 blind', '9-11 heard', '11-20 blind'],
    states: ['9.5-10 Available', '10-11 Faulted'],
  });
});

test('a gap of the whole site is one of the station too, but tells nothing of when it was connected', async () => {
  const elsewhere = [gapOfSite(9, 10), beat(12), beat(13)];
  assert.deepEqual((await told(elsewhere)).coverage, ['8-12 blind', '12-13 heard', '13-20 blind']);
  const here = [opened(8), gapOfSite(9, 10), beat(12)];
  assert.deepEqual((await told(here)).coverage, ['8-9 connected', '9-10 blind', '10-20 connected']);
});

test('hours between two logs are not recorded, and no state reaches over them', async () => {
  const all = [
    beat(1),
    status(1.5, 'Faulted'),
    beat(2),
    beat(9),
    beat(9.5),
    status(14, 'Available'),
    beat(15),
  ];
  assert.deepEqual(await told(all), {
    coverage: ['8-9 blind', '9-9.5 heard', '9.5-14 blind', '14-15 heard', '15-20 blind'],
    states: ['14-15 Available'],
  });
});

test('a report before the range reaches into it where messages followed on each other', async () => {
  const all = [status(7, 'Charging'), beat(7.5), beat(8.4), beat(9)];
  assert.deepEqual((await told(all)).states, ['8-9 Charging']);
});

test('a log of last night and a connection of today: between both nothing is known', async () => {
  const all = [beat(0), status(0.5, 'Faulted'), beat(1), opened(12), status(12.5, 'Available')];
  assert.deepEqual(await told(all), {
    coverage: ['8-12 blind', '12-20 connected'],
    states: ['12.5-20 Available'],
  });
});

test('a connection that was open before the range carries its states, until nothing was recorded', async () => {
  const connected = [opened(1), status(1.5, 'Faulted'), beat(2)];
  assert.deepEqual(await told(connected), { coverage: ['8-20 connected'], states: ['8-20 Faulted'] });
  const blind = [...connected, gap(9, 10), opened(10, 'b')];
  assert.deepEqual(await told(blind), {
    coverage: ['8-9 connected', '9-10 blind', '10-20 connected'],
    states: ['8-9 Faulted'],
  });
  const before = [...connected, gap(3, 4), opened(4, 'b')];
  assert.deepEqual(await told(before), { coverage: ['8-20 connected'], states: [] });
});

test('a gap is not forgotten behind many connections that came and went', async () => {
  const often = Array.from({ length: 40 }, (_, place) => [opened(4 + place / 20), closed(4.01 + place / 20)]);
  const all = [opened(1), status(1.5, 'Faulted'), gap(3, 4), ...often.flat(), opened(7)];
  assert.deepEqual((await told(all)).states, []);
  const known = all.filter(({ exchange }) => exchange?.kind !== 'gap');
  assert.deepEqual((await told(known)).states, ['8-20 Faulted']);
});

test('of messages too many to look at, the times are known by how many there were', async () => {
  const all = [...Array.from({ length: 30 }, (_, place) => beat(9 + place / 10)), beat(16), beat(16.5)];
  const { coverage } = await told(all, 2);
  assert.deepEqual(coverage.slice(2), ['11.904-16 blind', '16-16.5 heard', '16.5-20 blind']);
  assert.deepEqual(coverage.slice(0, 2), ['8-9 blind', '9-11.904 heard']);
});
