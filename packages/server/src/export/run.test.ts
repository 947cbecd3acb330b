import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EntryCsvWriter, EntryJsonWriter } from '@ocpp-logs/core';
import { parse } from 'csv-parse/sync';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import { estimateBuilt as estimateExport, runBuilt as runExport } from './bundle/bundle-rig.fixture.ts';
import type { ExportProgress } from './export.ts';
import { ALL, CollectingSink, FORM, sourceOf, textsOf, VARIED, wishFor } from './fixtures.ts';
import { EXPORT_FORMATS } from './format.ts';
import { entryFormOf } from './site-names.ts';

const MANY = textsOf(Array.from({ length: 3500 }, (_, n) => entryAt(DEPOT_TIME + n)));

test('an export tells its entries by kind, its bytes and their SHA-256, in every format', async () => {
  for (const format of EXPORT_FORMATS) {
    const sink = new CollectingSink();
    const result = await runExport(sourceOf(textsOf(VARIED)), wishFor(format), sink);
    assert.equal(result.entries, 3, format);
    assert.deepEqual(result.kinds, { exchange: 2, gap: 1 });
    assert.equal(result.bytes, sink.bytes.length);
    assert.equal(result.sha256, createHash('sha256').update(sink.bytes).digest('hex'));
  }
});

test('NDJSON and CSV are what the API streams', async () => {
  const texts = textsOf(VARIED);
  for (const [format, writer] of [
    ['ndjson', new EntryJsonWriter('depot', entryFormOf(FORM))],
    ['csv', new EntryCsvWriter('depot', entryFormOf(FORM))],
  ] as const) {
    const sink = new CollectingSink();
    await runExport(sourceOf(texts), wishFor(format, { order: 'desc' }), sink);
    if ('header' in writer) writer.header();
    for (const text of texts.toReversed()) writer.line(text);
    assert.equal(sink.bytes.toString(), new TextDecoder().decode(writer.take()));
  }
});

test('another reader of CSV finds the cells, guarded ones with their apostrophe', async () => {
  const sink = new CollectingSink();
  await runExport(sourceOf(textsOf(VARIED)), wishFor('csv'), sink);
  const rows: Record<string, string>[] = parse(sink.bytes, { columns: true });
  assert.deepEqual(
    rows.map((row) => [row.request_status, row.request_meter_stop, row.extracted_power, row.request_info]),
    [
      ["'=1+1", "'-5", '-3480', 'a\r\nb\t"c" <&> _x0041_ \u0000 \ufffe 😀 '],
      ['', '', '', ''],
      ['', '', '', ''],
    ],
  );
  assert.equal(rows[1]?.payload, '{"a":1.50,\n"b":9007199254740993,"c":"=x,y"}');
});

test('progress rises to the end and is told no more often than every tenth of a second', async () => {
  const told: ExportProgress[] = [];
  const started = performance.now();
  await runExport(sourceOf(MANY, 10), wishFor('csv'), new CollectingSink(), (progress) =>
    told.push(progress),
  );
  const most = Math.ceil((performance.now() - started) / 100) + 2;
  assert.ok(told.length >= 2 && told.length <= most, `${told.length} of at most ${most}`);
  assert.deepEqual(
    told.map(({ entries }) => entries),
    told.map(({ entries }) => entries).toSorted((a, b) => a - b),
  );
  const { entries, pass, passes } = told.at(-1) ?? {};
  assert.deepEqual([entries, pass, passes], [3500, 1, 1]);
});

test('an export that is called off ends with the reason, whatever it was about to write', async () => {
  for (const format of EXPORT_FORMATS) {
    const calledOff = new AbortController();
    const reason = new Error('called off');
    const progress = ({ entries }: ExportProgress) => {
      if (entries > 0) calledOff.abort(reason);
    };
    const sink = new CollectingSink();
    await assert.rejects(
      runExport(sourceOf(MANY), wishFor(format), sink, progress, calledOff.signal),
      (error) => error === reason,
      format,
    );
  }
});

test('the export goes no faster than its sink', async () => {
  let waiting: (() => void) | null = null;
  let read = 0;
  const source = sourceOf(MANY, 100);
  const counted = {
    ...source,
    async *entries(query: Parameters<typeof source.entries>[0]) {
      for await (const batch of source.entries(query)) {
        read += batch.length;
        yield batch;
      }
    },
  };
  let writes = 0;
  let told: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => {
    told = resolve;
  });
  const done = runExport(counted, wishFor('ndjson'), {
    write: () =>
      new Promise((resolve) => {
        writes += 1;
        waiting = resolve;
        if (writes === 1) told();
        else resolve();
      }),
  });
  await stuck;
  const before = read;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(read, before);
  assert.ok(before < 3500);
  (waiting as (() => void) | null)?.();
  assert.equal((await done).entries, 3500);
});

test('an estimate counts exactly and measures a thousand', async () => {
  for (const format of EXPORT_FORMATS) {
    const sink = new CollectingSink();
    const { bytes } = await runExport(sourceOf(MANY), wishFor(format), sink);
    const estimate = await estimateExport(sourceOf(MANY), wishFor(format));
    assert.equal(estimate.entries, 3500);
    assert.ok(
      estimate.bytes > bytes * 0.8 && estimate.bytes < bytes * 2,
      `${format} ${estimate.bytes} ${bytes}`,
    );
    assert.equal((await estimateExport(sourceOf(MANY), wishFor(format, { take: 7 }))).entries, 7);
  }
  const whole = await runExport(sourceOf(textsOf(VARIED)), wishFor('csv'), new CollectingSink());
  assert.deepEqual(await estimateExport(sourceOf(textsOf(VARIED)), wishFor('csv')), {
    entries: 3,
    bytes: whole.bytes,
  });
});

test('an estimate looks at all of the time, not at the beginning alone', async () => {
  const long = wireOf(`[2,"m1","DataTransfer",{"data":"${'x'.repeat(2000)}"}]`);
  const texts = textsOf([
    ...Array.from({ length: 1500 }, (_, n) => entryAt(DEPOT_TIME + n)),
    ...Array.from({ length: 1500 }, (_, n) => entryAt(DEPOT_TIME + 1500 + n, { request: long })),
  ]);
  for (const order of ['asc', 'desc'] as const) {
    const wish = wishFor('ndjson', { order });
    const { bytes } = await runExport(sourceOf(texts), wish, new CollectingSink());
    const estimate = await estimateExport(sourceOf(texts), wish);
    assert.ok(Math.abs(estimate.bytes / bytes - 1) < 0.1, `${estimate.bytes} of ${bytes}`);
  }
  const alike = textsOf(Array.from({ length: 3000 }, () => entryAt(DEPOT_TIME)));
  assert.equal((await estimateExport(sourceOf(alike), wishFor('ndjson'))).entries, 3000);
});

test('pseudonyms take two passes, and leave no id tag of what is written', async () => {
  const secret = 'TAG-7F3A-PRIVATE';
  const texts = textsOf([
    entryAt(DEPOT_TIME, {
      action: 'Authorize',
      request: wireOf(`[2,"m1","Authorize",{"idTag":"${secret}"}]`),
      fields: { request_id_tag: secret },
    }),
  ]);
  const told: ExportProgress[] = [];
  const sink = new CollectingSink();
  const wish = { ...wishFor('ndjson'), pseudonymKey: new Uint8Array(32) };
  await runExport(sourceOf(texts), wish, sink, (progress) => told.push(progress));
  assert.deepEqual([told.at(0)?.pass, told.at(-1)?.pass, told.at(-1)?.passes], [1, 2, 2]);
  assert.doesNotMatch(sink.bytes.toString(), new RegExp(secret));
});

test('values are learned from all of the site, whatever is exported of it', async () => {
  const secret = 'TAG-7F3A-PRIVATE';
  const serial = 'SNX-0012345';
  const texts = textsOf([
    entryAt(DEPOT_TIME, {
      kind: 'orphan',
      action: 'BootNotification',
      request: wireOf(`[2,"m1","BootNotification",{"chargePointSerialNumber":"${serial}"}]`),
    }),
    entryAt(DEPOT_TIME + 1000, {
      charger: serial,
      request: wireOf(`[2,"m2","StatusNotification",{"info":"card ${secret.toLowerCase()}"}]`),
      fields: {},
    }),
    entryAt(DEPOT_TIME + 2000, { request: wireOf(`[2,"m3","Authorize",{"idTag":"${secret}"}]`) }),
  ]);
  const filter = {
    ...ALL,
    from: DEPOT_TIME + 1000,
    to: DEPOT_TIME + 2000,
    kinds: ['exchange'],
    chargers: [serial],
  } as const;
  const wish = {
    ...wishFor('ndjson', { filters: [filter], take: 1 }),
    form: { ...FORM, raw: true },
    pseudonymKey: new Uint8Array(32),
  };
  const told: ExportProgress[] = [];
  const sink = new CollectingSink();
  await runExport(sourceOf(texts), wish, sink, (progress) => told.push(progress));
  assert.equal(told.findLast(({ pass }) => pass === 1)?.entries, 3);
  assert.equal(told.at(-1)?.entries, 1);
  const written = sink.bytes.toString().toLowerCase();
  assert.match(written, /"card p[0-9a-f]{15}"/);
  for (const value of [secret, serial]) assert.ok(!written.includes(value.toLowerCase()), value);
  const { entries, names } = await estimateExport(sourceOf(texts), wish);
  assert.deepEqual([entries, names], [1, 3]);
  assert.equal((await estimateExport(sourceOf(texts), { ...wish, pseudonymKey: null })).names, undefined);
});
