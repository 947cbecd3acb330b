/**
 * Silence over three nodes, the program itself: while ClickHouse can be read and takes nothing, stations that talk to other
 * nodes are not taken for silent; once it takes again, who was silent all the time is told, and nobody else.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { LACKING, openCluster } from '../postgres/cluster.ts';
import { HttpEngine } from './http-engine.ts';

const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };
/** The shortest there is, and what is added to it before it is judged. */
const SILENT_MS = 60_000;
const JUDGED_MS = 30_000;

async function say(server: RunningServer, charger: string, n: number): Promise<void> {
  const frame = [
    2,
    `${charger}-${n}`,
    'StatusNotification',
    { connectorId: 1, errorCode: 'NoError', status: 'Available' },
  ];
  const line = {
    charger_id: charger,
    occurrence_time: new Date().toISOString(),
    direction: 'station_to_csms',
    frame,
  };
  const answer = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/x-ndjson', 'x-ocpp-logs-end': '1' },
    body: `${JSON.stringify(line)}\n`,
  });
  assert.equal(answer.status, 200);
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('a ClickHouse that takes nothing for longer than an alarm waits makes nobody silent', {
  skip: LACKING,
  timeout: 280_000,
}, async (t) => {
  const http = new HttpEngine();
  const url = await http.listen();
  after(() => http.close());
  const postgres = await (await openCluster()).database();
  const folders = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);
  const running = new Set<RunningServer>();
  t.after(async () => {
    await Promise.all([...running].map((server) => server.stop('SIGKILL')));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  const config = JSON.stringify({
    sites: [{ id: 'depot' }],
    store: { clickhouse: { url, database: 'logs_of_silence', spool_min_free_bytes: 0 } },
  });
  const nodes = await Promise.all(
    folders.map(async (folder) => {
      const env = {
        OCPP_LOGS_CONTROL_POSTGRES_URL: postgres,
        OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
      };
      const server = await startServer({ folder, config, env });
      running.add(server);
      return server;
    }),
  );
  const [first = assert.fail(), second = assert.fail()] = nodes;
  const made = await fetch(`${first.url}/rest/v1/alarms`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Silent', rule: 'SILENT 1min', targets: [] }),
  });
  assert.equal(made.status, 201, await made.clone().text());
  const { id } = (await made.json()) as { readonly id: string };
  const silent = async (): Promise<readonly string[]> => {
    const answer = await first.get(`/rest/v1/alarms/firings?alarm=${id}`);
    const { firings } = (await answer.json()) as {
      readonly firings: readonly { readonly station: string }[];
    };
    return firings.map(({ station }) => station);
  };
  await say(second, 'CP-talks', 0);
  await say(second, 'CP-silent', 0);
  for (const node of nodes) {
    await eventually(
      () => metric(node, 'shipping_stations_lag_seconds'),
      (lag) => lag > 0,
    );
  }
  await eventually(
    async () => (await first.get('/rest/v1/sites/depot')).text(),
    (site) => site.includes('CP-talks') && site.includes('CP-silent'),
  );

  http.fault = (sql) =>
    /^INSERT INTO \w+\.(?:entry|station|arrival)/.test(sql)
      ? { when: 'before', answer: { status: 500, code: 242, message: 'Table is in readonly mode' } }
      : null;
  const until = Date.now() + SILENT_MS + JUDGED_MS;
  for (let n = 1; Date.now() < until; n++) {
    await say(second, 'CP-talks', n);
    assert.deepEqual(await silent(), []);
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  assert.ok(
    (await metric(first, 'alarms_silence_lag_seconds')) > SILENT_MS / 1000,
    'it is told that none is judged',
  );

  http.fault = () => null;
  // However long each waits for its next try to ship: the test has a bound of its own.
  const isLate = async () => (await metric(first, 'alarms_silence_lag_seconds')) >= SILENT_MS / 1000;
  let told: readonly string[] = [];
  for (let n = 1000; told.length === 0 || (await isLate()); n++) {
    await say(second, 'CP-talks', n);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    told = await silent();
  }
  assert.deepEqual(told, ['CP-silent']);
  assert.deepEqual(await Promise.all(nodes.map((node) => node.stop())), [0, 0, 0]);
  running.clear();
});
