/** The program itself: what retention asks of ClickHouse may hang or fail, and shipping goes on beside it. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { type Fault, HttpEngine } from './http-engine.ts';
import { SpreadStation } from './spread-stations.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const PAGE = '/rest/v1/ocpp-logs/site/depot?from=2020-01-01&to=2100-01-01&take=1000&include=exchange';
const OLD_DAYS = 100;

async function messages(of: RunningServer): Promise<readonly string[]> {
  const text = await (await of.get(PAGE)).text();
  return [...text.matchAll(/"message_id":"([^"]*)"/g)].map(([, id = '']) => id);
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

const isRewriting = (sql: string) => /^\s*(?:DELETE|ALTER)/.test(sql);

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['hangs', { when: 'before', answer: 'silence' }],
  ['fails', { when: 'before', answer: { status: 500, code: 225, message: 'No ZooKeeper' } }],
];

for (const [what, fault] of FAULTS) {
  test(`where a DELETE ${what} stations are shipped and read as ever, and the next start tries again`, async (t) => {
    const folder = await temporaryFolder();
    const running = new Set<RunningServer>();
    const station = new SpreadStation(`CP-${what}`);
    t.after(async () => {
      http.fault = () => null;
      await station.close();
      for (const server of running) await server.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
    const start = async (retention: number): Promise<RunningServer> => {
      const config = JSON.stringify({
        sites: [{ id: 'depot', retention_days: retention }],
        store: { clickhouse: { url, database: `retention_${what}` } },
      });
      const server = await startServer({ folder, config });
      running.add(server);
      return server;
    };
    const stop = async (server: RunningServer) => {
      assert.equal(await server.stop(), 0);
      running.delete(server);
    };
    const first = await start(0);
    const line = {
      charger_id: station.charger,
      occurrence_time: new Date(Date.now() - OLD_DAYS * 86_400_000).toISOString(),
      direction: 'station_to_csms',
      frame: [2, 'old', 'Authorize', { idTag: 'X' }],
    };
    const pushed = await fetch(`${first.url}/rest/v1/ocpp-logs/site/depot`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(line),
    });
    assert.equal(pushed.status, 200, await pushed.clone().text());
    await eventually(
      () => messages(first),
      (ids) => ids.includes('old'),
    );
    await stop(first);

    // From now on the site keeps less, and what removes it gets no answer, or a bad one.
    http.fault = (sql) => (isRewriting(sql) ? fault : null);
    const begun = http.statements.length;
    const rewriting = () => http.statements.slice(begun).filter(isRewriting).length;
    const second = await start(OLD_DAYS / 2);
    await eventually(
      async () => rewriting(),
      (asked) => asked > 0,
    );
    await station.connect(second);
    for (let n = 0; n < 3; n += 1) {
      await station.say();
      const { id = '' } = station.answered.at(-1) ?? {};
      await eventually(
        () => messages(second),
        (ids) => ids.includes(id),
      );
    }
    assert.equal(await metric(second, 'shipping_failures_total'), 0);
    if (what === 'fails') {
      await eventually(
        () => metric(second, 'shipped_retention_failures_total'),
        (failures) => failures > 0,
      );
    }
    assert.equal(rewriting(), 1, 'it is not asked again and again');
    await station.close();
    await stop(second);

    http.fault = () => null;
    const third = await start(OLD_DAYS / 2);
    await eventually(
      () => metric(third, 'shipped_retention_rounds_total'),
      (rounds) => rounds > 0,
    );
    assert.ok(!(await messages(third)).includes('old'));
    await stop(third);
  });
}
