/**
 * `node --conditions=source bench/clickhouse-away.ts ENTRIES SECONDS`: entries that are pushed while ClickHouse refuses every
 * connection, for so long at least, and how fast it has them when it is back. ClickHouse is the library of the tests.
 */

import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { forkScript } from './child.ts';
import { temporaryFolder } from './cleanup.ts';
import { HttpClient } from './http-client.ts';
import { startOurServer } from './our-server.ts';

const LINES = 5000;
const NAME = 'ocpp_logs_shipping_waiting_changes';

const [entries = 20_000, seconds = 60] = process.argv.slice(2).map(Number);
const engineFolder = temporaryFolder();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const settings = { store: { clickhouse: { url, database: 'away' } } };
const server = await startOurServer({ sites: [{ id: 'depot' }], settings });
const client = new HttpClient(server.url, { authorization: server.credentials });

/** Nobody listens there until the engine does. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, so the address is no path.
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

/** A call with its answer each; of a day, ten a second. */
function lines(from: number, to: number): Buffer {
  const found: string[] = [];
  for (let n = from; n < to; n += 1) {
    const occurrence_time = new Date(Date.UTC(2026, 0, 5) + n * 100).toISOString();
    const line = { charger_id: `CP${n % 50}`, occurrence_time };
    const data = randomBytes(100).toString('hex');
    const call = [2, `m${n}`, 'DataTransfer', { vendorId: 'v', data }];
    found.push(JSON.stringify({ ...line, direction: 'station_to_csms', frame: call }));
    found.push(
      JSON.stringify({ ...line, direction: 'csms_to_station', frame: [3, `m${n}`, { status: 'Accepted' }] }),
    );
  }
  return Buffer.from(found.join('\n'));
}

async function waiting(): Promise<number> {
  const { body } = await client.get('/metrics');
  return Number(new RegExp(`^${NAME} (\\S+)$`, 'm').exec(body.toString())?.[1]);
}

async function until(met: (changes: number) => boolean): Promise<number> {
  for (;;) {
    const changes = await waiting();
    if (met(changes)) return changes;
    await pause(100);
  }
}

const begun = performance.now();
for (let at = 0; at < entries; at += LINES) {
  await client.post(
    '/rest/v1/ocpp-logs/site/depot',
    lines(at, Math.min(entries, at + LINES)),
    'application/x-ndjson',
  );
}
const pushed = (performance.now() - begun) / 1000;
await until((changes) => changes >= entries);
await pause(Math.max(0, seconds * 1000 - (performance.now() - begun)));
const changes = await waiting();
const engine = forkScript('../test/clickhouse/killable-engine.ts', [engineFolder.path, `${port}`]);
await engine.next();
const away = (performance.now() - begun) / 1000;
// The first try comes 30 s after the last one at most: what counts is from the first batch that it took.
await until((left) => left < changes);
const taking = performance.now();
const left = await waiting();
await until((all) => all === 0);
const took = (performance.now() - taking) / 1000;
console.log(
  `${entries} entries pushed in ${pushed.toFixed(1)} s; ClickHouse away for ${away.toFixed(0)} s, ${changes} changes waited; ` +
    `the last ${left} of them shipped in ${took.toFixed(1)} s, ${Math.round(left / took)} a second`,
);
client.close();
await server.stop();
await engine.stop();
await engineFolder.remove();
