/** An id tag by every way in and in every clothing: erased, it is in no byte and in no answer, and does not come back. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectStation } from './ocpp-rpc-peers.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const TAG = 'Driver4711Secret';
const OTHER = 'Driver4712Other';
const SPELLED = TAG.replaceAll(/[a-z]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` };
const ALL = 'from=2020-01-01&to=2100-01-01&sort_order=asc&include=exchange,raw,validation';
const KINDS = 'exchange,orphan,malformed,connection,gap,setting';

const inner = JSON.stringify({
  card: { id: TAG },
  text: `card ${TAG} read`,
  more: JSON.stringify([`\n${TAG}`]),
});
/** What is said, and what is answered. */
const TALK: readonly (readonly [call: string, answer?: string])[] = [
  ['[2,"1","Authorize",{"idTag":"TAG"}]', '[3,"1",{"idTagInfo":{"status":"Accepted","parentIdTag":"TAG"}}]'],
  [
    `[2,"2","Authorize",{"idTag":"${TAG.toLowerCase()}"}]`,
    '[4,"2","InternalError","no TAG here",{"x":"(TAG)"}]',
  ],
  [
    `[2,"3","DataTransfer",{"vendorId":"v","data":${JSON.stringify(inner)}}]`,
    '[3,"3",{"status":"Accepted","data":"TAG;TAG"}]',
  ],
  [`[2,"4","DataTransfer",{"vendorId":"v","data":"${SPELLED}","${SPELLED}":["TAG"]}]`],
  [
    '[2,"5","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"TAG gone"}]',
    '[3,"5",{}]',
  ],
  [
    '[2,"6","SendLocalList",{"listVersion":1,"updateType":"Full","localAuthorizationList":[{"idTag":"TAG","idTagInfo":{"status":"Accepted","parentIdTag":"TAG"}},{"idTag":"OTHER"}]}]',
  ],
  ['[2,"7","Authorize",{"idTag":"TAG"'],
  ['id TAG read'],
  ['[2,"TAG-8","Authorize",{"idTag":"OTHER"}]', '[3,"TAG-8",{"idTagInfo":{"status":"Accepted"}}]'],
  [
    `[2,"9","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T10:00:00Z","sampledValue":[{"format":"SignedData","value":"${Buffer.from(`OCMF|{"ID":"${TAG}"}`).toString('base64')}"}]}]}]`,
  ],
];
const said = (text: string) => text.replaceAll('TAG', TAG).replaceAll('OTHER', OTHER);

function linesFor(charger: string): string {
  let at = Date.UTC(2026, 0, 5, 10);
  const lines = TALK.flatMap((frames) =>
    frames.map((frame = '', nth) => {
      at += 1000;
      const station = nth === 0 && !frame.includes('SendLocalList');
      return JSON.stringify({
        charger_id: charger,
        ocpp_version: '1.6',
        occurrence_time: new Date(at).toISOString(),
        direction: station ? 'station_to_csms' : 'csms_to_station',
        frame: said(frame),
      });
    }),
  );
  return lines.join('\n');
}

const post = (server: RunningServer, path: string, type: string, body: string) =>
  fetch(`${server.url}/rest/v1${path}`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': type },
    body,
  });

async function push(server: RunningServer, charger: string) {
  const answer = await post(server, '/ocpp-logs/site/depot', 'application/x-ndjson', linesFor(charger));
  assert.equal(answer.status, 200);
  return (await answer.json()) as { accepted: number; duplicates: number };
}

async function logOf(server: RunningServer, more = ''): Promise<string> {
  return (await server.get(`/rest/v1/ocpp-logs/site/depot?${ALL}&kinds=${KINDS}&take=1000${more}`)).text();
}

/** As it is, escaped, and in Base64. */
function holds(text: string): boolean {
  const plain = text.replaceAll(/\\+u00([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const base64 = Buffer.from(`OCMF|{"ID":"${TAG}"}`).toString('base64');
  return plain.toLowerCase().includes(TAG.toLowerCase()) || text.includes(base64);
}

function filesHolding(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => holds(readFileSync(path, 'latin1')));
}

async function start(server: RunningServer, charger: string): Promise<unknown> {
  const station = await connectStation(`${server.url.replace('http', 'ws')}/ocpp/depot`, charger, 'ocpp1.6');
  const call = { connectorId: 1, idTag: TAG, meterStart: 0, timestamp: '2026-01-05T10:00:00Z' };
  const { transactionId } = await station.call('StartTransaction', call);
  await station.close();
  return transactionId;
}

test('an erased id tag is in no byte of the folder, in no answer and in no export; what brings it again is known and masked', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const backups = await temporaryFolder();
  t.after(() => rm(backups, { recursive: true, force: true }));
  const server = await startServer({ folder, config: 'sites: [{ id: depot }, { id: yard }]\n' });
  t.after(() => server.stop('SIGKILL'));
  const first = await push(server, 'CP1');
  assert.equal(first.duplicates, 0);
  const lines = Array.from(
    { length: 130 },
    (_, nth) =>
      `2026-02-01T10:00:${String(nth % 60).padStart(2, '0')}Z >> [2,"i${nth}","Authorize",{"idTag":"${nth % 40 === 3 ? TAG : OTHER}"}]\n`,
  ).join('');
  const log = ['import', '-', '--charger', 'CP2', '--site', 'depot', '--data', folder];
  assert.equal((await run(log, {}, lines)).code, 0);
  await start(server, 'CP3');
  await post(
    server,
    '/saved-searches',
    'application/json',
    JSON.stringify({ name: `of ${TAG}`, query: { q: `id_tag:${TAG}` } }),
  );
  const wish = {
    site: 'depot',
    from: '2020-01-01',
    to: '2100-01-01',
    include: ['exchange', 'raw'],
    format: 'ndjson',
  };
  const asked = await post(server, '/exports', 'application/json', JSON.stringify(wish));
  const { links } = (await asked.json()) as { links: { self: string; file: string } };
  await eventually(
    async () => (await (await server.get(links.self)).json()) as { state: string },
    ({ state }) => state === 'done',
  );
  assert.ok(holds(await (await server.get(links.file)).text()));
  assert.equal((await run(['backup', backups, '--data', folder])).code, 0);

  const before = await eventually(
    () => logOf(server),
    // Its end is the last that is said of that connection.
    (text) => text.includes('StartTransaction') && text.includes('"event":"closed"'),
  );
  assert.ok(holds(before));
  assert.ok(filesHolding(folder).length >= 3, 'the test looks where there is something to find');
  const page = (await (
    await server.get(`/rest/v1/ocpp-logs/site/depot?${ALL}&kinds=${KINDS}&take=5&cursor=`)
  ).json()) as {
    next_cursor: string;
    ocpp_logs: { exchange: { id: string } }[];
  };
  const ids = (text: string) =>
    (JSON.parse(text) as { ocpp_logs: { exchange: { id: string } }[] }).ocpp_logs.map(
      ({ exchange: { id } }) => id,
    );

  const erase = ['erase', '--site', 'depot', '--id-tag', TAG.toUpperCase(), '--data', folder, '--json'];
  const dry = await run([...erase, '--dry-run']);
  assert.equal(dry.code, 0, dry.stderr);
  assert.equal(await logOf(server), before, 'a dry run changes nothing');
  const done = await run([...erase, '--yes']);
  assert.equal(done.code, 0, done.stderr);
  assert.ok(!holds(done.stdout) && !holds(dry.stdout));
  const told = JSON.parse(done.stdout);
  assert.match(told.replacement, /^erased-[0-9a-f]{12}$/);
  assert.equal(told.entries, 10 + 4 + 1);
  assert.equal(JSON.parse(dry.stdout).entries, told.entries);
  assert.equal(JSON.parse(dry.stdout).occurrences, told.occurrences);
  assert.deepEqual([told.state, told.unreadable, told.files_kept], ['done', 0, 0]);
  assert.ok(told.files >= 2);
  assert.deepEqual(told.report.control, { starts: 1, searches: 1 });
  assert.equal(told.report.exports_removed, 1);
  assert.equal(told.report.downloads, 1);
  assert.deepEqual(
    told.report.backups.map(({ there }: { there: boolean }) => there),
    [true],
  );

  const after = await logOf(server);
  assert.ok(!holds(after), after);
  assert.ok(after.includes(told.replacement) && after.includes(OTHER));
  assert.deepEqual(ids(after), ids(before));
  assert.deepEqual(filesHolding(folder), []);
  assert.equal((await server.get(links.file)).status, 410);
  const next = await logOf(server, `&cursor=${encodeURIComponent(page.next_cursor)}`);
  assert.deepEqual(
    ids(next),
    ids(before).filter((id) => ids(next).includes(id)),
  );
  assert.ok(ids(next).length > 100);
  for (const path of ['/erasures', '/audit', '/saved-searches'])
    assert.ok(!holds(await (await server.get(`/rest/v1${path}`)).text()));
  assert.match(await (await server.get('/rest/v1/audit?action=id-tag-erased')).text(), new RegExp(told.id));

  // What is there already comes again, and something new.
  assert.deepEqual(await push(server, 'CP1'), { ...(await push(server, 'CP1')), accepted: 0 });
  assert.equal((await run(log, {}, lines)).code, 0);
  assert.deepEqual(ids(await logOf(server)), ids(before), 'nothing is there twice');
  await start(server, 'CP4');
  await push(server, 'CP5');
  const later = await eventually(
    () => logOf(server),
    (text) =>
      text.includes('CP5') && text.split('StartTransaction').length > before.split('StartTransaction').length,
  );
  assert.ok(!holds(later));
  assert.deepEqual(filesHolding(folder), []);
  const again = JSON.parse((await run([...erase, '--yes'])).stdout);
  assert.deepEqual([again.id, again.replacement], [told.id, told.replacement]);
  assert.equal(await server.stop(), 0);
  assert.deepEqual(filesHolding(folder), []);
  const checked = await run(['check', '--data', folder]);
  assert.equal(checked.code, 0, checked.stdout);
  // Into the folder itself, without a server.
  assert.equal((await run(log, {}, lines.replaceAll('2026-02', '2026-03'))).code, 0);
  assert.deepEqual(filesHolding(folder), []);
});

test('a folder at rest is erased as one that is served; without --yes it is only counted', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const log = ['import', '-', '--charger', 'CP1', '--site', 'depot', '--data', folder];
  const lines = `2026-01-05T10:00:00Z >> [2,"1","Authorize",{"idTag":"${TAG}"}]\n2026-01-05T10:00:01Z >> [2,"2","Authorize",{"idTag":"1"}]\n`;
  assert.equal((await run(log, {}, lines)).code, 0);
  const erase = ['erase', '--site', 'depot', '--data', folder];
  const counted = await run([...erase, '--id-tag', TAG]);
  assert.equal(counted.code, 0, counted.stderr);
  assert.match(counted.stdout, /^1 entry, 1 occurrence, 1 file hold it, since 2026-01-05T10:00:00.000Z$/m);
  assert.match(counted.stderr, /nothing was changed; --yes erases it/);
  const search = ['search', TAG, '--site', 'depot', '--from', '2026-01-01', '--data', folder];
  assert.match((await run(search)).stdout, /Authorize/);
  // From a pipe, so that it is in no list of processes.
  const done = await run([...erase, '--id-tag', '-', '--yes'], {}, `${TAG}\n`);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^1 entry, 1 occurrence, 1 file: replaced by erased-[0-9a-f]{12}$/m);
  assert.deepEqual(filesHolding(folder), []);
  assert.match((await run(log, {}, lines)).stdout, /0 new, 2 stored before/);
  assert.deepEqual(filesHolding(folder), []);
  assert.doesNotMatch((await run(search)).stdout, /Authorize/);
  const wrong = await run(['erase', '--site', 'nowhere', '--id-tag', TAG, '--data', folder]);
  assert.deepEqual([wrong.code, wrong.stderr], [1, 'there is no site nowhere\n']);
  assert.equal((await run(['check', '--data', folder])).code, 0);
});
