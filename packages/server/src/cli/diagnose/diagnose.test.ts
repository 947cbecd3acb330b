import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DataFolder } from '../../folder.ts';
import { runFor } from '../terminal-double.ts';

/** A card that is refused, then a session that goes well. */
const LOG = [
  '2026-01-05T10:00:00.000Z RECV [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]',
  '2026-01-05T10:00:00.100Z SEND [3,"1",{}]',
  '2026-01-05T10:00:05.000Z RECV [2,"2","Authorize",{"idTag":"B"}]',
  '2026-01-05T10:00:05.100Z SEND [3,"2",{"idTagInfo":{"status":"Invalid"}}]',
  '2026-01-05T10:01:00.000Z RECV [2,"3","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]',
  '2026-01-05T10:01:00.100Z SEND [3,"3",{}]',
  '2026-01-05T11:00:00.000Z RECV [2,"4","Authorize",{"idTag":"A"}]',
  '2026-01-05T11:00:00.100Z SEND [3,"4",{"idTagInfo":{"status":"Accepted"}}]',
  '2026-01-05T11:00:10.000Z RECV [2,"5","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-01-05T11:00:10Z"}]',
  '2026-01-05T11:00:22.000Z SEND [3,"5",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]',
  '2026-01-05T11:41:10.000Z RECV [2,"6","StopTransaction",{"transactionId":7,"meterStop":12300,"timestamp":"2026-01-05T11:41:10Z","reason":"Local"}]',
  '2026-01-05T11:41:10.100Z SEND [3,"6",{}]',
].join('\n');

let base = '';
let log = '';
before(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-diagnose-'));
  log = join(base, 'station.log');
  writeFileSync(log, LOG);
});
after(() => rmSync(base, { recursive: true }));

const diagnose = (...args: readonly string[]) => runFor(['diagnose', ...args]);
const ofFile = (...args: readonly string[]) =>
  diagnose(log, '--charger', 'CP_1', '--data', join(base, 'none'), ...args);

interface Row {
  readonly kind: string;
  readonly id?: string;
  readonly verdict?: {
    readonly rule: string;
    readonly text: string;
    readonly evidence: readonly { readonly entry: string; readonly line?: number }[];
  };
  readonly conclusion?: { readonly rule: string; readonly text: string };
  readonly finding?: { readonly first: { readonly entry: string } };
}

function rowsOf(output: string): readonly Row[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

const rulesOf = (output: string) =>
  rowsOf(output)
    .filter(({ kind }) => kind !== 'finding')
    .map(({ verdict, conclusion }) => verdict?.rule ?? conclusion?.rule);

test('of a file: verdicts with the lines that prove them, and nothing is written', async () => {
  const { status, output, errors } = await ofFile();
  assert.equal(
    output,
    [
      '2026-01-05T10:00:00.000Z  CP_1 #1  FAILED: The card was refused (Invalid, once); nobody charged.',
      '    See whether the CSMS knows the card, and whether it may charge here.',
      `    2026-01-05T10:00:05.000Z  Authorize Invalid  ${log}:3`,
      '2026-01-05T11:00:00.000Z  CP_1 #1  Charged 12.3 kWh in 41 min, ended by the driver.',
      `    2026-01-05T11:00:10.000Z  StartTransaction Accepted  ${log}:9`,
      `    2026-01-05T11:41:10.000Z  StopTransaction Local  ${log}:11`,
      'CP_1: WARNING: The CSMS took up to 12 s to answer: StartTransaction.',
      '    Stations give up after some seconds and send again: look at the load of the CSMS.',
      `    2026-01-05T11:00:10.000Z  StartTransaction  ${log}:9`,
      '',
    ].join('\n'),
  );
  assert.equal(errors, '1 station, 2 sessions: authorisation-refused 1, charged 1\n');
  assert.equal(status, 0);
  assert.equal(existsSync(join(base, 'none')), false);
  assert.deepEqual(readdirSync(base), ['station.log']);
});

test('of a site, also while a server runs on it: the same verdicts, with the ids of entries', async () => {
  const data = join(base, 'data');
  const imported = await runFor(['import', log, '--charger', 'CP_1', '--site', 'depot', '--data', data]);
  assert.equal(imported.status, 0);
  const range = ['--from', '2026-01-05', '--to', '2026-01-06'];
  const { status, output } = await diagnose('--data', data, '--json', ...range);
  assert.equal(status, 0);
  assert.deepEqual(rulesOf(output), ['authorisation-refused', 'charged', 'csms-slow']);
  const [refused] = rowsOf(output);
  const shown = await runFor([
    'search',
    '--data',
    data,
    ...range,
    '--include',
    'exchange',
    '--actions',
    'Authorize',
    '--sort',
    'asc',
  ]);
  const [first = ''] = shown.output.split('\n');
  // Safe: `search` printed it.
  const { exchange } = JSON.parse(first) as { readonly exchange: { readonly id: string } };
  assert.equal(refused?.verdict?.evidence[0]?.entry, exchange.id);

  const later = await diagnose(
    '--data',
    data,
    '--json',
    '--from',
    '2026-01-05T11:00:00Z',
    '--to',
    '2026-01-06',
  );
  assert.deepEqual(rulesOf(later.output), ['charged', 'csms-slow']);
  const [charged] = rowsOf(output).filter(({ verdict }) => verdict?.rule === 'charged');
  assert.equal(rowsOf(later.output)[0]?.id, charged?.id);
  for (const name of ['--station', '--charger']) {
    assert.equal((await diagnose('--data', data, '--json', ...range, name, 'CP_2')).output, '');
  }
  assert.match((await diagnose('--data', data, '--date', '2026-01-05')).errors, /--date is for files/);

  const server = DataFolder.hold(data, 'serve');
  try {
    assert.equal((await diagnose('--data', data, '--json', ...range)).output, output);
  } finally {
    server.release();
  }
});

test('what runs on is told as of the end of a file, and of a site as far as it is read', async () => {
  const running = join(base, 'running.log');
  const lines = LOG.split('\n').slice(0, -2).join('\n');
  writeFileSync(running, lines.replaceAll('2026-', '2025-'));
  const data = join(base, 'running');
  const texts = (output: string) => rowsOf(output).map(({ verdict }) => verdict?.text);
  const file = await diagnose(running, '--charger', 'CP_1', '--json');
  assert.ok(texts(file.output).includes('Had begun when the log ends; energy unknown so far.'));
  const imported = await runFor(['import', running, '--charger', 'CP_1', '--site', 'depot', '--data', data]);
  assert.equal(imported.status, 0);
  const site = await diagnose('--data', data, '--json', '--from', '2025-01-05', '--to', '2025-01-06');
  assert.ok(
    texts(site.output).includes(
      'Had begun at 2025-01-08 00:00 UTC, as far as is read; energy unknown so far.',
    ),
    site.output,
  );
});

test('an answer that bears the id of no call is told beside the call, of a file as of a site', async () => {
  const misnamed = join(base, 'misnamed.log');
  writeFileSync(misnamed, LOG.replace('[3,"2",', '[3,"20",'));
  const data = join(base, 'misnamed');
  const told = (output: string) =>
    rowsOf(output).flatMap(({ conclusion }) =>
      conclusion?.rule === 'answer-misnamed' ? [conclusion.text] : [],
    );
  const text =
    'An answer came that bears the message id of no call, and a call was left without: Authorize (Invalid).';
  const file = await diagnose(misnamed, '--charger', 'CP_1', '--json');
  assert.deepEqual(told(file.output), [text]);
  const imported = await runFor(['import', misnamed, '--charger', 'CP_1', '--site', 'depot', '--data', data]);
  assert.equal(imported.status, 0);
  const site = await diagnose('--data', data, '--json', '--from', '2026-01-05', '--to', '2026-01-06');
  assert.deepEqual(told(site.output), [text]);
});

test('a range and a station choose sessions of a file too', async () => {
  assert.deepEqual(rulesOf((await ofFile('--json', '--to', '2026-01-05T10:30:00Z')).output), [
    'authorisation-refused',
  ]);
  assert.equal((await ofFile('--json', '--station', 'CP_2')).output, '');
  const [, charged] = rowsOf((await ofFile('--json')).output);
  assert.deepEqual(
    charged?.verdict?.evidence.map(({ line }) => line),
    [9, 11],
  );
});

test('what cannot be read is told by the status', async () => {
  const missing = await diagnose(join(base, 'missing.log'));
  assert.equal(missing.status, 1);
  assert.match(missing.errors, /missing\.log/);
  const both = await ofFile('--site', 'depot');
  assert.deepEqual([both.status, both.output], [2, '']);
  const backwards = await ofFile('--from', '2026-01-06', '--to', '2026-01-05');
  assert.equal(backwards.status, 2);
});

test('what was found in messages, by code, with the first of each', async () => {
  const wrong = join(base, 'wrong.log');
  const status = (n: number, more: string) =>
    `2026-01-05T10:0${n}:00.000Z RECV [2,"${n}","StatusNotification",{"connectorId":1,"errorCode":"NoError"${more}}]`;
  const lines = [
    status(1, ',"status":"Faulted"'),
    status(2, ''),
    '2026-01-05T10:02:01.000Z SEND [3,"2",{"status":"Accepted"}]',
    status(3, ''),
    '2026-01-05T10:03:00.500Z SEND [3,"3",{}]',
    '2026-01-05T10:03:01.000Z RECV [2,"4","Heartbeat",{}]',
    '2026-01-05T10:03:02.000Z SEND [3,"4",{"currentTime":"2026-01-05T11:03:02Z"}]',
  ];
  writeFileSync(wrong, lines.join('\n'));
  const args = [wrong, '--charger', 'CP_1', '--data', join(base, 'none')];
  const { output } = await diagnose(...args);
  const [, told = ''] = output.split('CP_1: found in its messages:\n');
  assert.deepEqual(told.split('\n'), [
    `    field-missing  violates  2  first StatusNotification request.status  ${wrong}:2`,
    `    field-unknown  violates  1  first StatusNotification answer.status  ${wrong}:2`,
    `    faulted-no-error  unusual  1  first StatusNotification request.errorCode  ${wrong}:1`,
    `    call-unanswered  unusual  1  first StatusNotification (timeout)  ${wrong}:1`,
    `    clock-skew  unusual  1  first Heartbeat answer.currentTime (+3600 s)  ${wrong}:6`,
    '',
  ]);
  const [found] = rowsOf((await diagnose(...args, '--json')).output).flatMap(({ finding }) => finding ?? []);
  assert.deepEqual(found, {
    code: 'field-missing',
    severity: 'violates',
    text: 'A field that must be there is missing.',
    clause: 'JSON schema StatusNotification.req of OCPP 1.6',
    count: 2,
    first: {
      entry: found?.first.entry,
      at: '2026-01-05T10:02:00.000Z',
      what: 'StatusNotification',
      file: wrong,
      line: 2,
    },
    path: 'request.status',
    detail: null,
  });
});
