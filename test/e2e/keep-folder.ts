/**
 * Makes a data folder with something of everything by the program as it is, and keeps it with what it says of it:
 *
 *     node --conditions=source test/e2e/keep-folder.ts 0.1.0
 *
 * Sites: `fixed` from the configuration; `depot`, whose level was changed; `yard`, with pseudonyms, another time zone and
 * passwords of stations; `relayed`, with an upstream. Entries of depot: 150 exchanges that were imported, which are packed;
 * pushed calls that were answered, refused and never answered, an answer to nothing and text that is no frame, in two
 * months; a connection to the built-in CSMS; changes of the site. An admin, a person with a role on one site, a key, one that
 * was revoked, the password of a station, a shared search, an audit log, a file of an export.
 */

import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { filesOf, type KeptFolder, keep, questions, tellAll } from './kept-folder.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const CONFIG = 'sites:\n  - id: fixed\n    name: From the configuration\n';
const USER = { name: 'ada', password: 'a password for a kept folder' };

async function made(args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(args, {}, input);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function send(server: RunningServer, method: string, path: string, body: unknown): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json';
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type };
  const response = await fetch(`${server.url}${path}`, { method, headers, body: text });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer;
}

function importedLog(): string {
  const line = (n: number, frame: string) =>
    `${new Date(Date.UTC(2026, 0, 31, 22) + n * 60_000).toISOString()} ${n % 2 === 0 ? '>>' : '<<'} ${frame}\n`;
  return Array.from({ length: 150 }, (_, n) => {
    const value = {
      connectorId: 1 + (n % 2),
      meterValue: [{ timestamp: '2026-01-31T22:00:00Z', sampledValue: [{ value: `${n}.50` }] }],
    };
    const call = [2, `m${n}`, 'MeterValues', value];
    return `${line(n * 2, JSON.stringify(call))}${line(n * 2 + 1, `[3,"m${n}",{}]`)}`;
  }).join('');
}

function pushedLines(): string {
  const at = (month: number, second: number) =>
    new Date(Date.UTC(2026, month, 3, 12, 0, second)).toISOString();
  const line = (month: number, second: number, from: string, frame: string) =>
    JSON.stringify({ charger_id: 'CP_2', occurrence_time: at(month, second), direction: from, frame });
  const [station, csms] = ['station_to_csms', 'csms_to_station'];
  return [
    line(
      0,
      1,
      station,
      '[2,"b1","BootNotification",{"chargePointVendor":"Vendör","chargePointModel":"M \\u00e9"}]',
    ),
    line(0, 2, csms, '[3,"b1",{"status":"Accepted","currentTime":"2026-01-03T12:00:02Z","interval":300}]'),
    line(
      0,
      3,
      station,
      '[2, "s1", "StartTransaction", {"connectorId":1,"idTag":"TAG-1","meterStart":12.50,"timestamp":"2026-01-03T12:00:03Z"}]',
    ),
    line(0, 4, csms, '[3,"s1",{"transactionId":9007199254740993,"idTagInfo":{"status":"Accepted"}}]'),
    line(
      0,
      5,
      csms,
      '[2,"r1","ChangeConfiguration",{"key":"AuthorizationKey","value":"masked-before-it-is-kept"}]',
    ),
    line(0, 6, station, '[4,"r1","NotSupported","no such key",{"a":[]}]'),
    line(
      1,
      7,
      station,
      '[2,"n1","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]',
    ),
    line(1, 8, csms, '[3,"nothing",{}]'),
    line(1, 9, station, 'no frame at all'),
  ].join('\n');
}

async function connected(server: RunningServer): Promise<void> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/depot/CP_3`, 'ocpp1.6');
  await once(socket, 'open');
  socket.send('[2,"h1","Heartbeat",{}]');
  await once(socket, 'message');
  socket.close(1000);
  await once(socket, 'close');
}

async function fill(
  server: RunningServer,
  folder: string,
): Promise<Omit<KeptFolder, 'files' | 'told' | 'config'>> {
  const beside = (args: readonly string[], input = '') => made([...args, '--data', folder], input);
  await send(server, 'POST', '/sites', { id: 'depot', name: 'Depot “North”', timezone: 'Europe/Berlin' });
  await send(server, 'POST', '/sites', {
    id: 'yard',
    timezone: 'America/New_York',
    station_auth: 'basic',
    pseudonymise_id_tags: true,
  });
  await send(server, 'POST', '/sites', {
    id: 'relayed',
    upstream: 'wss://csms.example/ocpp/{charger}',
    retention_days: 0,
  });
  await send(server, 'PATCH', '/sites/depot', { level: 'info' });
  await send(server, 'PATCH', '/sites/depot', { level: 'debug' });
  await beside(['import', '-', '--charger', 'CP_1', '--site', 'depot'], importedLog());
  await beside(
    ['import', '-', '--charger', 'CP_1', '--site', 'fixed'],
    importedLog().split('\n').slice(0, 20).join('\n'),
  );
  await send(server, 'POST', '/ocpp-logs/site/depot', pushedLines());
  await send(server, 'POST', '/ocpp-logs/site/yard', pushedLines());
  await connected(server);
  await beside(['user', 'add', USER.name, '--role', 'admin'], USER.password);
  await beside(['user', 'add', 'ben', '--role', 'operator', '--sites', 'depot'], 'another password for it');
  const key = JSON.parse(
    await beside(['key', 'create', '--name', 'kept', '--scopes', 'read,ingest', '--json']),
  );
  const revoked = JSON.parse(await beside(['key', 'create', '--name', 'revoked', '--json']));
  await beside(['key', 'revoke', revoked.id]);
  const { password } = JSON.parse(await beside(['station', 'password', 'yard', 'CP_4', '--json']));
  await send(server, 'POST', '/saved-searches', {
    name: 'Faults',
    shared: true,
    query: {
      q: 'status:Faulted',
      from: '-3h',
      columns: ['action'],
      facets: { station: ['CP_1'] },
      sites: null,
    },
  });
  await send(server, 'POST', '/exports', {
    sites: ['depot'],
    from: '2026-01-01',
    to: '2026-02-01',
    format: 'ndjson',
  });
  const { api_key, secret, bearer } = key;
  return {
    key: { api_key, secret, bearer },
    user: USER,
    station: { site: 'yard', charger: 'CP_4', password },
  };
}

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('name the version that makes it');
const folder = await temporaryFolder();
let server = await startServer({ folder, config: CONFIG });
const known = await fill(server, folder);
await eventually(
  async () => (await server.get('/exports')).json() as Promise<{ exports: readonly { state: string }[] }>,
  ({ exports }) => exports.every(({ state }) => state === 'done'),
);
await server.stop();
// What a start ends, closes and packs is so from the first answer on.
server = await startServer({ folder, config: CONFIG });
const told = await tellAll(server, questions(new Date().toISOString()));
await server.stop();
const bytes = await keep(name, { files: await filesOf(folder), config: CONFIG, ...known, told });
await rm(folder, { recursive: true });
console.log(`${name}: ${Object.keys(told).length} answers, ${bytes} bytes`);
