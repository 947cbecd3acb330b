import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import readXlsxFile from 'read-excel-file/node';
import { runFor } from '../terminal-double.ts';

const LOG = [
  '2026-01-05T10:00:00.000Z RECV [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"SN-4711-XY"}]',
  '2026-01-05T10:00:00.250Z SEND [3,"1",{"status":"Accepted","currentTime":"2026-01-05T10:00:00Z","interval":300}]',
  '2026-01-05T10:00:01.000Z RECV [2,"2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"=1+1"}]',
  '2026-01-05T10:00:01.012Z SEND [3,"2",{}]',
  '2026-01-05T10:00:02.000Z RECV [2,"3","Authorize",{"idTag":"TAG-0815-ZZ"}]',
  '2026-01-05T10:00:03.000Z SEND [3,"99",{}]',
].join('\n');

const RANGE = ['--from', '2026-01-05', '--to', '2026-01-06'];
let folder = '';
let away = '';

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-export-'));
  away = mkdtempSync(join(tmpdir(), 'ocpp-logs-away-'));
  const imported = await runFor(['import', '-', '--charger', 'CP_1', '--site', 'depot', '--data', folder], {
    input: LOG,
  });
  assert.equal(imported.status, 0);
});
after(() => {
  for (const made of [folder, away]) rmSync(made, { recursive: true });
});

const run = (args: readonly string[], around = {}) =>
  runFor(['export', ...RANGE, ...args, '--data', folder], around);

test('without a file: CSV as the search gives it, and on the other stream what it was', async () => {
  const { status, output, errors } = await run([]);
  assert.equal(status, 0);
  assert.equal(output, (await runFor(['search', ...RANGE, '--format', 'csv', '--data', folder])).output);
  assert.match(output, /,'=1\+1,/);
  const bytes = Buffer.byteLength(output);
  const sha256 = createHash('sha256').update(output).digest('hex');
  assert.equal(
    errors,
    `3 entries from 2026-01-05T00:00:00.000Z to 2026-01-06T00:00:00.000Z\nbytes   ${bytes} (${(bytes / 1000).toFixed(1)} kB)\nsha256  ${sha256}\n`,
  );
  assert.match((await run(['--guard', 'none'])).output, /,=1\+1,/);
});

test('a file is there when it is whole, in the format of its ending', async () => {
  const file = join(away, 'day.xlsx');
  const { status, output, errors } = await run(['-o', file, '--sort', 'asc', '--include', 'exchange']);
  assert.deepEqual([status, output], [0, '']);
  assert.match(errors, new RegExp(`^3 entries .* into ${file}\n`));
  const bytes = readFileSync(file);
  assert.match(errors, new RegExp(`sha256 {2}${createHash('sha256').update(bytes).digest('hex')}\n$`));
  const [sheet] = await readXlsxFile(bytes);
  assert.deepEqual(
    sheet?.data.map(([time, action]) => [time instanceof Date ? time.toISOString() : time, action]),
    [
      ['occurrence_time', 'action'],
      ['2026-01-05T10:00:00.000Z', 'BootNotification'],
      ['2026-01-05T10:00:01.000Z', 'StatusNotification'],
      ['2026-01-05T10:00:02.000Z', 'Authorize'],
    ],
  );
  await run(['--output', join(away, 'day.parquet')]);
  assert.equal(readFileSync(join(away, 'day.parquet'), 'latin1').slice(0, 4), 'PAR1');
  assert.deepEqual(
    readdirSync(away).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('filters are those of the search; take is not bounded by a page', async () => {
  const actions = async (args: readonly string[]) =>
    (await run(['--format', 'ndjson', ...args])).output
      .split('\n')
      .filter((line) => line !== '')
      .map((line): string => JSON.parse(line).action);
  assert.deepEqual(await actions(['--take', '5000']), [
    'Authorize',
    'StatusNotification',
    'BootNotification',
  ]);
  assert.deepEqual(await actions(['--actions', 'Authorize']), ['Authorize']);
  assert.deepEqual(await actions(['--sort', 'asc', '--take', '1']), ['BootNotification']);
  assert.deepEqual(await actions(['--charger', 'other']), []);
});

test('a trace stands in the order of time, orphans with it, and is no news to an import', async () => {
  const { output, errors } = await run(['--format', 'trace']);
  const records = output
    .trimEnd()
    .split('\n')
    .map((line): { messageId: string } => JSON.parse(line));
  assert.deepEqual(
    records.map(({ messageId }) => messageId),
    ['1', '1', '2', '2', '3', '99'],
  );
  assert.match(errors, /^4 entries /);
  const again = await runFor(['import', '-', '--site', 'depot', '--json', '--data', folder], {
    input: output,
  });
  const { accepted, duplicates } = JSON.parse(again.output);
  assert.deepEqual([accepted, duplicates], [0, 6]);
});

test('pseudonyms are the same for the same key, and none of what they stand for is left', async () => {
  const key = join(away, 'key');
  writeFileSync(key, '0123456789abcdef0123456789abcdef\n');
  const given = async (args: readonly string[]) =>
    (await run(['--format', 'ndjson', '--include', 'raw', '--pseudonymise', ...args])).output;
  const own = await given([]);
  for (const secret of ['TAG-0815-ZZ', 'SN-4711-XY']) assert.doesNotMatch(own, new RegExp(secret));
  assert.equal(own, await given([]));
  assert.notEqual(own, await given(['--pseudonym-key', key]));
  assert.equal(await given(['--pseudonym-key', key]), await given(['--pseudonym-key', key]));
});

test('a value that the range does not name, but the site does, stands in clear in no export', async (t) => {
  const own = mkdtempSync(join(tmpdir(), 'ocpp-logs-named-'));
  t.after(() => rmSync(own, { recursive: true }));
  const log = [
    '2026-01-05T10:00:00.000Z RECV [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"SNX-0012345"}]',
    '2026-01-05T10:00:01.000Z RECV [2,"2","StartTransaction",{"connectorId":1,"idTag":"DEADBEEF01","meterStart":1,"timestamp":"2026-01-05T10:00:01Z"}]',
    '2026-01-20T10:00:02.000Z RECV [2,"3","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"card deadbeef01 DE:AD:BE:EF:01"}]',
  ].join('\n');
  const into = ['import', '-', '--charger', 'SNX-0012345', '--site', 'depot', '--data', own];
  assert.equal((await runFor(into, { input: log })).status, 0);
  const given = async (args: readonly string[]) => {
    const asked = ['export', '--pseudonymise', '--format', 'ndjson', '--include', 'raw', '--data', own];
    return (await runFor([...asked, ...args])).output;
  };
  const exports = [
    await given(['--from', '2026-01-01', '--to', '2026-02-01']),
    await given(['--from', '2026-01-01', '--to', '2026-02-01', '--actions', 'StatusNotification']),
    await given(['--from', '2026-01-20', '--to', '2026-01-21', '--charger', 'SNX-0012345']),
  ];
  assert.deepEqual(
    exports.map((text) => text.trimEnd().split('\n').length),
    [3, 1, 1],
  );
  for (const text of exports) {
    assert.doesNotMatch(text, /SNX-0012345|deadbeef01|DE:AD:BE:EF:01/i);
    assert.match(text, /"info":"card (p[0-9a-f]{15}) \1"/);
  }
  assert.equal(new Set(exports.map((text) => /"charger_id":"([^"]+)"/.exec(text)?.[1])).size, 1);
});

test('a terminal gets no binary bytes', async () => {
  for (const format of ['xlsx', 'parquet']) {
    const { status, errors } = await run(['--format', format], { interactive: true });
    assert.deepEqual(
      [status, errors],
      [2, `${format} is nothing to read on a terminal: name a file with -o FILE\n`],
    );
  }
  assert.equal((await run([], { interactive: true })).status, 0);
});

test('nothing to export is no failure and says what was asked', async () => {
  const { status, output, errors } = await runFor([
    'export',
    '--from',
    '2025-01-01',
    '--to',
    '2025-01-02',
    '--data',
    folder,
  ]);
  assert.equal(status, 0);
  assert.match(output, /^occurrence_time,[^\n]*\r\n$/);
  assert.match(errors, /^0 entries from 2025.*\nnothing matches; --from and --to widen the range\n/);
});

test('wrong wishes are answered in the words of the options', async () => {
  const short = join(away, 'short');
  writeFileSync(short, 'abc\n');
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['-o', join(away, 'x.jsonl')], 2, /^--format is needed: .*x\.jsonl does not end in/],
    [['--format', 'xml'], 2, /^--format: "xml" is not allowed/],
    [['--format', 'trace', '--sort', 'desc'], 2, /^--sort: Open OCPP Trace/],
    [['--format', 'ndjson', '--guard', 'none'], 2, /^--guard is for csv/],
    [['--format', 'trace', '--include', 'raw'], 2, /^--include is not for trace: [^\n]+\n$/],
    [['--guard', 'off'], 2, /^--guard must be none/],
    [['--take', '0'], 2, /^--take: "0" is not allowed/],
    [['--skip', '1'], 2, /^--skip: no such option/],
    [['--pseudonym-key', short], 2, /^--pseudonym-key goes with --pseudonymise/],
    [
      ['--pseudonymise', '--pseudonym-key', short],
      1,
      /^--pseudonym-key: a key for pseudonyms holds at least 16 bytes/,
    ],
    [['--pseudonymise', '--pseudonym-key', join(away, 'no')], 1, /^--pseudonym-key: .*no such file/],
    [['-o', away, '--format', 'csv'], 1, /is a folder; name a file/],
    [['-o', join(away, 'none', 'x.csv')], 1, /none does not exist$/m],
    [['-x', '1'], 2, /^-x: no such option/],
    [['-o'], 2, /^-o needs a value: -o FILE/],
    [['--site', 'nowhere'], 1, /^no site nowhere; there are depot/],
  ];
  for (const [args, status, expected] of cases) {
    const ran = await run(args);
    assert.match(ran.errors, expected);
    assert.equal(ran.status, status, ran.errors);
  }
  assert.equal(existsSync(join(away, 'x.jsonl')), false);
});
