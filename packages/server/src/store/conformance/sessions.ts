/** Charging sessions are the same in a list and by themselves, whatever store holds their entries. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, extract, type JsonObject, NO_CONTEXT } from '@ocpp-logs/core';
import type { SessionsPage, SessionsQuery } from '../sessions/question.ts';
import type { Slot } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { ConformingStore, OpenStore } from './opened.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DEPOT = { id: 'depot', name: 'Depot', kept: 0 };
const YARD = { id: 'yard', name: 'Yard', kept: 0 };

function said(
  at: number,
  charger: string,
  action: string,
  call: JsonObject,
  answer: JsonObject = {},
  version: '1.6' | '2.0.1' = '1.6',
): Entry {
  const { fields } = extract({ version, action, call, answer, context: NO_CONTEXT });
  const request = wireOf(`[2,"m1","${action}",${JSON.stringify(call)}]`);
  return entryAt(at, {
    charger,
    version,
    action,
    request,
    answer: wireOf(`[3,"m1",${JSON.stringify(answer)}]`),
    fields,
  });
}

const FROM_CSMS = { direction: 'csms_to_station' } as const;
const ACCEPTED = { idTagInfo: { status: 'Accepted' } };
const status = (at: number, charger: string, word: string) =>
  said(at, charger, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word });

/** A card that is refused. */
function refused(at: number, charger: string): readonly Entry[] {
  return [
    status(at, charger, 'Preparing'),
    said(at + 5_000, charger, 'Authorize', { idTag: 'B' }, { idTagInfo: { status: 'Invalid' } }),
    status(at + MINUTE, charger, 'Available'),
  ];
}

/** So long, with power that never comes above 100 W in its samples while the register stands; then it jumps. */
function charged(at: number, charger: string, transactionId: number, ms: number): readonly Entry[] {
  const measured = [1, 2, 3].map((n) => {
    const sampledValue = [
      { value: '100', measurand: 'Power.Active.Import', unit: 'W' },
      { value: '1001', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    ];
    const timestamp = new Date(at + (n * ms) / 4).toISOString();
    return said(at + (n * ms) / 4, charger, 'MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp, sampledValue }],
    });
  });
  const call = { connectorId: 1, idTag: 'A', meterStart: 1000, timestamp: new Date(at).toISOString() };
  return [
    said(at, charger, 'StartTransaction', call, { transactionId, ...ACCEPTED }),
    ...measured,
    said(at + ms, charger, 'StopTransaction', {
      transactionId,
      meterStop: 9000,
      timestamp: new Date(at + ms).toISOString(),
      reason: 'Local',
    }),
  ];
}

interface Told {
  readonly id: string;
  readonly entry_id: string;
  readonly charger_id: string;
  readonly site_id: string;
  readonly from: string;
  readonly cut: boolean;
  readonly state: string;
  readonly start_unseen: boolean;
  readonly verdict: {
    readonly rule: string;
    readonly text: string;
    readonly evidence: readonly { readonly entry_id: string }[];
    readonly also: readonly { readonly rule: string }[];
  };
  readonly marks?: readonly { readonly entry_id: string }[];
  readonly series?: { readonly power_w: readonly unknown[] };
}

interface Row {
  readonly exchange: { readonly id: string };
  readonly session: { readonly id: string | null; readonly role: string | null } | null;
}

function told(page: SessionsPage): readonly Told[] {
  return JSON.parse(`[${Buffer.from(page.body).toString()}]`);
}

const ALL: SessionsQuery = {
  sites: [DEPOT, YARD],
  chargers: null,
  connectors: null,
  verdicts: null,
  severities: null,
  states: null,
  from: 0,
  to: DEPOT_TIME + 10 * DAY,
  now: DEPOT_TIME + 10 * DAY,
  take: 50,
  after: null,
};

/** Ids as the store gave them, in the order of `entries`. */
function stored(store: ConformingStore, site: string, entries: readonly Entry[]): readonly string[] {
  const slots = entries.map((): Slot => ({ id: null }));
  store.writer.apply(
    site,
    entries.flatMap((entry, at) => {
      const slot = slots[at];
      return slot === undefined ? [] : [{ slot, entry }];
    }),
  );
  store.writer.commit();
  return slots.map(({ id }) => String(id));
}

export function sessionConformance(name: string, open: OpenStore): void {
  test(`${name}: sessions have the same id and verdict in a list, in pages of any size and by themselves`, async () => {
    const store = await open();
    try {
      // Over midnight, on several days and sites, at the same moment.
      const midnight = Math.floor(DEPOT_TIME / DAY) * DAY + DAY;
      const first = stored(store, 'depot', refused(midnight - 30_000, 'CP1'));
      const second = stored(store, 'depot', charged(midnight + HOUR, 'CP1', 7, HOUR));
      const third = stored(store, 'depot', charged(midnight + 3 * DAY, 'CP2', 8, HOUR));
      const fourth = stored(store, 'yard', charged(midnight + 3 * DAY, 'CP1', 7, HOUR));
      const whole = await store.reader.sessions(ALL);
      const list = told(whole);
      assert.deepEqual(
        list.map(({ site_id, entry_id }) => [site_id, entry_id]),
        [
          ['yard', fourth[0]],
          ['depot', third[0]],
          ['depot', second[0]],
          ['depot', first[0]],
        ],
      );
      assert.deepEqual(
        list.map(({ verdict }) => [verdict.rule, ...verdict.also.map(({ rule }) => rule)]),
        [
          ['charged', 'meter-jump', 'started-before-authorised'],
          ['charged', 'meter-jump', 'started-before-authorised'],
          ['charged', 'meter-jump', 'started-before-authorised'],
          ['authorisation-refused'],
        ],
      );
      assert.deepEqual(
        list[3]?.verdict.evidence.map(({ entry_id }) => entry_id),
        [first[1]],
      );
      assert.equal(whole.more, false);

      const sites = new Map([DEPOT, YARD].map((site) => [site.id, site]));
      for (const one of list) {
        const site = sites.get(one.site_id) ?? DEPOT;
        const { body } = await store.reader.session({ site, entry: BigInt(one.entry_id), now: ALL.now });
        assert.ok(body);
        const { marks, series, ...detail } = JSON.parse(Buffer.from(body).toString()) as Told & object;
        for (const [key, value] of Object.entries(one)) {
          // Safe: a summary has no other keys than a session.
          assert.deepEqual((detail as unknown as Record<string, unknown>)[key], value, key);
        }
        const own = [first, second, third, fourth].find(
          ([id]) => id === one.entry_id && one.site_id === site.id,
        );
        if (one.verdict.rule === 'charged') assert.equal(series?.power_w.length, 3);
        assert.equal(marks?.length, own?.length);
      }
      const alone = await store.reader.session({ site: DEPOT, entry: BigInt(second[1] ?? 0), now: ALL.now });
      assert.equal(alone.body, null, 'an entry that begins no session');

      for (const take of [1, 2, 3]) {
        const paged: Told[] = [];
        let { after } = ALL;
        for (let more = true; more; ) {
          const page = await store.reader.sessions({ ...ALL, take, after });
          paged.push(...told(page));
          after = page.last;
          more = page.more;
        }
        assert.deepEqual(paged, list, `${take} at a time`);
      }
    } finally {
      await store.close();
    }
  });

  test(`${name}: what is told of a station is that of its own entries of the range`, async () => {
    const store = await open();
    try {
      const boot = (at: number, charger: string) =>
        said(
          at,
          charger,
          'BootNotification',
          { chargePointVendor: 'V', chargePointModel: 'M', surplus: 1 },
          { status: 'Accepted', interval: 300, currentTime: new Date(at).toISOString() },
        );
      const boots = [0, 1, 2].map((n) => boot(DEPOT_TIME + n * MINUTE, 'CP1'));
      const ids = stored(store, 'depot', [...boots, boot(DEPOT_TIME + 3 * MINUTE, 'CP2')]);
      stored(store, 'yard', [boot(DEPOT_TIME + 4 * MINUTE, 'CP1')]);
      const ask = async (from: number, to: number, kept = 0) => {
        const query = { site: { ...DEPOT, kept }, charger: 'CP1', from, to };
        const { conclusions, findings, read, cutAt } = await store.reader.stationTold(query);
        assert.equal(cutAt, null);
        return {
          read,
          rules: conclusions.map(({ rule, evidence }) => [rule, evidence.map(({ entry }) => entry)]),
          found: findings.map(({ code, count, first }) => [code, count, first.entry]),
        };
      };
      const end = DEPOT_TIME + HOUR;
      assert.deepEqual(await ask(DEPOT_TIME, end), {
        read: 3,
        rules: [['boot-loop', ids.slice(0, 3)]],
        found: [['field-unknown', 3, ids[0]]],
      });
      const rest = { read: 2, rules: [], found: [['field-unknown', 2, ids[1]]] };
      assert.deepEqual(await ask(DEPOT_TIME + 1, end), rest);
      assert.deepEqual(await ask(DEPOT_TIME, end, DEPOT_TIME + 1), rest, 'what is not kept is not told');
      assert.deepEqual(await ask(end, end + 1), { read: 0, rules: [], found: [] });
    } finally {
      await store.close();
    }
  });

  test(`${name}: an entry tells the session that the list has it in, on whatever page it is`, async () => {
    const store = await open();
    try {
      const midnight = Math.floor(DEPOT_TIME / DAY) * DAY + DAY;
      const entries = [
        ...refused(midnight - 3 * DAY, 'CP1'),
        said(midnight - 2 * DAY, 'CP1', 'Heartbeat', {}),
        // It ends on the second day after the one on which it began.
        ...charged(midnight - HOUR, 'CP1', 7, 30 * HOUR),
        ...refused(midnight + 40 * DAY, 'CP1'),
      ];
      const ids = stored(store, 'depot', entries);
      stored(store, 'yard', refused(midnight, 'CP1'));
      const listed = told(
        await store.reader.sessions({ ...ALL, to: midnight + 50 * DAY, now: midnight + 50 * DAY }),
      );
      assert.equal(listed.length, 4);
      const expected = new Map<string, string>();
      for (const one of listed) {
        const site = one.site_id === 'yard' ? YARD : DEPOT;
        const { body } = await store.reader.session({
          site,
          entry: BigInt(one.entry_id),
          now: midnight + 50 * DAY,
        });
        // Safe: the conformance of lists holds it to its form.
        const { marks = [] } = JSON.parse(Buffer.from(body ?? '').toString()) as Told;
        if (site === DEPOT) for (const mark of marks) expected.set(mark.entry_id, one.id);
      }
      const filter = {
        site: 'depot',
        from: 0,
        to: midnight + 50 * DAY,
        kinds: ['exchange'] as const,
        actions: null,
        chargers: null,
        connectors: null,
        query: null,
      };
      const rendering = { siteName: 'Depot', exchange: true, raw: false, session: { kept: 0 } };
      for (const take of [100, 1, 4]) {
        const found: [string, string | null][] = [];
        for (let skip = 0; skip < entries.length; skip += take) {
          const scopes = [{ filter, rendering }];
          const { body } = await store.reader.page({ scopes, order: 'asc', take, skip, after: null });
          const page: readonly Row[] = JSON.parse(`[${Buffer.from(body).toString()}]`);
          found.push(
            ...page.map(
              ({ exchange, session }) => [exchange.id, session?.id ?? null] as [string, string | null],
            ),
          );
        }
        assert.deepEqual(
          found,
          ids.map((id) => [id, expected.get(id) ?? null]),
          `${take} at a time`,
        );
      }
      const beat = entries.findIndex(({ action }) => action === 'Heartbeat');
      assert.equal(expected.get(ids[beat] ?? ''), undefined);
      assert.equal(expected.size, entries.length - 1);
    } finally {
      await store.close();
    }
  });

  test(`${name}: sessions are chosen by site, station, time, verdict, severity, state and what is kept`, async () => {
    const store = await open();
    try {
      const bad = stored(store, 'depot', refused(DEPOT_TIME, 'CP1'));
      const good = stored(store, 'depot', charged(DEPOT_TIME + 5 * MINUTE, 'CP2', 7, HOUR));
      stored(store, 'yard', refused(DEPOT_TIME, 'CP1'));
      const asked = async (query: Partial<SessionsQuery>) =>
        told(await store.reader.sessions({ ...ALL, sites: [DEPOT], ...query })).map(
          ({ entry_id }) => entry_id,
        );
      assert.deepEqual(await asked({}), [good[0], bad[0]]);
      assert.deepEqual(await asked({ chargers: ['CP1'] }), [bad[0]]);
      assert.deepEqual(await asked({ connectors: [2] }), []);
      assert.deepEqual(await asked({ connectors: [1] }), [good[0], bad[0]]);
      assert.deepEqual(await asked({ verdicts: ['charged'] }), [good[0]]);
      assert.deepEqual(await asked({ severities: ['failure'] }), [bad[0]]);
      assert.deepEqual(await asked({ states: ['ended'] }), [good[0]]);
      assert.deepEqual(await asked({ from: DEPOT_TIME + 1 }), [good[0]]);
      assert.deepEqual(await asked({ to: DEPOT_TIME + 1 }), [bad[0]]);
      assert.deepEqual(await asked({ sites: [{ ...DEPOT, kept: DEPOT_TIME + 2 * MINUTE }] }), [good[0]]);
      assert.deepEqual(await asked({ to: DEPOT_TIME }), []);
    } finally {
      await store.close();
    }
  });

  test(`${name}: a session that goes on for longer than is read for it is said to be cut`, async () => {
    const store = await open();
    try {
      stored(store, 'depot', charged(DEPOT_TIME, 'CP1', 7, 6 * DAY));
      const [end, start] = told(await store.reader.sessions(ALL));
      assert.deepEqual([start?.cut, start?.state, start?.start_unseen], [true, 'running', false]);
      assert.deepEqual([end?.cut, end?.state, end?.start_unseen], [false, 'ended', true]);
      const [running] = told(
        await store.reader.sessions({ ...ALL, now: DEPOT_TIME + DAY, to: DEPOT_TIME + 1 }),
      );
      assert.equal(running?.cut, false, 'nothing more can have come by then');
      const since = new Date(DEPOT_TIME).toISOString().slice(0, 16).replace('T', ' ');
      assert.equal(running?.verdict.text, `Charging since ${since} UTC; 1 Wh so far.`);
      assert.match(start?.verdict.text ?? '', /^Was charging at .* UTC, as far as is read; /);
    } finally {
      await store.close();
    }
  });
  test(`${name}: what NotifyEvent and ReserveNow tell counts in a list and in a session alike`, async () => {
    const store = await open();
    try {
      const notified = (at: number, variable: string, actualValue: string) => {
        const component = { name: 'Connector', evse: { id: 1, connectorId: 1 } };
        const eventData = [{ actualValue, component, variable: { name: variable } }];
        return said(at, 'CP9', 'NotifyEvent', { eventData }, {}, '2.0.1');
      };
      const [plug, ...rest] = stored(store, 'depot', [
        notified(DEPOT_TIME, 'AvailabilityState', 'Occupied'),
        notified(DEPOT_TIME + MINUTE, 'Problem', 'true'),
        notified(DEPOT_TIME + 5 * MINUTE, 'AvailabilityState', 'Available'),
      ]);
      const reserve = { connectorId: 1, idTag: 'B', reservationId: 5, expiryDate: '2100-01-01T00:00:00Z' };
      const start = { connectorId: 1, idTag: 'A' };
      const [, , remote] = stored(store, 'depot', [
        { ...said(DEPOT_TIME, 'CP1', 'ReserveNow', reserve, { status: 'Accepted' }), ...FROM_CSMS },
        status(DEPOT_TIME + MINUTE, 'CP1', 'Reserved'),
        {
          ...said(DEPOT_TIME + HOUR, 'CP1', 'RemoteStartTransaction', start, { status: 'Rejected' }),
          ...FROM_CSMS,
        },
        said(DEPOT_TIME + 2 * HOUR, 'CP1', 'Heartbeat', {}),
      ]);
      const listed = told(await store.reader.sessions(ALL));
      assert.deepEqual(
        listed.map(({ entry_id, verdict }) => [entry_id, verdict.rule]),
        [
          [remote, 'reserved-for-other'],
          [plug, 'connector-error'],
        ],
      );
      const asked = { site: DEPOT, entry: BigInt(plug ?? 0), now: ALL.now };
      const { body } = await store.reader.session(asked);
      // Safe: the conformance of lists holds it to its form.
      const { marks = [] } = JSON.parse(Buffer.from(body ?? '').toString()) as Told;
      assert.deepEqual(
        marks.map(({ entry_id }) => entry_id),
        [plug, ...rest],
      );
    } finally {
      await store.close();
    }
  });
}
