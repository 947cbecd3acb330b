/**
 * The program itself with a spool beyond its bound: while ClickHouse is away nothing goes and stations are recorded; when
 * it is back, what it was found to hold goes first, what it had lost is shipped again, and goes then.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { ADMIN_TOKEN, eventually, type RunningServer } from '../e2e/running-server.ts';
import { calls, joinedTalk } from '../faults/raw-talk.ts';
import { relayUnderTest } from '../faults/relay-record.ts';
import { entriesOf, metric } from '../faults/site-entries.ts';
import { HttpEngine } from './http-engine.ts';

const MIB = 1024 * 1024;
const DATABASE = 'bound_of_test';
const BOUND = 3 * MIB;
/** Of two months that are over; the older one alone is beyond the bound, however well it is packed. */
const PUSHED = { '2025-02': 2000, '2025-03': 1000 } as const;
const CALLS = 50;
/** The machine may be slow; each is waited for within the bound of the test. */
const ms = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

async function until(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await ms(0.1);
}

async function ask(sql: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: sql });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.text();
}

/** So many calls with their answers, of a month: 4 kB each that no packing makes smaller than 2 kB. */
async function push(to: RunningServer, month: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) => {
    const line = { charger_id: 'P1', occurrence_time: `${month}-05T10:${`${n % 60}`.padStart(2, '0')}:00Z` };
    const text = randomBytes(2048).toString('hex');
    const call = [2, `${month}-${n}`, 'DataTransfer', { vendorId: 'v', data: text }];
    const answer = [3, `${month}-${n}`, { status: 'Accepted' }];
    return [
      JSON.stringify({ ...line, direction: 'station_to_csms', frame: call }),
      JSON.stringify({ ...line, direction: 'csms_to_station', frame: answer }),
    ].join('\n');
  });
  for (let at = 0; at < lines.length; at += 500) {
    const answer = await fetch(`${to.url}/rest/v1/ocpp-logs/site/depot`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: lines.slice(at, at + 500).join('\n'),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
}

/** As if all site files had been written last at this time, s. */
function age(folder: string, time: number): void {
  const logs = join(folder, 'logs');
  for (const name of readdirSync(logs)) {
    if (!/^\d+\.db(-wal)?$/.test(name)) continue;
    try {
      utimesSync(join(logs, name), time, time);
    } catch (error) {
      // The server has just dropped it.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

test('beyond its bound', { timeout: 280_000 }, async (t) => {
  const store = `store:\n  clickhouse: {url: "${url}", database: ${DATABASE}, spool_max_bytes: ${BOUND}, spool_min_free_bytes: 0}\n`;
  const { server, csms } = await relayUnderTest(t, `    retention_days: 0\n${store}`);
  const talk = await joinedTalk(server, csms, '/ocpp/depot/CP1');
  const count = (name: string) => metric(server, name);
  const counts = async (...names: readonly string[]) => Promise.all(names.map(count));
  const twoHoursAgo = Math.floor(Date.now() / 1000) - 7200;
  /** Whatever packs files meanwhile. */
  const becomes = (name: string, wanted: number, written: number) =>
    until(async () => {
      age(server.folder, written);
      return (await count(name)) === wanted;
    });
  for (const [month, pairs] of Object.entries(PUSHED)) await push(server, month, pairs);
  const outbox = new Outbox(server.folder, { shipping: true });
  t.after(() => outbox.close());
  // What was pushed before the first look at the folder is shipped as what was there before, behind what is new.
  await until(async () => outbox.isShipped('depot', 0n, 1n << 62n));

  await t.test(
    'ClickHouse is away: nothing is dropped, which is told, and stations are recorded as ever',
    async () => {
      // It has lost some of the older month, what nobody knows yet.
      await ask(
        `ALTER TABLE ${DATABASE}.entry DELETE WHERE position(request, '"2025-02-1') > 0 SETTINGS mutations_sync = 1`,
      );
      await http.stop();
      await until(async () => (await count('spool_over_bytes')) > 0);
      // It is asked whether ClickHouse holds a month of which nothing was written for an hour, and nobody answers.
      await until(async () => {
        age(server.folder, twoHoursAgo);
        return outbox.compared.next()?.file?.written === twoHoursAgo * 1000;
      });
      for (let n = 0; n < CALLS; n += 1) await calls(talk, `away${n}`);
      await until(async () => (await count('shipping_away')) === 1);
      await until(async () => (await count('spool_stuck_bytes')) > 0);
      await until(async () => (await count('shipping_waiting_changes')) >= CALLS);
      const [bytes = 0, over = 0, dropped] = await counts(
        'spool_bytes',
        'spool_over_bytes',
        'spool_dropped_entries_total',
      );
      assert.ok(bytes > BOUND && over > 0, `${bytes} bytes, ${over} too many`);
      assert.equal(dropped, 0);
      assert.match(server.output(), /the spool is beyond its bound by \d+ bytes, .* recording goes on/);
    },
  );

  await t.test('it is back: what it holds goes, and what it does not take stays, which is told', async () => {
    http.fault = (_, token) =>
      token?.includes(':again:') === true ? { when: 'before', answer: 'nothing' } : null;
    assert.equal(await http.listen(), url);
    await becomes('spool_differing_months', 1, twoHoursAgo);
    await becomes('spool_dropped_months_total', 1, twoHoursAgo);
    assert.deepEqual(
      await counts('spool_dropped_entries_total', 'shipping_completed_entries_total'),
      [1000, 0],
    );
    assert.match(server.output(), /dropped 1,000 entries of depot, 2025-03, from the data folder/);
    assert.match(server.output(), /1,111 entries of depot, 2025-02, are not in ClickHouse as they are here/);
  });

  await t.test('it takes what it had lost: that goes, too, and the spool is within its bound', async () => {
    http.fault = () => null;
    // An answer counts for an hour, unless the file is another one by then.
    await becomes('spool_dropped_months_total', 2, twoHoursAgo + 60);
    const completed = await count('shipping_completed_entries_total');
    assert.equal(completed, 1111);
    await until(async () => (await count('spool_over_bytes')) === 0);
    const [bytes = 0, stuck, differing] = await counts(
      'spool_bytes',
      'spool_stuck_bytes',
      'spool_differing_months',
    );
    t.diagnostic(`${bytes} of ${BOUND} bytes are left`);
    assert.ok(bytes > 0 && bytes <= BOUND, `${bytes} bytes`);
    assert.deepEqual([stuck, differing], [0, 0]);
    await until(async () => (await count('shipping_waiting_changes')) === 0);
    const ids = await eventually(
      async () => (await entriesOf(server, 'depot', 'exchange')).map(({ exchange }) => exchange.message_id),
      (found) => found.length >= 3000 + CALLS,
    );
    assert.equal(new Set(ids).size, 3000 + CALLS);
    assert.equal(ids.length, 3000 + CALLS, 'each once');
  });
});
