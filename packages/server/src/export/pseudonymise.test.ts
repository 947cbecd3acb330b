import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import type { SiteEntry } from '../store/store.ts';
import { readBundle, runBuilt as runExport } from './bundle/bundle-rig.fixture.ts';
import { CollectingSink, sourceOf, textsOf, wishFor } from './fixtures.ts';
import { EXPORT_FORMATS, type ExportFormatName } from './format.ts';
import { pseudonymKey, pseudonymKeyOfFile } from './pseudonymise.ts';
import { partOf } from './xlsx/zip-part.fixture.ts';

const KEY = pseudonymKey(new Uint8Array(32).fill(3));

/** Letters that no pseudonym holds. */
const ids = fc.stringMatching(/^[G-Z][G-Zg-z0-9]{6,15}$/);

function entriesWith(tag: string, serial: string): readonly SiteEntry[] {
  const info = `tag ${tag.toLowerCase()} at ${serial}`;
  return textsOf([
    entryAt(DEPOT_TIME, {
      charger: serial,
      connection: `${serial}-1`,
      request: wireOf(JSON.stringify([2, 'm1', 'StatusNotification', { connectorId: 1, info }])),
      fields: { request_info: info },
    }),
    entryAt(DEPOT_TIME + 1, {
      charger: serial,
      messageId: `${tag}.1`,
      action: 'Authorize',
      request: wireOf(JSON.stringify([2, `${tag}.1`, 'Authorize', { idTag: tag }])),
      answer: wireOf(JSON.stringify([3, `${tag}.1`, { idTagInfo: { status: 'Invalid', parentIdTag: tag } }])),
      fields: { request_id_tag: tag },
    }),
    entryAt(DEPOT_TIME + 2, {
      action: 'DataTransfer',
      request: wireOf(
        JSON.stringify([
          2,
          'm3',
          'DataTransfer',
          { vendorId: 'v', data: JSON.stringify({ serial, n: `\n${tag}` }) },
        ]),
      ),
      outcome: 'error',
      answer: wireOf(JSON.stringify([4, 'm3', 'InternalError', `no ${tag}`, { tag }])),
      error: { code: 'InternalError', description: `no ${tag}`, details: null },
    }),
    entryAt(DEPOT_TIME + 3, {
      kind: 'malformed',
      action: null,
      outcome: null,
      messageId: null,
      request: {
        bytes: Buffer.from(`[2,"x","Authorize",{"idTag":"${tag}"`),
        payload: null,
        redacted: [],
        cut: null,
      },
      answer: null,
      fields: {},
      event: { event: 'malformed', reason: 'not JSON' },
    }),
    entryAt(DEPOT_TIME + 4, {
      action: 'BootNotification',
      request: wireOf(JSON.stringify([2, 'm5', 'BootNotification', { chargePointSerialNumber: serial }])),
    }),
  ]);
}

async function exported(format: ExportFormatName, texts: readonly SiteEntry[], key = KEY): Promise<Buffer> {
  const wish = wishFor(format);
  const sink = new CollectingSink();
  await runExport(sourceOf(texts), { ...wish, form: { ...wish.form, raw: true }, pseudonymKey: key }, sink);
  return sink.bytes;
}

/** Everything that a reader could find in it. */
async function said(format: ExportFormatName, bytes: Buffer): Promise<string> {
  if (format === 'xlsx') return partOf(bytes, 'xl/worksheets/sheet1.xml');
  if (format === 'bundle') return Object.values(readBundle(bytes).texts).join('\n');
  if (format !== 'parquet') return bytes.toString();
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
  const text = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return text;
}

for (const format of EXPORT_FORMATS) {
  test(`of what is named in an export nothing is left in its ${format}, and the same stays the same`, async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, async (tag, serial) => {
        fc.pre(tag.toLowerCase() !== serial.toLowerCase());
        const texts = entriesWith(tag, serial);
        const bytes = await exported(format, texts);
        const text = (await said(format, bytes)).toLowerCase();
        // What a file holds beside its cells, too.
        const raw = bytes.toString('latin1').toLowerCase();
        for (const id of [tag, serial])
          assert.ok(!(text + raw).includes(id.toLowerCase()), `${id} in ${text}`);
        assert.ok(text.includes('statusnotification') && text.includes('invalid'));
        assert.deepEqual(new Set(text.match(/\bp[0-9a-f]{15}\b/g)).size, 2);
        if (format !== 'xlsx') assert.deepEqual(await exported(format, texts), bytes);
        const other = await said(format, await exported(format, texts, pseudonymKey(new Uint8Array(32))));
        assert.notEqual(other.toLowerCase(), text);
      }),
      { numRuns: 15 },
    );
  });
}

test('addresses of connections are replaced, the same by the same, and nothing else of them', async () => {
  const accepted = (at: number, remote_address: string) =>
    entryAt(DEPOT_TIME + at, {
      kind: 'connection',
      direction: null,
      version: null,
      messageId: null,
      action: null,
      outcome: null,
      request: null,
      answer: null,
      answeredAt: null,
      latency: null,
      fields: {},
      event: { event: 'accepted', subprotocol: 'ocpp1.6', remote_address },
    });
  const texts = textsOf([accepted(0, '203.0.113.7'), accepted(1, '2001:db8::7'), accepted(2, '203.0.113.7')]);
  const events = (await exported('ndjson', texts))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).exchange.event);
  const [first, second, third] = events.map(({ remote_address }) => remote_address);
  assert.match(first, /^p[0-9a-f]{15}$/);
  assert.notEqual(second, first);
  assert.equal(third, first);
  assert.deepEqual(events[0], { event: 'accepted', subprotocol: 'ocpp1.6', remote_address: first });
});

test('a key comes from a file of any form, but not of a short one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pseudonym-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'key');
  const keyOf = (text: string) => {
    writeFileSync(path, text);
    return pseudonymKeyOfFile(path);
  };
  assert.deepEqual(keyOf('0123456789abcdef\n'), keyOf('0123456789abcdef'));
  assert.notDeepEqual(keyOf('0123456789abcdef'), keyOf('0123456789abcdeF'));
  assert.throws(() => keyOf('0123456789abcde\n'), /at least 16 bytes/);
});
