import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeEntry, type Entry, extract, NO_CONTEXT, sessionsOf, verdictOf } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import { sessionJson } from '../store/sessions/session-json.ts';
import type { SiteEntry } from '../store/store.ts';
import { checkedEntry } from '../validate/findings-of.ts';
import { bundleLack, pageOf } from './bundle/bundle-page.ts';
import { PAGE, readBundle, runBuilt } from './bundle/bundle-rig.fixture.ts';
import { BundleExporter } from './bundle.ts';
import { ExportRefusedError } from './export-refused.ts';
import { CollectingSink, FORM, sourceOf, textsOf, VARIED, wishFor, written } from './fixtures.ts';
import { TraceExporter } from './trace.ts';

let count = 0;

function said(at: number, action: string, call: object, answer: object = {}): Entry {
  const { fields } = extract({
    version: '1.6',
    action,
    call: { ...call },
    answer: { ...answer },
    context: NO_CONTEXT,
  });
  const id = `m${count++}`;
  const [asked, told] = [JSON.stringify(call), JSON.stringify(answer)];
  return entryAt(DEPOT_TIME + at, {
    action,
    messageId: id,
    fields,
    request: wireOf(`[2,"${id}","${action}",${asked}]`),
    answer: wireOf(`[3,"${id}",${told}]`),
  });
}

const status = (at: number, word: string) =>
  said(at, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word });
const REFUSED = textsOf([
  status(0, 'Preparing'),
  said(5_000, 'Authorize', { idTag: 'CARD-0815-XY' }, { idTagInfo: { status: 'Invalid' } }),
  status(9_000, 'Available'),
  // A number where a text belongs.
  said(60_000, 'DataTransfer', { vendorId: 7 }, { status: 'Accepted' }),
]);

const bundleOf = async (texts: readonly SiteEntry[], pseudonymised = false) => {
  const { bytes, remarks } = await written(
    (sink) => new BundleExporter(FORM, sink, PAGE, pseudonymised),
    texts,
  );
  return { ...readBundle(bytes), remarks };
};

test('a bundle holds every entry with all its findings, byte by byte', async () => {
  const { entries, head, page } = await bundleOf([...textsOf(VARIED), ...REFUSED]);
  assert.deepEqual(
    entries.map(({ site, entry }) => ({ ...entry, site })),
    [...textsOf(VARIED), ...REFUSED],
  );
  assert.equal(head.entries, 7);
  assert.deepEqual(
    entries.at(-1)?.findings.map(({ code, path }) => [code, path]),
    [['field-type', 'request.vendorId']],
  );
  assert.equal(page, PAGE.before + PAGE.after);
});

test('sessions, verdicts and what is told of the station are those of the same pure functions', async () => {
  const { head } = await bundleOf(REFUSED);
  const seen = REFUSED.map((text) => checkedEntry(String(text.id), decodeEntry(text)));
  const expected = sessionsOf(seen).map((session) => {
    const site = { id: 'depot', name: FORM.sites[0]?.name ?? '', kept: 0 };
    return JSON.parse(sessionJson({ site, session, verdict: verdictOf(session), cut: false }));
  });
  assert.equal(expected[0]?.verdict.rule, 'authorisation-refused');
  assert.deepEqual(head.sessions, expected);
  const [station, another] = head.stations;
  assert.equal(another, undefined);
  assert.deepEqual(
    station?.findings.map(({ code, count, first }) => [code, count, first.entry_id]),
    [['field-type', 1, String(REFUSED[3]?.id)]],
  );
});

test('the trace inside is the one that is exported by itself', async () => {
  const texts = [...textsOf(VARIED), ...REFUSED];
  const alone = await written((sink) => new TraceExporter(sink), texts);
  const { texts: parts, head, remarks } = await bundleOf(texts);
  assert.equal(parts.trace, alone.bytes.toString());
  assert.equal(head.trace.bytes, alone.bytes.length);
  assert.equal(head.trace.sha256, createHash('sha256').update(alone.bytes).digest('hex'));
  assert.deepEqual(
    remarks.map(({ text }) => text),
    alone.remarks.map(({ text }) => `not in the trace inside: ${text}`),
  );
});

test('nothing that is said can end a part of the page or begin a script', async () => {
  const hostile = '</script><script>alert(1)</script><!--<script>]]>';
  const name = hostile;
  const sink = new CollectingSink();
  const form = { ...FORM, sites: [{ id: 'depot', name }] };
  const exporter = new BundleExporter(form, sink, PAGE, false);
  await exporter.write(textsOf([said(0, 'DataTransfer', { vendorId: hostile, data: hostile })]));
  await exporter.end();
  const { page, head, texts } = readBundle(sink.bytes);
  assert.equal(page, PAGE.before + PAGE.after);
  assert.equal(head.sites[0]?.name, hostile);
  assert.ok(texts.entries.includes('</script>'), 'it is there, but packed');
});

test('more entries or longer texts than a browser can hold are refused in words', async () => {
  const make = (limits: { readonly entries: number; readonly text: number }) =>
    written((sink) => new BundleExporter(FORM, sink, PAGE, false, limits), REFUSED);
  await make({ entries: 4, text: 1e6 });
  const refused = (wanted: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ExportRefusedError);
    assert.match(error.message, wanted);
    return true;
  };
  await assert.rejects(make({ entries: 3, text: 1e6 }), refused(/at most 3 entries; narrow its time/));
  await assert.rejects(make({ entries: 4, text: 1000 }), refused(/at most 1,000 characters together/));
});

test('it says whether ids were replaced, and none of them is left in any part', async () => {
  const wish = wishFor('bundle');
  const made = async (pseudonymKey: Uint8Array | null) => {
    const sink = new CollectingSink();
    await runBuilt(sourceOf(REFUSED), { ...wish, pseudonymKey }, sink);
    return readBundle(sink.bytes);
  };
  const replaced = await made(new Uint8Array(32));
  assert.equal(replaced.head.pseudonymised, true);
  assert.ok(!JSON.stringify(replaced.texts).includes('0815'));
  assert.match(replaced.texts.head, /"id_tag":"p[0-9a-f]{15}"/);
  const clear = await made(null);
  assert.equal(clear.head.pseudonymised, false);
  for (const text of Object.values(clear.texts)) assert.ok(text.includes('CARD-0815-XY'));
});

test('a page without one place for the entries is none', () => {
  for (const html of ['<body></body>', '<!--entries--><!--entries-->']) assert.throws(() => pageOf(html));
});

test('a bundle lacks its page where that was not built, and says what to run', () => {
  assert.match(
    bundleLack('/no/such/bundle.html') ?? '',
    /dashboard, which is not built here: run npm run build/,
  );
  assert.equal(bundleLack(fileURLToPath(import.meta.url)), null);
});
