/** What only the entries around an entry tell of it is the same on a page, by itself and in a search, whatever the store. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, extract, type JsonObject, NO_CONTEXT } from '@ocpp-logs/core';
import type { EntryFilter, Scope, Slot } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { OpenStore } from './opened.ts';
import { parsed } from './searches.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface More {
  readonly version?: '1.6' | '2.0.1';
  readonly messageId?: string;
  readonly answer?: JsonObject;
}

let last = 0;

function said(at: number, charger: string, action: string, call: JsonObject, more: More = {}): Entry {
  last += 1;
  const { version = '1.6', messageId = `m-${last}`, answer = {} } = more;
  const { fields } = extract({ version, action, call, answer, context: NO_CONTEXT });
  return entryAt(at, {
    charger,
    action,
    version,
    messageId,
    request: wireOf(`[2,"${messageId}","${action}",${JSON.stringify(call)}]`),
    answer: wireOf(`[3,"${messageId}",${JSON.stringify(answer)}]`),
    fields,
  });
}

const time = (ms: number) => new Date(ms).toISOString();

function event(at: number, seqNo: number, evse = 1): Entry {
  const call = {
    eventType: seqNo === 0 ? 'Started' : 'Updated',
    triggerReason: 'MeterValuePeriodic',
    timestamp: time(at),
    seqNo,
    transactionInfo: { transactionId: 'T-1' },
    evse: { id: evse, connectorId: 1 },
  };
  return said(at, 'CP1', 'TransactionEvent', call, { version: '2.0.1' });
}

function told(at: number, toldAt: number): Entry {
  const call = {
    connectorId: 1,
    transactionId: 7,
    meterValue: [{ timestamp: time(toldAt), sampledValue: [{ value: '100', unit: 'Wh' }] }],
  };
  return said(at, 'CP2', 'MeterValues', call);
}

const status = (at: number) =>
  said(at, 'CP2', 'StatusNotification', {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Available',
    timestamp: time(at),
  });

/** A station of 2.0.1 over midnight, and one of 1.6 that empties what it had kept. */
export function neighbourLog(midnight: number): readonly Entry[] {
  const boot = { reason: 'PowerUp', chargingStation: { model: 'M', vendorName: 'V' } };
  return [
    said(midnight - 3 * MINUTE, 'CP1', 'BootNotification', boot, { version: '2.0.1' }),
    said(midnight - 2 * MINUTE, 'CP1', 'Heartbeat', {}, { version: '2.0.1', messageId: 'twice' }),
    event(midnight - MINUTE, 0),
    event(midnight + MINUTE, 2),
    event(midnight + 2 * MINUTE, 4),
    event(midnight + 3 * MINUTE, 3),
    event(midnight + 4 * MINUTE, 5, 2),
    said(midnight + 5 * MINUTE, 'CP1', 'Authorize', {}, { version: '2.0.1', messageId: 'twice' }),
    status(midnight + 6 * MINUTE),
    status(midnight + 7 * MINUTE),
    told(midnight + 60 * MINUTE, midnight + 20 * MINUTE),
    told(midnight + 61 * MINUTE, midnight + 40 * MINUTE),
  ];
}

/** By place in the log: code, path, detail. */
const FOUND: Readonly<Record<number, readonly (string | null)[]>> = {
  3: ['seq-gap', 'request.seqNo', '1 of T-1'],
  5: ['seq-out-of-order', 'request.seqNo', '3 after 4 of T-1'],
  6: ['transaction-mismatch', 'request.evse.id', '2, begun on 1'],
  7: ['message-id-repeated', null, 'twice, before of Heartbeat'],
  10: ['offline-queue', null, '2 messages, up to 40 min old'],
};
const CODES = new Set(Object.values(FOUND).map(([code]) => code));

interface Row {
  readonly exchange: { readonly id: string };
  readonly validation: {
    readonly complete: boolean;
    readonly findings: readonly {
      readonly code: string;
      readonly severity: string | null;
      readonly path: string | null;
      readonly detail: string | null;
    }[];
  };
}

function shown({ validation: { findings, complete } }: Row): readonly unknown[] {
  const own = findings.filter(({ code }) => CODES.has(code));
  return [complete, ...own.map(({ code, path, detail }) => [code, path, detail])];
}

export function neighbourConformance(name: string, open: OpenStore): void {
  test(`${name}: what neighbours tell of an entry is on its page, by itself, and found by its code`, async () => {
    const store = await open();
    try {
      const midnight = Math.floor(DEPOT_TIME / DAY) * DAY + DAY;
      const entries = neighbourLog(midnight);
      const slots = entries.map((): Slot => ({ id: null }));
      const changes = entries.flatMap((entry, at) => {
        const slot = slots[at];
        return slot === undefined ? [] : [{ slot, entry }];
      });
      store.writer.apply('depot', changes);
      store.writer.commit();
      const ids = slots.map(({ id }) => id ?? 0n);
      const filter: EntryFilter = {
        site: 'depot',
        from: midnight,
        to: midnight + DAY,
        kinds: ['exchange'],
        actions: null,
        chargers: null,
        connectors: null,
        query: null,
      };
      const rendering = {
        siteName: 'Depot',
        exchange: true,
        raw: false,
        validation: true,
        neighbours: { kept: 0 },
      };
      const scope: Scope = { filter, rendering };
      const pageOf = async (asked: Scope, take: number, skip = 0): Promise<readonly Row[]> => {
        const page = await store.reader.page({ scopes: [asked], order: 'asc', take, skip, after: null });
        return JSON.parse(`[${Buffer.from(page.body).toString()}]`);
      };
      const expected = entries.map((_, at) => [true, ...(FOUND[at] === undefined ? [] : [FOUND[at]])]);
      // What stands before midnight is of another day, and tells of this one.
      assert.deepEqual((await pageOf(scope, 100)).map(shown), expected.slice(3));
      for (let at = 3; at < entries.length; at += 1) {
        assert.deepEqual((await pageOf(scope, 1, at - 3)).map(shown), [expected[at]], `entry ${at}`);
        const [picked] = await store.reader.pick({ ...filter, from: 0 }, rendering, [ids[at] ?? 0n]);
        assert.deepEqual(shown(JSON.parse(Buffer.from(picked?.body ?? '').toString())), expected[at]);
      }
      const kept = { filter, rendering: { ...rendering, neighbours: { kept: midnight } } };
      const [first] = await pageOf(kept, 1);
      assert.deepEqual(first && shown(first), [true], 'what is not kept tells nothing');
      const alone = {
        filter,
        rendering: { siteName: 'Depot', exchange: true, raw: false, validation: true },
      };
      assert.deepEqual((await pageOf(alone, 1)).map(shown), [[false]], 'nobody looked');

      for (const [place, [code = null]] of Object.entries(FOUND)) {
        const query = parsed(`finding:${code}`);
        const asked = { ...filter, query };
        const id = String(ids[Number(place)]);
        const rows = await pageOf({ filter: asked, rendering }, 10);
        assert.deepEqual(
          rows.map(({ exchange }) => exchange.id),
          [id],
          `${code}`,
        );
        assert.equal((await store.reader.facets({ filters: [asked], fields: ['action'], top: 3 })).count, 1);
        const { bins } = await store.reader.histogram({ filters: [asked], step: DAY });
        assert.deepEqual(
          bins.map(({ time: at, count }) => [at, count]),
          [[midnight, 1]],
        );
        let lines = '';
        const streamed = { scopes: [{ filter: asked, rendering }], order: 'asc', format: 'csv' } as const;
        for await (const chunk of store.reader.stream({ ...streamed, take: null }))
          lines += Buffer.from(chunk).toString();
        assert.equal(lines.split('\r\n').length, 3, 'a header and a line');
        assert.equal(await store.source.count({ filters: [asked], only: null }), 1);
        const none = { ...asked, query: parsed(`finding:${code} station:CP3`) };
        assert.equal(await store.source.count({ filters: [none], only: null }), 0);
      }
      const others = { ...filter, query: parsed('-finding:(seq-gap OR offline-queue)') };
      assert.equal(await store.source.count({ filters: [others], only: null }), entries.length - 3 - 2);
    } finally {
      await store.close();
    }
  });
}
