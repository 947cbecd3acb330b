/** Entries of several sites in one file, some columns, and entries by their names. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import { estimateBuilt as estimateExport, runBuilt as runExport } from './bundle/bundle-rig.fixture.ts';
import type { ExportWish } from './export.ts';
import { ALL, CollectingSink, FORM, sourceOf, textsOf, wishFor } from './fixtures.ts';
import { EXPORT_FORMATS, type ExportFormatName } from './format.ts';

const SITES = [
  { id: 'depot', name: 'Depot, "A"' },
  { id: 'yard', name: 'Yard' },
] as const;
const said = (id: string) => ({
  messageId: id,
  request: wireOf(`[2,"${id}","Authorize",{"idTag":"TAG-${id}"}]`),
});
const DEPOT_TEXTS = textsOf([0, 2, 2, 4].map((ms, at) => entryAt(DEPOT_TIME + ms, said(`d${at}`))));
const YARD_TEXTS = textsOf(
  [1, 2, 5].map((ms, at) => entryAt(DEPOT_TIME + ms, said(`y${at}`))),
  'yard',
);
const SOURCE = sourceOf([...DEPOT_TEXTS, ...YARD_TEXTS], 2);

function wish(format: ExportFormatName, over: Partial<ExportWish['query']> = {}): ExportWish {
  const filters = SITES.map(({ id }) => ({ ...ALL, site: id }));
  return { ...wishFor(format, { filters, ...over }), form: { ...FORM, sites: SITES } };
}

async function exported(wanted: ExportWish): Promise<string> {
  const sink = new CollectingSink();
  await runExport(SOURCE, wanted, sink);
  return sink.bytes.toString();
}

const messages = (ndjson: string) =>
  ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).exchange.message_id);

test('entries stand by time, id and site, each with its own site', async () => {
  const rows: Record<string, string>[] = parse(await exported(wish('csv')), { columns: true });
  assert.deepEqual(
    rows.map((row) => [row['exchange.message_id'], row.site_id, row.site_name]),
    [
      ['d0', 'depot', 'Depot, "A"'],
      ['y0', 'yard', 'Yard'],
      ['d1', 'depot', 'Depot, "A"'],
      ['y1', 'yard', 'Yard'],
      ['d2', 'depot', 'Depot, "A"'],
      ['d3', 'depot', 'Depot, "A"'],
      ['y2', 'yard', 'Yard'],
    ],
  );
  const newest = messages(await exported(wish('ndjson', { order: 'desc', take: 3 })));
  assert.deepEqual(newest, ['y2', 'd3', 'd2']);
});

test('an estimate counts all of them, in every format', async () => {
  for (const format of EXPORT_FORMATS) {
    const sink = new CollectingSink();
    const { entries } = await runExport(SOURCE, wish(format), sink);
    assert.deepEqual(
      await estimateExport(SOURCE, wish(format)),
      { entries: 7, bytes: sink.bytes.length },
      format,
    );
    assert.equal(entries, 7);
  }
});

test('entries that are named come alone, as far as they are there', async () => {
  const only = [YARD_TEXTS[0], DEPOT_TEXTS[3]].flatMap((text) =>
    text === undefined ? [] : [{ site: text.site, id: `${text.id}` }],
  );
  const asked = wish('ndjson', { only: [...only, { site: 'yard', id: '5' }] });
  assert.deepEqual(messages(await exported(asked)), ['y0', 'd3']);
  assert.equal((await estimateExport(SOURCE, asked)).entries, 2);
});

test('columns are those that are named, in their order', async () => {
  const named = ['exchange.message_id', 'site_name', 'occurrence_time'];
  const some = (format: ExportFormatName) => {
    const asked = wish(format, { take: 2 });
    return exported({ ...asked, form: { ...asked.form, exchange: false, columns: named } });
  };
  assert.equal(
    await some('csv'),
    'exchange.message_id,site_name,occurrence_time\r\n' +
      'd0,"Depot, ""A""",2026-05-03T12:00:00.000Z\r\ny0,Yard,2026-05-03T12:00:00.001Z\r\n'.replaceAll(
        '2026-05-03T12:00:00',
        new Date(DEPOT_TIME).toISOString().slice(0, 19),
      ),
  );
  const [first = ''] = (await some('ndjson')).split('\n');
  assert.deepEqual(Object.keys(JSON.parse(first)), ['exchange', 'site_name', 'occurrence_time']);
});

test('records of a trace tell their site where there are several, and only there', async () => {
  const sitesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).meta?.siteId);
  assert.deepEqual(new Set(sitesOf(await exported(wish('trace')))), new Set(['depot', 'yard']));
  const one = { ...wish('trace', { filters: [ALL] }), form: FORM };
  assert.deepEqual(new Set(sitesOf(await exported(one))), new Set([undefined]));
});

test('what is named at one of the sites is replaced at all of them, by the same', async () => {
  const texts = [
    ...textsOf([entryAt(DEPOT_TIME, { request: wireOf('[2,"a","Authorize",{"idTag":"PRIVATE-77"}]') })]),
    ...textsOf(
      [
        entryAt(DEPOT_TIME + 1, {
          request: wireOf('[2,"b","StatusNotification",{"info":"card PRIVATE-77"}]'),
        }),
      ],
      'yard',
    ),
  ];
  const sink = new CollectingSink();
  const told: number[] = [];
  const wanted = { ...wish('ndjson'), pseudonymKey: new Uint8Array(32) };
  await runExport(sourceOf(texts), wanted, sink, ({ pass, entries }) => pass === 1 && told.push(entries));
  const pseudonyms = sink.bytes.toString().match(/p[0-9a-f]{15}/g);
  assert.equal(new Set(pseudonyms).size, 1);
  assert.ok((pseudonyms?.length ?? 0) >= 2);
  assert.doesNotMatch(sink.bytes.toString(), /PRIVATE/);
  assert.equal(told.at(-1), 2);
  assert.equal((await estimateExport(sourceOf(texts), wanted)).names, 2);
});
