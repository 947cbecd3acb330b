/**
 * The data folder as a spool: months that ClickHouse has taken go, and then a log that is imported again adds nothing, a
 * late answer comes through, and nothing that is not there yet goes, whatever is away.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import fc from 'fast-check';
import { ShipsDerivedAnew } from '../../packages/server/src/store/clickhouse/derived-anew.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { openSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { DEPOT_TIME, entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import { everything } from '../../packages/server/src/store/sqlite/fixtures.ts';
import { openSource as openFiles } from '../../packages/server/src/store/sqlite/source.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';
import { type Spool, usingSpool } from './spool-fixture.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const using = (work: (spool: Spool) => Promise<void>, keepDays = 7) => usingSpool(http, url, work, keepDays);

const answered = (n: number): Entry =>
  entryAt(DEPOT_TIME + n * 7_000_000, {
    messageId: `m${n}`,
    request: wireOf(`[2,"m${n}","Heartbeat",{}]`),
    answer: wireOf(`[3,"m${n}",{}]`),
    answeredAt: DEPOT_TIME + n * 7_000_000 + 40,
  });
const unanswered = (n: number): Entry => ({
  ...answered(n),
  outcome: 'unanswered',
  answer: null,
  answeredAt: null,
});

const isEntries = (sql: string) => /^INSERT INTO \w+\.entry /.test(sql);
/** Over several months. */
const LOG = Array.from({ length: 600 }, (_, n) => (n % 50 === 0 ? unanswered(n) : answered(n)));
const monthEnd = Date.UTC(new Date(DEPOT_TIME).getUTCFullYear(), new Date(DEPOT_TIME).getUTCMonth() + 1);
const FIRST_MONTH = LOG.filter(({ at }) => at < monthEnd);
const REST = LOG.filter(({ at }) => at >= monthEnd);
const ids = (n: number) => new Set(Array.from({ length: n }, (_, each) => `m${each}`));

test('what was shipped is dropped, and the same log adds nothing; a late answer comes through, once', () =>
  using(async (spool) => {
    spool.put(...LOG);
    await spool.maintain();
    assert.equal(await spool.here(), 600, 'nothing was shipped');
    await shipAll(spool.node);
    await spool.maintain();
    assert.equal(await spool.here(), 12, 'those that may still be answered');
    assert.equal(spool.state.dropped, 588);

    await spool.reopen();
    spool.import(...LOG);
    assert.deepEqual(spool.node.outbox.waiting().changes, 0, 'nothing is new');
    spool.import(answered(100), answered(101), answered(600));
    await shipAll(spool.node);
    const there = await spool.there();
    assert.deepEqual(new Set(there.keys()), ids(601));
    assert.deepEqual([there.get('m100'), there.get('m50')], ['answered', 'unanswered']);
    await spool.maintain();
    assert.equal(await spool.here(), 11);
    spool.import(answered(100));
    assert.equal(spool.node.outbox.waiting().changes, 0);
  }));

test('what was taken and not acknowledged stays, over a restart, until it is', () =>
  using(async (spool) => {
    spool.put(...LOG);
    http.fault = (sql) => (isEntries(sql) ? { when: 'after', answer: 'reset' } : null);
    await assert.rejects(shipAll(spool.node), StoreUnavailableError);
    await spool.maintain();
    assert.equal(await spool.here(), 600);
    http.fault = () => null;
    await spool.reopen();
    await spool.maintain();
    assert.equal(await spool.here(), 600);
    await shipAll(spool.node);
    // Killed here: the next run drops.
    await spool.reopen();
    await spool.maintain();
    assert.equal(await spool.here(), 12);
    assert.deepEqual(new Set((await spool.there()).keys()), ids(600));
  }));

test('beyond its bound with ClickHouse away: recording goes on, nothing goes, and it is told; the oldest go once they are shipped', () =>
  using(async (spool) => {
    spool.put(...FIRST_MONTH);
    await shipAll(spool.node);
    http.fault = (sql) => (isEntries(sql) ? { when: 'before', answer: 'reset' } : null);
    spool.put(...REST);
    await assert.rejects(shipAll(spool.node), StoreUnavailableError);
    spool.state.wanted = 1e12;
    await spool.maintain();
    // The month of which all was shipped has gone, the other one has not.
    assert.deepEqual(spool.state.droppedFiles, 1);
    const left = await spool.here();
    assert.ok(left >= REST.length && left < REST.length + FIRST_MONTH.length / 2, `${left}`);
    assert.ok(spool.state.short > 0);
    const lines = () => spool.reports.filter((line) => line.startsWith('the spool is beyond its bound'));
    assert.equal(lines().length, 1);
    spool.put(answered(600));
    await spool.maintain();
    assert.equal(lines().length, 1, 'told once');
    http.fault = () => null;
    await shipAll(spool.node);
    await spool.maintain();
    assert.equal(await spool.here(), 12);
    assert.deepEqual(new Set((await spool.there()).keys()), ids(601));
  }, 30_000));

test('what a newer version derives anew is shipped, of dropped months from ClickHouse; what changed since stays', () =>
  using(async (spool) => {
    const derive = (entry: Entry): Entry => ({ ...entry, fields: { ...entry.fields, connector_id: 77 } });
    spool.put(...FIRST_MONTH);
    await shipAll(spool.node);
    spool.state.wanted = 1;
    await spool.maintain();
    spool.state.wanted = 0;
    assert.equal(spool.state.droppedFiles, 1);
    spool.put(...REST);
    await shipAll(spool.node);
    await spool.reopen({ extraction: 99, derive });
    // One file a round.
    for (let files = 0; files < 3; files++) await spool.maintain();
    const { connection } = spool.place;
    const source = openFiles(spool.place.folder, { report: assert.fail });
    const shipped = openSource(connection);
    const { outbox } = spool.node;
    const options = { connection, outbox, source, shipped, derive, number: null, batchBytes: 1 };
    const reader = new ClickHouseReader({ connection });
    const renewed = async () => {
      const filters = [everything('depot', { connectors: [77] })];
      return (await reader.facets({ filters, fields: ['kind'], top: 9 })).count;
    };
    let ended = false;
    const another = new ShipsDerivedAnew({
      ...options,
      number: 5,
      outbox: {
        node: 'node-5',
        derivedAnew: () => (ended ? null : outbox.derivedAnew()),
        shippedAgain: () => {
          ended = true;
        },
      },
    });
    while ((await another.step()).more);
    assert.ok((await renewed()) < FIRST_MONTH.length / 2, 'what another node recorded is left to it');
    let faults = 2;
    http.fault = (sql) => (isEntries(sql) && faults-- > 0 ? { when: 'after', answer: 'reset' } : null);
    try {
      await assert.rejects(new ShipsDerivedAnew(options).step(), StoreUnavailableError);
      const first = new ShipsDerivedAnew(options);
      await assert.rejects(first.step(), StoreUnavailableError);
      while ((await first.step()).more);
    } finally {
      await source.close();
    }
    assert.equal(await renewed(), 600);
    assert.deepEqual(new Set((await spool.there()).keys()), ids(600));
    assert.equal(spool.node.outbox.derivedAnew(), null);
  }, 36_500));

type Step =
  | { readonly do: 'record'; readonly n: number }
  | { readonly do: 'import'; readonly of: number; readonly whole: boolean }
  | { readonly do: 'ship'; readonly fails: 'no' | 'before' | 'after' }
  | { readonly do: 'drop' | 'restart' };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('record'), n: fc.integer({ min: 1, max: 3 }) } as const),
  fc.record({ do: fc.constant('import'), of: fc.nat(30), whole: fc.boolean() } as const),
  fc.record({ do: fc.constant('ship'), fails: fc.constantFrom('no', 'no', 'before', 'after') } as const),
  fc.constantFrom<Step>({ do: 'drop' }, { do: 'restart' }),
);

test('whatever order of records, imports, batches, drops and restarts: ClickHouse holds each once, as it ended', async () => {
  let dropped = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 25 }), (steps) =>
      using(async (spool) => {
        const model = new Map<string, string>();
        let recorded = 0;
        for (const step of steps) {
          if (step.do === 'record') {
            for (let n = 0; n < step.n; n++) {
              // Months apart by 400; every third lacks its answer.
              const at = (recorded % 3) * 400 + recorded;
              spool.put(recorded % 3 === 0 ? unanswered(at) : answered(at));
              model.set(`m${at}`, recorded % 3 === 0 ? 'unanswered' : 'answered');
              recorded += 1;
            }
          } else if (step.do === 'import') {
            const at = (step.of % 3) * 400 + step.of;
            spool.import(step.whole ? answered(at) : unanswered(at));
            if (step.whole || !model.has(`m${at}`))
              model.set(`m${at}`, step.whole ? 'answered' : 'unanswered');
            // What is imported is not recorded again.
            recorded = Math.max(recorded, step.of + 1);
          } else if (step.do === 'ship') {
            const { fails } = step;
            if (fails !== 'no') {
              let left = 1;
              http.fault = (sql) => (isEntries(sql) && left-- > 0 ? { when: fails, answer: 'reset' } : null);
            }
            await shipAll(spool.node).catch((error: unknown) => {
              if (fails === 'no') throw error;
            });
            http.fault = () => null;
          } else if (step.do === 'drop') await spool.maintain();
          else await spool.reopen();
        }
        await shipAll(spool.node);
        await spool.maintain();
        dropped += spool.state.dropped;
        spool.import(
          ...[...model].map(([id, outcome]) => {
            const n = Number(id.slice(1));
            return outcome === 'answered' ? answered(n) : unanswered(n);
          }),
        );
        assert.equal(spool.node.outbox.waiting().changes, 0, 'all of it is known');
        assert.deepEqual(new Map([...(await spool.there())].sort()), new Map([...model].sort()));
      }, 0),
    ),
    { numRuns: Number(process.env.STORE_HISTORIES ?? 12) },
  );
  assert.ok(dropped > 0);
});
