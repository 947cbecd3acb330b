import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryCells, entryColumns } from '@ocpp-logs/core';
import readXlsxFile, { type Sheet } from 'read-excel-file/node';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import { FORM, textsOf, VARIED, written } from './fixtures.ts';
import { entryFormOf } from './site-names.ts';
import { CELL_MAX, cellText, cutToCell } from './xlsx/cell-text.ts';
import { columnLetters } from './xlsx/sheet.ts';
import { partOf } from './xlsx/zip-part.fixture.ts';
import { XlsxExporter, xlsx } from './xlsx.ts';

const names = entryColumns(FORM).map(({ name }) => name);

/** Rows of each sheet, as somebody else's reader has them. */
async function sheetsOf(bytes: Buffer): Promise<readonly Sheet[]> {
  return await readXlsxFile(bytes);
}

test('another reader finds typed cells under the names of the API', async () => {
  const { bytes, remarks } = await written((sink) => xlsx.open(FORM, sink), textsOf(VARIED));
  assert.deepEqual(remarks, []);
  const [sheet] = await sheetsOf(bytes);
  assert.equal(sheet?.sheet, 'OCPP logs');
  const [header, ...rows] = sheet?.data ?? [];
  assert.deepEqual(header, names);
  const [first, second, gap] = rows.map((row) => new Map(names.map((name, place) => [name, row[place]])));
  assert.deepEqual(first?.get('occurrence_time'), new Date(DEPOT_TIME));
  assert.deepEqual(second?.get('occurrence_time'), new Date(DEPOT_TIME + 1007));
  assert.deepEqual(first?.get('exchange.response_time'), new Date(DEPOT_TIME + 40));
  assert.equal(first?.get('site_name'), FORM.sites[0]?.name);
  assert.equal(first?.get('request_status'), '=1+1');
  assert.equal(first?.get('request_meter_stop'), '-5');
  assert.equal(first?.get('extracted_power'), -3480);
  assert.equal(first?.get('exchange.extracted_energy'), 0.1 + 0.2);
  assert.equal(first?.get('exchange.offline'), true);
  assert.equal(first?.get('request_transaction_id'), '9223372036854775807');
  assert.equal(second?.get('request_transaction_id'), -12);
  assert.equal(second?.get('extracted_voltage'), 1e21);
  assert.equal(second?.get('payload'), '{"a":1.50,\n"b":9007199254740993,"c":"=x,y"}');
  assert.equal(gap?.get('action'), null);
  assert.match(String(gap?.get('exchange.event')), /^\{"event":"gap"/);
});

test('what a cell cannot hold is spelled out, and what looks so spelled too', () => {
  assert.equal(cellText('a<b>&"c"\'\t\n'), 'a&lt;b&gt;&amp;"c"\'\t\n');
  assert.equal(cellText('\r\u0000\u001f\ufffe'), '_x000D__x0000__x001F__xFFFE_');
  assert.equal(cellText('_x0041_ _x41_ __x000d_'), '_x005F_x0041_ _x41_ __x005F_x000d_');
  assert.equal(cellText('😀 \ud800'), '😀 _xD800_');
});

test('a text that is too long for a cell is cut with a mark, between characters, and counted', async () => {
  assert.equal(cutToCell('x'.repeat(CELL_MAX)), null);
  const cut = cutToCell('😀'.repeat(20_000)) ?? '';
  assert.ok(cut.length <= CELL_MAX && cut.isWellFormed());
  assert.ok(cut.endsWith('😀 [cut: the text has 40000 characters]'), cut.slice(-60));
  const long = `[2,"m1","DataTransfer",{"data":"${'<'.repeat(40_000)}"}]`;
  const texts = textsOf([entryAt(DEPOT_TIME, { request: wireOf(long) }), entryAt(DEPOT_TIME)]);
  const { bytes, remarks } = await written((sink) => xlsx.open(FORM, sink), texts);
  assert.deepEqual(remarks, [
    { count: 1, text: 'texts cut to the 32,767 characters that a cell of Excel holds' },
  ]);
  const [sheet] = await sheetsOf(bytes);
  assert.match(String(sheet?.data[1]?.[2]), /^\{"data":"<{30000,} \[cut: the text has 40011 characters\]$/);
});

test('where a sheet is full another begins, each with its header', async () => {
  const texts = textsOf(Array.from({ length: 7 }, (_, n) => entryAt(DEPOT_TIME + n)));
  const times = async (limits: { rows: number; bytes: number }) => {
    const { bytes } = await written((sink) => new XlsxExporter(FORM, sink, limits), texts);
    return (await sheetsOf(bytes)).map(({ sheet, data }) => [sheet, data.length, data[0]?.[0]]);
  };
  assert.deepEqual(await times({ rows: 4, bytes: 1e9 }), [
    ['OCPP logs', 4, 'occurrence_time'],
    ['OCPP logs 2', 4, 'occurrence_time'],
    ['OCPP logs 3', 2, 'occurrence_time'],
  ]);
  assert.equal((await times({ rows: 1000, bytes: 10_000 })).length > 1, true);
});

test('the header stays in sight, and rows can be filtered', async () => {
  const { bytes } = await written((sink) => xlsx.open(FORM, sink), textsOf(VARIED));
  const sheet = partOf(bytes, 'xl/worksheets/sheet1.xml');
  assert.match(sheet, /<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"\/>/);
  assert.match(sheet, new RegExp(`<autoFilter ref="A1:${columnLetters(names.length - 1)}4"/>`));
  assert.equal(sheet.match(/<col /g)?.length, names.length);
  assert.match(partOf(bytes, 'xl/workbook.xml'), /'OCPP logs'!\$A\$1:\$[A-Z]+\$4</);
});

test('the same entries make the same file, with no entry a header alone', async () => {
  const once = await written((sink) => xlsx.open(FORM, sink), textsOf(VARIED));
  const twice = await written((sink) => xlsx.open(FORM, sink), textsOf(VARIED));
  assert.ok(once.bytes.equals(twice.bytes));
  const empty = await written((sink) => xlsx.open(FORM, sink), []);
  assert.deepEqual(
    (await sheetsOf(empty.bytes)).map(({ data }) => data.length),
    [1],
  );
});

test('a sink that fails ends the export with its fault', async () => {
  const texts = textsOf(Array.from({ length: 2000 }, (_, n) => entryAt(DEPOT_TIME + n)));
  const exporter = xlsx.open(FORM, {
    write: async () => {
      throw new Error('disk full');
    },
  });
  await assert.rejects(async () => {
    for (let times = 0; times < 100; times++) await exporter.write(texts);
    await exporter.end();
  }, /disk full/);
  exporter.cancel();
});

test('times are exact to the millisecond, also for readers that cut what is finer', async () => {
  const times = Array.from({ length: 500 }, (_, n) => DEPOT_TIME + n * 86_399_989);
  const { bytes } = await written((sink) => xlsx.open(FORM, sink), textsOf(times.map((at) => entryAt(at))));
  const [sheet] = await sheetsOf(bytes);
  assert.deepEqual(
    sheet?.data.slice(1).map(([time]) => (time instanceof Date ? time.getTime() : time)),
    times,
  );
});

test('letters of columns', () => {
  assert.deepEqual([0, 25, 26, 51, 52, 701, 702].map(columnLetters), [
    'A',
    'Z',
    'AA',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
  ]);
  assert.equal(new EntryCells('s', entryFormOf(FORM)).columns.length, names.length);
});
