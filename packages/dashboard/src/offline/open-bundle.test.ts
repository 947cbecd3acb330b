import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BundleEntry,
  type BundleHead,
  bundleRow,
  type Entry,
  encodeEntry,
  extract,
  firstIdAt,
  NO_CONTEXT,
} from '@ocpp-logs/core';
import { OpenBundle } from './open-bundle.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const utf8 = new TextEncoder();

function said(at: number, charger: string, call: Readonly<Record<string, string | number>>): Entry {
  const payload = JSON.stringify(call);
  const bytes = utf8.encode(`[2,"m${at}","StatusNotification",${payload}]`);
  const { fields } = extract({
    version: '1.6',
    action: 'StatusNotification',
    call,
    answer: {},
    context: NO_CONTEXT,
  });
  return {
    kind: 'exchange',
    at: AT + at,
    charger,
    connection: null,
    direction: 'station_to_csms',
    version: '1.6',
    messageId: `m${at}`,
    action: 'StatusNotification',
    outcome: 'timeout',
    request: {
      bytes,
      payload: { start: bytes.length - 1 - utf8.encode(payload).length, end: bytes.length - 1 },
      redacted: [],
      cut: null,
    },
    answer: null,
    rejection: null,
    error: null,
    answeredAt: null,
    latency: null,
    context: NO_CONTEXT,
    fields,
    findings: [],
    event: null,
  };
}

const row = (site: string, entry: Entry, findings: BundleEntry['findings'] = []): BundleEntry => ({
  site,
  entry: encodeEntry(firstIdAt(entry.at), entry),
  findings,
});
const ROWS = [
  row('depot', said(0, 'CP_1', { connectorId: 1, errorCode: 'NoError', status: 'Faulted' }), [
    { code: 'faulted-no-error', path: 'request.errorCode' },
  ]),
  // The same id at another site.
  row('yard', said(0, 'CP_2', { connectorId: 2, errorCode: 'NoError', status: 'Available' })),
  row(
    'depot',
    said(1_000, 'CP_1', { connectorId: 1, status: 'Available', info: 12345678901234567890n.toString() }),
  ),
];
const HEAD: BundleHead = {
  version: 1,
  made_by: 'ocpp-logs 1.2.3',
  pseudonymised: true,
  sites: [
    { id: 'depot', name: 'Depot' },
    { id: 'yard', name: 'Back yard' },
  ],
  entries: ROWS.length,
  sessions: [],
  stations: [],
  trace: { bytes: 0, sha256: '', remarks: [] },
};
const bundle = new OpenBundle(JSON.stringify(HEAD), ROWS.map((each) => `${bundleRow(each)}\n`).join(''));

function found(q: string): readonly number[] {
  const answer = bundle.search(q);
  assert.equal(answer.kind, 'found', q);
  return answer.kind === 'found' ? answer.entries.map((each) => bundle.entries.indexOf(each)) : [];
}

test('a bundle is searched by the grammar of the server: fields, words, sites, findings', () => {
  assert.deepEqual(found(''), [0, 1, 2]);
  assert.deepEqual(found('status:Available'), [1, 2]);
  assert.deepEqual(found('-station:CP_2 status:Available'), [2]);
  assert.deepEqual(found('faulted'), [0]);
  assert.deepEqual(found('site:"Back yard"'), [1]);
  assert.deepEqual(found('has:finding'), [0]);
  assert.deepEqual(found('finding:faulted-*'), [0]);
  assert.deepEqual(found('connector:2 OR finding:faulted-no-error'), [0, 1]);
  const fault = bundle.search('stauts:x');
  assert.ok(fault.kind === 'fault' && fault.error.message.includes('did you mean'));
});

test('entries are those of their own site, as the API gives them with everything', () => {
  const id = String(ROWS[0]?.entry.id);
  assert.equal(bundle.at('depot', id), bundle.entries[0]);
  assert.equal(bundle.at('yard', id), bundle.entries[1]);
  assert.equal(bundle.at('elsewhere', id), null);
  const [first, second] = bundle.entries;
  assert.ok(first && second);
  const log = bundle.log(first);
  assert.equal(log, bundle.log(first), 'written once');
  assert.deepEqual(
    [log.site_name, log.charger_id, log.request_status, log.exchange?.id, log.validation?.findings[0]?.code],
    ['Depot', 'CP_1', 'Faulted', id, 'faulted-no-error'],
  );
  assert.match(log.raw?.request_text ?? '', /^\[2,"m0"/);
  const other = bundle.log(second);
  assert.deepEqual([other.site_name, other.validation?.findings], ['Back yard', []]);
});

test('its time goes from the first entry to the last', () => {
  assert.deepEqual(bundle.range, { from: AT, to: AT + 1_000 });
  assert.equal(new OpenBundle(JSON.stringify(HEAD), '').range, null);
});
