import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runFor } from '../terminal-double.ts';

const LOG = [
  '2026-01-05T10:00:00.000Z RECV [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]',
  '2026-01-05T10:00:00.250Z SEND [3,"1",{"status":"Accepted","currentTime":"2026-01-05T10:00:00Z","interval":300}]',
  '2026-01-05T10:00:01.000Z RECV [2,"2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]',
  '2026-01-05T10:00:01.012Z SEND [3,"2",{}]',
  '2026-01-05T10:00:02.000Z RECV [2,"3","StatusNotification",{"connectorId":2,"errorCode":"GroundFailure","status":"Faulted"}]',
].join('\n');

const RANGE = ['--from', '2026-01-05', '--to', '2026-01-06'];
let folder = '';

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-search-'));
  const imported = await runFor(['import', '-', '--charger', 'CP_1', '--site', 'depot', '--data', folder], {
    input: LOG,
  });
  assert.equal(imported.status, 0);
});
after(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], interactive = false) =>
  runFor(['search', ...args, '--data', folder], { interactive });

interface Shown {
  readonly action: string;
  readonly occurrence_time: string;
}

async function actions(args: readonly string[]): Promise<readonly string[]> {
  const { output, errors } = await run([...RANGE, ...args]);
  assert.equal(errors, '');
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Shown => JSON.parse(line))
    .map(({ action, occurrence_time }) => `${action} ${occurrence_time.slice(17, 19)}`);
}

test('in a pipe: the entries of the range as NDJSON, newest first', async () => {
  assert.deepEqual(await actions([]), [
    'StatusNotification 02',
    'StatusNotification 01',
    'BootNotification 00',
  ]);
});

test('a lower-case keyword is a word, as it says, and a hint tells what to write', async () => {
  const { status, output, errors } = await run([...RANGE, 'status:Faulted', 'or', 'status:Available']);
  assert.deepEqual([status, output], [0, '']);
  assert.equal(
    errors,
    [
      '--query: or is searched as a word; write OR (column 16)',
      '  status:Faulted or status:Available',
      '                 ^',
      '',
    ].join('\n'),
  );
  assert.equal((await actions(['status:Faulted OR status:Available'])).length, 2);
});

test('filters, order and number are those of the API', async () => {
  assert.deepEqual(await actions(['--sort', 'asc', '--take', '1']), ['BootNotification 00']);
  assert.deepEqual(await actions(['--actions', 'BootNotification,Heartbeat']), ['BootNotification 00']);
  assert.deepEqual(await actions(['--connector', '2']), ['StatusNotification 02']);
  assert.deepEqual(await actions(['--charger', 'other']), []);
  assert.deepEqual(await actions(['--kinds', 'malformed']), []);
});

test('on a terminal: a table that fits, and how many there are', async () => {
  const { status, output, errors } = await run([...RANGE, '--take', '2', '--sort', 'asc'], true);
  assert.equal(status, 0);
  assert.deepEqual(
    output.split('\n').map((line) => line.slice(0, 98).trimEnd()),
    [
      'TIME                      CHARGER  C  WAY     ACTION              STATUS     OUTCOME   MS  PAYLOAD',
      '2026-01-05T10:00:00.000Z  CP_1        → CSMS  BootNotification                        250  {"charg',
      '2026-01-05T10:00:01.000Z  CP_1     1  → CSMS  StatusNotification  Available            12  {"conne',
      '',
    ],
  );
  assert.ok(output.split('\n').every((line) => line.length <= 120));
  assert.equal(errors, '1 to 2 of 3 entries from 2026-01-05T00:00:00.000Z to 2026-01-06T00:00:00.000Z\n');
});

test('80 columns keep time and action whole', async () => {
  const { output } = await runFor(['search', ...RANGE, '--data', folder], { interactive: true, columns: 80 });
  for (const line of output.split('\n').slice(1, -1))
    assert.match(line, /^2026-01-05T10:00:0\d\.000Z {2}CP_1 .* (Status|Boot)Notification/);
  assert.ok(output.split('\n').every((line) => line.length <= 80));
});

test('what failed is told in the table: the fault and the missing answer', async () => {
  const { output } = await run([...RANGE, '--format', 'table', '--connector', '2']);
  assert.match(output, /StatusNotification +Faulted GroundFailure +unanswered/);
});

test('json is the page of the API, csv has a header line', async () => {
  const json = await run([
    ...RANGE,
    '--format',
    'json',
    '--take',
    '1',
    '--skip',
    '1',
    '--include',
    'exchange',
  ]);
  const page: { ocpp_logs: readonly { action: string; exchange: { latency_ms: number } }[]; count: number } =
    JSON.parse(json.output);
  assert.deepEqual([page.count, page.ocpp_logs.length], [3, 1]);
  assert.equal(page.ocpp_logs[0]?.exchange.latency_ms, 12);
  const csv = await run([...RANGE, '--format', 'csv']);
  assert.match(csv.output, /^occurrence_time,action,payload,/);
});

test('an empty result is no failure and says what was asked', async () => {
  const { status, errors } = await run(['--from', '2025-01-01', '--to', '2025-01-02'], true);
  assert.equal(status, 0);
  assert.match(errors, /^nothing from 2025-01-01T00:00:00\.000Z to 2025-01-02/);
});

test('a search is the grammar of the API, as words or as an option, and both together', async () => {
  assert.deepEqual(await actions(['status:Faulted']), ['StatusNotification 02']);
  assert.deepEqual(await actions(['--query=-status:Faulted -action:Boot*']), ['StatusNotification 01']);
  assert.deepEqual(await actions(['groundfailure', 'connector:2']), ['StatusNotification 02']);
  assert.deepEqual(await actions(['--query', 'action:Boot* OR connector:1', 'payload:status']), [
    'StatusNotification 01',
  ]);
  const table = await run([...RANGE, 'payload:ground'], true);
  assert.match(table.errors, /^1 entry from/);
});

test('a search that goes wrong is shown with a mark under the column', async () => {
  const { status, errors } = await run([...RANGE, 'status:Faulted outcom:error']);
  assert.equal(status, 2);
  const [said, text, mark] = errors.split('\n');
  assert.match(said ?? '', /^--query: .*outcom.*outcome/);
  assert.equal(text, '  status:Faulted outcom:error');
  assert.equal(mark, '                 ^');
});

test('wrong questions are answered in the words of the options', async () => {
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [['--actions', 'Heartbet'], 2, /^--actions "Heartbet" is no known action; did you mean Heartbeat\?/],
    [['--sort', 'up'], 2, /^--sort must be asc or desc/],
    [
      ['--take', '0', '--connector', 'x'],
      2,
      /^--connector must be whole numbers .*\n--take must be a whole number/,
    ],
    [['--from', 'now', '--to', '-1h'], 2, /^--to must be after from/],
    [['--from', 'yesterday'], 2, /^--from must be an ISO 8601 time/],
    [['--skip', '1'], 2, /^--skip is for pages/],
    [['--format', 'xml'], 2, /^--format: "xml" is not allowed/],
    [['--site', 'nowhere'], 1, /^no site nowhere; there are depot/],
  ];
  for (const [args, status, expected] of cases) {
    const ran = await run(args);
    assert.match(ran.errors, expected);
    assert.equal(ran.status, status);
  }
});
