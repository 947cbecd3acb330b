/**
 * Makes a data folder by the program of another checkout, which is the first one with some layout of files of entries, and
 * keeps it with the page of all that is in it:
 *
 *     node --conditions=source test/e2e/keep-layout.ts CHECKOUT 4
 *
 * Site `depot`: 150 exchanges of MeterValues, which are packed where the program has done that by the time, calls that were
 * answered, refused and never answered, an answer to nothing and text that is no frame, in two months.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { filesOf } from './kept-folder.ts';
import { ALL, keepLayout } from './kept-layout.ts';
import { ADMIN_TOKEN, eventually, temporaryFolder } from './running-server.ts';

const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` };

function lines(): string {
  const line = (at: number, charger: string, direction: string, frame: string) =>
    JSON.stringify({
      charger_id: charger,
      occurrence_time: new Date(Date.UTC(2026, 0, 5, 12) + at * 1000).toISOString(),
      direction,
      frame,
    });
  const [station, csms] = ['station_to_csms', 'csms_to_station'];
  const meter = Array.from({ length: 150 }, (_, n) => [
    line(
      n * 60,
      'CP_1',
      station,
      `[2,"m${n}","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T12:00:00Z","sampledValue":[{"value":"${n}.50"}]}]}]`,
    ),
    line(n * 60 + 1, 'CP_1', csms, `[3,"m${n}",{}]`),
  ]);
  const day = 86_400;
  return [
    ...meter.flat(),
    line(
      day,
      'CP_2',
      station,
      '[2,"b1","BootNotification",{"chargePointVendor":"Vendör","chargePointModel":"M \\u00e9"}]',
    ),
    line(day + 1, 'CP_2', csms, '[3,"b1",{"status":"Accepted","interval":300}]'),
    line(
      day + 2,
      'CP_2',
      station,
      '[2, "s1", "StartTransaction", {"connectorId":1,"idTag":"TAG-1","meterStart":12.50}]',
    ),
    line(
      day + 3,
      'CP_2',
      csms,
      '[3,"s1",{"transactionId":9007199254740993,"idTagInfo":{"status":"Accepted"}}]',
    ),
    line(day + 4, 'CP_2', csms, '[2,"r1","Reset",{"type":"Hard"}]'),
    line(day + 5, 'CP_2', station, '[4,"r1","NotSupported","no such key",{"a":[]}]'),
    line(31 * day, 'CP_2', station, '[2,"n1","StatusNotification",{"connectorId":0,"status":"Available"}]'),
    line(31 * day + 1, 'CP_2', csms, '[3,"nothing",{}]'),
    line(31 * day + 2, 'CP_2', station, 'no frame at all'),
  ].join('\n');
}

const blocksIn = (path: string): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(db.prepare('SELECT count(*) AS n FROM block').get()?.n);
  } finally {
    db.close();
  }
};

const [checkout = '', name = ''] = process.argv.slice(2);
const folder = await temporaryFolder();
const config = join(folder, 'config.yaml');
await writeFile(config, 'sites:\n  - id: depot\n');
const main = join(checkout, 'packages/server/src/main.ts');
const args = ['--conditions=source', main, 'serve', '--port', '0', '--data', folder, '--config', config];
const env = { ...process.env, OCPP_LOGS_ADMIN_TOKEN: ADMIN_TOKEN };
const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(server, 'close');
let said = '';
const url = await new Promise<string>((resolve, reject) => {
  ended.then(() => reject(new Error(said)));
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const found = /ocpp-logs listening on (http:\S+)/.exec(said)?.[1];
    if (found !== undefined) resolve(found);
  });
});
const pushed = await fetch(`${url}/ocpp-logs/site/depot`, {
  method: 'POST',
  headers: { ...HEADERS, 'content-type': 'application/x-ndjson' },
  body: lines(),
});
if (!pushed.ok) throw new Error(await pushed.text());
const packed = await eventually(
  async () => blocksIn(join(folder, 'logs/00000001.db')),
  (blocks) => blocks > 0,
).catch(() => 0);
const told = await (await fetch(`${url}${ALL}`, { headers: HEADERS })).text();
server.kill('SIGTERM');
await ended;
const bytes = await keepLayout(name, { files: await filesOf(folder), told });
await rm(folder, { recursive: true });
console.log(`layout ${name}: ${packed} blocks, ${bytes} bytes`);
