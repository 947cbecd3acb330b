import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_TALLY } from '@ocpp-logs/core';
import { ReaderDouble } from './fixtures.ts';
import { FLEET_DAY } from './fleet-days.ts';
import { FleetTold } from './fleet-told.ts';

const TODAY = Date.UTC(2026, 0, 10);
const ever = new AbortController().signal;
const siteOf = (id: string) => ({ id, name: id, kept: 0 });

/** Of so many days, the last of them today. */
const last = (days: number) => ({ from: TODAY - (days - 1) * FLEET_DAY, to: TODAY + FLEET_DAY });

function rig() {
  const reader = new ReaderDouble();
  const fleet = new FleetTold(reader, { now: () => TODAY + FLEET_DAY / 2, monotonic: () => 0 });
  return { reader, fleet };
}

test('as many days of stations as a large site has are told', async () => {
  const { reader, fleet } = rig();
  const [days, stations] = [20, 10_000];
  reader.fleetDays = Array.from({ length: days * stations }, (_, at) => ({
    charger: `CP${at % stations}`,
    day: TODAY - Math.floor(at / stations) * FLEET_DAY,
    parts: [],
  }));
  const told = await fleet.gather([siteOf('depot')], last(days), ever, false);
  assert.equal(told.days.length, days * stations);
});

test('what was found goes to its own site, station and day', async () => {
  const { reader, fleet } = rig();
  const part = { from: TODAY, firmware: null, entry: null, tally: EMPTY_TALLY };
  reader.fleetDays = [{ charger: 'CP1', day: TODAY, parts: [part] }];
  const found = [
    { charger: 'CP1', day: TODAY, spans: [{ from: TODAY, counts: { truncated: 2 } }] },
    {
      charger: 'CP2',
      day: TODAY - FLEET_DAY,
      spans: [{ from: TODAY - FLEET_DAY, counts: { 'seq-gap': 1 } }],
    },
  ];
  const answered = reader.fleet.bind(reader);
  reader.fleet = async (query) => {
    reader.foundDays = query.site.id === 'depot' ? found : [];
    return answered(query);
  };
  const { days } = await fleet.gather([siteOf('depot'), siteOf('other')], last(2), ever, true);
  assert.deepEqual(
    days.map(({ site, charger, day, parts }) => [
      site,
      charger,
      (TODAY - day) / FLEET_DAY,
      parts[0]?.tally.findings,
    ]),
    [
      ['depot', 'CP2', 1, { 'seq-gap': 1 }],
      ['depot', 'CP1', 0, { truncated: 2 }],
      ['other', 'CP1', 0, {}],
    ],
  );
});
