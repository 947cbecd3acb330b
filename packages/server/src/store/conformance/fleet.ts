/** Days of stations are the same whatever store holds their entries. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ConnectionEvent,
  type Entry,
  extract,
  type FleetTally,
  type JsonObject,
  NO_CONTEXT,
  type StationDay,
  sumOfTallies,
} from '@ocpp-logs/core';
import { unpackedDay } from '../fleet/packed.ts';
import type { FleetAnswer, FleetQuery } from '../fleet/question.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { ConformingStore, OpenStore } from './opened.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TODAY = Math.floor(DEPOT_TIME / DAY) * DAY;
const DEPOT = { id: 'depot', name: 'Depot', kept: 0 };
const ONE_DAY: FleetQuery = { site: DEPOT, from: TODAY, to: TODAY + DAY, now: TODAY + 9 * DAY, known: [] };

function said(
  at: number,
  charger: string,
  action: string,
  call: JsonObject,
  answer: JsonObject = {},
  over: Partial<Entry> = {},
): Entry {
  const { fields } = extract({ version: over.version ?? '1.6', action, call, answer, context: NO_CONTEXT });
  const request = wireOf(`[2,"m1","${action}",${JSON.stringify(call)}]`);
  return entryAt(at, {
    charger,
    action,
    request,
    answer: wireOf(`[3,"m1",${JSON.stringify(answer)}]`),
    fields,
    ...over,
  });
}

const BARE = {
  action: null,
  outcome: null,
  direction: null,
  request: null,
  answer: null,
  answeredAt: null,
  latency: null,
  fields: {},
} as const;

function connection(at: number, charger: string, event: ConnectionEvent): Entry {
  return entryAt(at, { ...BARE, charger, kind: 'connection', event });
}

const status = (at: number, charger: string, word: string) =>
  said(at, charger, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word });
const boot = (at: number, charger: string, firmwareVersion: string) =>
  said(at, charger, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion });
const refused = (at: number, charger: string) => [
  status(at - 1_000, charger, 'Preparing'),
  said(at, charger, 'Authorize', { idTag: 'B' }, { idTagInfo: { status: 'Invalid' } }),
  status(at + 1_000, charger, 'Available'),
];

function keep(store: ConformingStore, site: string, entries: readonly Entry[]): void {
  store.writer.apply(
    site,
    entries.map((entry) => ({ slot: { id: null }, entry })),
  );
  store.writer.commit();
}

const daysOf = ({ days }: FleetAnswer): readonly StationDay[] => days.flatMap(unpackedDay<StationDay>);

function tallyOf(days: readonly StationDay[], charger: string): FleetTally {
  const own = days.filter((day) => day.charger === charger);
  return sumOfTallies(own.flatMap(({ parts }) => parts.map(({ tally }) => tally)));
}

const hours = ({ uptime }: FleetTally) =>
  [uptime.watchedMs, uptime.connectedMs, uptime.faultedMs].map((ms) => ms / HOUR);

export function fleetConformance(name: string, open: OpenStore): void {
  test(`${name}: what stations did on a day rests on what was before it and came after`, async () => {
    const store = await open();
    try {
      keep(store, 'depot', [
        // Long before: connected ever since, faulted ever since, and one of which a boot alone is known.
        boot(TODAY - 20 * DAY, 'CP1', '1.0'),
        connection(TODAY - 20 * DAY, 'CP1', { event: 'accepted' }),
        connection(TODAY - 20 * DAY, 'CP2', { event: 'accepted' }),
        status(TODAY - 20 * DAY, 'CP2', 'Faulted'),
        connection(TODAY - 10 * DAY, 'gone', { event: 'closed' }),
        connection(TODAY - 20 * DAY, 'mended', { event: 'accepted' }),
        status(TODAY - 20 * DAY, 'mended', 'Faulted'),
        status(TODAY - 19 * DAY, 'mended', 'Available'),
        // The day itself.
        ...refused(TODAY + 2 * HOUR, 'CP1'),
        boot(TODAY + 12 * HOUR, 'CP1', '1.1'),
        ...refused(TODAY + 20 * HOUR, 'CP1'),
        status(TODAY + 6 * HOUR, 'CP2', 'Available'),
        connection(TODAY + 12 * HOUR, 'CP2', { event: 'closed' }),
        status(TODAY + 3 * HOUR, 'imported', 'Available'),
        // The day after.
        ...refused(TODAY + 25 * HOUR, 'CP1'),
      ]);
      keep(store, 'yard', refused(TODAY + 2 * HOUR, 'CP1'));
      const known = ['CP1', 'CP2', 'gone', 'mended', 'imported'].map((id) => ({ id, silentSince: null }));
      const answer = await store.reader.fleet({ ...ONE_DAY, known });
      const [days, { cut, read }] = [daysOf(answer), answer];
      assert.equal(cut, false);
      assert.ok(read > 0);
      assert.deepEqual(hours(tallyOf(days, 'CP1')), [24, 24, 0]);
      assert.deepEqual(hours(tallyOf(days, 'CP2')), [24, 12, 6]);
      assert.deepEqual(hours(tallyOf(days, 'gone')), [24, 0, 0]);
      assert.deepEqual(hours(tallyOf(days, 'mended')), [24, 24, 0]);
      assert.deepEqual(hours(tallyOf(days, 'imported')), [0, 0, 0]);
      const own = days.filter(({ charger }) => charger === 'CP1');
      assert.deepEqual(
        own.flatMap(({ day, parts }) =>
          parts.map(({ firmware, tally }) => [day, firmware?.version, tally.attempts.failed]),
        ),
        [
          [TODAY, '1.0', 1],
          [TODAY, '1.1', 1],
        ],
      );
      assert.deepEqual(tallyOf(days, 'CP1').causes, { 'authorisation-refused': 2 });
    } finally {
      await store.close();
    }
  });

  test(`${name}: OCPP 2.x: faults that NotifyEvent told on the day, and long before it`, async () => {
    const store = await open();
    const told = (
      at: number,
      charger: string,
      variable: string,
      actualValue: string,
      more: JsonObject = {},
    ) => {
      const component = { name: 'Connector', evse: { id: 1, connectorId: 1 } };
      const call = { eventData: [{ component, variable: { name: variable }, actualValue, ...more }] };
      return said(at, charger, 'NotifyEvent', call, {}, { version: '2.0.1' });
    };
    const twoX = (at: number, charger: string, connectorId: number, connectorStatus: string) => {
      const call = { evseId: 1, connectorId, connectorStatus };
      return said(at, charger, 'StatusNotification', call, {}, { version: '2.0.1' });
    };
    const chargers = ['state', 'problem', 'cleared', 'status', 'booted', 'beside', 'day'];
    const before = TODAY - 20 * DAY;
    try {
      keep(store, 'depot', [
        ...chargers.map((charger) => connection(before - HOUR, charger, { event: 'accepted' })),
        told(before, 'state', 'AvailabilityState', 'Available'),
        told(before + HOUR, 'state', 'AvailabilityState', 'Faulted'),
        told(before, 'problem', 'Problem', 'true'),
        told(before, 'cleared', 'Problem', 'true'),
        told(before + HOUR, 'cleared', 'Problem', 'true', { cleared: true }),
        told(before, 'status', 'Problem', 'true'),
        twoX(before + HOUR, 'status', 1, 'Available'),
        told(before, 'booted', 'Problem', 'true'),
        boot(before + HOUR, 'booted', '1.0'),
        // Another connector of its EVSE tells nothing of it.
        told(before, 'beside', 'AvailabilityState', 'Faulted'),
        twoX(before + HOUR, 'beside', 2, 'Available'),
        told(TODAY + 6 * HOUR, 'state', 'AvailabilityState', 'Available'),
        told(TODAY + 6 * HOUR, 'day', 'Problem', 'true'),
        told(TODAY + 9 * HOUR, 'day', 'Problem', 'false'),
      ]);
      const known = chargers.map((id) => ({ id, silentSince: null }));
      const days = daysOf(await store.reader.fleet({ ...ONE_DAY, known }));
      assert.deepEqual(
        chargers.map((charger) => hours(tallyOf(days, charger))[2]),
        [6, 24, 0, 0, 0, 24, 3],
      );
    } finally {
      await store.close();
    }
  });

  test(`${name}: while the server was stopped or crashed nothing was watched`, async () => {
    const store = await open();
    const shutdown = { event: 'closed', ended_by: 'server', how: 'shutdown' } as const;
    const iso = (at: number) => new Date(at).toISOString();
    const crash = (from: number, to: number, charger: string, id: string | null): Entry =>
      entryAt(from, {
        ...BARE,
        charger,
        kind: 'gap',
        connection: id,
        event: { event: 'gap', from: iso(from), to: iso(to), reason: 'crash' },
      });
    try {
      keep(store, 'depot', [
        connection(TODAY - HOUR, 'CP1', { event: 'accepted' }),
        connection(TODAY - HOUR, 'CP2', { event: 'accepted' }),
        connection(TODAY + 2 * HOUR, 'CP1', shutdown),
        connection(TODAY + 2 * HOUR, 'CP2', shutdown),
        // CP2 is back when the server is, CP1 an hour later.
        connection(TODAY + 5 * HOUR, 'CP2', { event: 'accepted' }),
        connection(TODAY + 6 * HOUR, 'CP1', { event: 'accepted' }),
        crash(TODAY + 10 * HOUR, TODAY + 14 * HOUR, '', null),
        crash(TODAY + 10 * HOUR, TODAY + 14 * HOUR, 'CP1', 'c-1'),
        crash(TODAY + 10 * HOUR, TODAY + 14 * HOUR, 'CP2', 'c-1'),
        connection(TODAY + 14 * HOUR, 'CP1', { event: 'accepted' }),
      ]);
      const days = daysOf(await store.reader.fleet(ONE_DAY));
      assert.deepEqual(hours(tallyOf(days, 'CP1')), [24 - 3 - 4, 2 + 4 + 10, 0]);
      assert.deepEqual(hours(tallyOf(days, 'CP2')), [24 - 3 - 4, 2 + 5, 0]);
    } finally {
      await store.close();
    }
  });

  test(`${name}: a transaction whose meter goes on has not ended, and what is not kept is not read`, async () => {
    const store = await open();
    const start = (at: number, charger: string, transactionId: number) => {
      const call = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: new Date(at).toISOString() };
      return said(at, charger, 'StartTransaction', call, {
        transactionId,
        idTagInfo: { status: 'Accepted' },
      });
    };
    const meter = (at: number, charger: string, transactionId: number) =>
      said(at, charger, 'MeterValues', { connectorId: 1, transactionId, meterValue: [] });
    try {
      keep(store, 'depot', [
        start(TODAY + HOUR, 'CP1', 7),
        meter(TODAY + 20 * HOUR, 'CP1', 7),
        status(TODAY + 21 * HOUR, 'CP1', 'Charging'),
        start(TODAY + HOUR, 'CP2', 8),
        said(TODAY + 21 * HOUR, 'CP2', 'Authorize', { idTag: 'Z' }, { idTagInfo: { status: 'Invalid' } }),
      ]);
      const days = daysOf(await store.reader.fleet(ONE_DAY));
      const { tries, failed } = tallyOf(days, 'CP1').attempts;
      assert.deepEqual([tries, failed], [1, 0]);
      assert.deepEqual(tallyOf(days, 'CP2').causes, { 'stop-missing': 1, 'authorisation-refused': 1 });
      const late = await store.reader.fleet({ ...ONE_DAY, site: { ...DEPOT, kept: TODAY + 20 * HOUR } });
      assert.equal(tallyOf(daysOf(late), 'CP2').entries, 1);
    } finally {
      await store.close();
    }
  });

  test(`${name}: lengths of messages come from entries over all of the time`, async () => {
    const store = await open();
    try {
      const short = Array.from({ length: 100 }, (_, n) => status(TODAY + n * 60_000, 'CP1', 'Available'));
      const long = Array.from({ length: 40 }, (_, n) =>
        said(TODAY + 20 * HOUR + n * 60_000, 'CP2', 'DataTransfer', {
          vendorId: 'V',
          data: 'x'.repeat(1_000),
        }),
      );
      keep(store, 'depot', [...short, ...long, connection(TODAY, 'CP1', { event: 'accepted' })]);
      const query = { site: DEPOT, from: TODAY, to: TODAY + DAY, sample: 200 };
      const { stations, read } = await store.reader.sizes(query);
      const of = (name: string) => stations.find(({ charger }) => charger === name);
      // Ten at each of twenty steps of 72 minutes; either station speaks in two of them.
      assert.deepEqual([of('CP1')?.entries, of('CP2')?.entries], [20, 20]);
      assert.ok((of('CP2')?.bytes ?? 0) > 20 * 1_000);
      assert.ok((of('CP1')?.bytes ?? 0) < 20 * 200);
      assert.ok(read >= 40);
    } finally {
      await store.close();
    }
  });
}
