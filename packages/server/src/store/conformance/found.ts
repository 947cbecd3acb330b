/** What the fleet counts as found is what entries say when they are opened, and what searches show, whatever the store. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, FINDINGS, type FoundDay, KINDS } from '@ocpp-logs/core';
import { unpackedDay } from '../fleet/packed.ts';
import type { EntryFilter } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import { neighbourLog } from './neighbours.ts';
import type { OpenStore } from './opened.ts';
import { parsed } from './searches.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MIDNIGHT = Math.floor(DEPOT_TIME / DAY) * DAY + DAY;
const DEPOT = { id: 'depot', name: 'Depot', kept: 0 };

const UNKNOWN_FIELD = {
  action: 'Heartbeat',
  request: wireOf('[2,"m1","Heartbeat",{"extra":1,"more":2}]'),
  fields: {},
};

/** Entries of all that a finding can be made of, and around them what other days have. */
const LOG: readonly Entry[] = [
  ...neighbourLog(MIDNIGHT),
  entryAt(MIDNIGHT - 1, { charger: 'CP3', ...UNKNOWN_FIELD }),
  entryAt(MIDNIGHT, { charger: 'CP3', ...UNKNOWN_FIELD }),
  entryAt(MIDNIGHT + 2 * MINUTE, {
    charger: 'CP3',
    findings: [{ code: 'call-resent' }, { code: 'unit-assumed' }, { code: 'unit-assumed' }],
  }),
  entryAt(MIDNIGHT + 3 * MINUTE, { charger: 'CP3', kind: 'orphan', findings: [{ code: 'orphan-answer' }] }),
  entryAt(MIDNIGHT + DAY - 1, { charger: 'CP3', ...UNKNOWN_FIELD }),
  entryAt(MIDNIGHT + DAY, { charger: 'CP3', ...UNKNOWN_FIELD }),
];

interface Row {
  readonly charger_id: string;
  readonly validation: {
    readonly complete: boolean;
    readonly findings: readonly { readonly code: string }[];
  };
}

type Counts = Readonly<Record<string, number>>;

/** Of every entry, opened one by one. */
function told(rows: readonly Row[]): Readonly<Record<string, Counts>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { charger_id: charger, validation } of rows) {
    const own = counts[charger] ?? {};
    for (const code of new Set(validation.findings.map((finding) => finding.code))) {
      counts[charger] = own;
      own[code] = (own[code] ?? 0) + 1;
    }
  }
  return counts;
}

export function foundConformance(name: string, open: OpenStore): void {
  test(`${name}: the fleet counts as found what each entry says, and what a search for it shows`, async () => {
    const store = await open();
    try {
      store.writer.apply(
        'depot',
        LOG.map((entry) => ({ slot: { id: null }, entry })),
      );
      store.writer.commit();
      const filter: EntryFilter = {
        site: 'depot',
        from: MIDNIGHT,
        to: MIDNIGHT + DAY,
        kinds: KINDS,
        actions: null,
        chargers: null,
        connectors: null,
        query: null,
      };
      const rendering = { siteName: 'Depot', exchange: true, raw: false, validation: true };
      const scope = { filter, rendering: { ...rendering, neighbours: { kept: 0 } } };
      const page = await store.reader.page({
        scopes: [scope],
        order: 'asc',
        take: 100,
        skip: 0,
        after: null,
      });
      const shown = told(JSON.parse(`[${Buffer.from(page.body).toString()}]`));
      const query = { site: DEPOT, from: MIDNIGHT, to: MIDNIGHT + DAY, now: MIDNIGHT + 9 * DAY, known: [] };
      const answer = await store.reader.fleet({ ...query, findings: true });
      assert.equal(answer.cut, false);
      const days = answer.days.flatMap(unpackedDay<FoundDay>);
      assert.ok(days.every(({ day, spans }) => day === MIDNIGHT && spans.length === 1));
      const counted = Object.fromEntries(days.map(({ charger, spans }) => [charger, spans[0]?.counts ?? {}]));
      assert.deepEqual(counted, shown);
      assert.deepEqual(counted.CP3, {
        'field-unknown': 2,
        // Answers of {} without a time, and a status without its error code.
        'field-missing': 3,
        'call-resent': 1,
        'unit-assumed': 1,
        'orphan-answer': 1,
      });
      const codes = Object.values(counted).flatMap(Object.keys);
      for (const code of ['seq-gap', 'seq-out-of-order', 'message-id-repeated', 'offline-queue']) {
        assert.ok(codes.includes(code), code);
      }
      for (const code of Object.keys(FINDINGS)) {
        for (const charger of ['CP1', 'CP2', 'CP3']) {
          const asked = { ...filter, query: parsed(`station:${charger} finding:${code}`) };
          const count = await store.source.count({ filters: [asked], only: null });
          assert.equal(count, counted[charger]?.[code] ?? 0, `${charger} ${code}`);
        }
      }
      // The day before, of which two entries stand in the log of the station.
      const before = { ...query, from: MIDNIGHT - DAY, to: MIDNIGHT, findings: true };
      const [other] = (await store.reader.fleet(before)).days.flatMap(unpackedDay<FoundDay>);
      assert.deepEqual(other?.day, MIDNIGHT - DAY);
      const none = { ...query, site: { ...DEPOT, kept: MIDNIGHT + DAY }, findings: true };
      assert.deepEqual((await store.reader.fleet(none)).days, []);
    } finally {
      await store.close();
    }
  });
}
