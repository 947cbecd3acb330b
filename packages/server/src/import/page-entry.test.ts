import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Entry,
  EntryCsvWriter,
  EntryJsonWriter,
  encodeEntry,
  firstIdAt,
  NO_CONTEXT,
  type Wire,
} from '@ocpp-logs/core';
import fc from 'fast-check';
import { frameAt, type ImportedFrame, type ImportedLine, skipped } from './format.ts';
import { ocppLogs } from './ocpp-logs.ts';
import { entryLines } from './page-entry.ts';
import { chunksOf } from './source-double.ts';

const AT = Date.UTC(2026, 0, 5, 14, 58, 38, 7);
const TIME = '2026-01-05T14:58:38.007Z';
const LATER = '2026-01-05T14:58:38.048Z';
const CALL = '[2,"m1","StopTransaction",{"transactionId":9223372036854775807, "b":1.50}]';
const ANSWER = '[3,"m1",{"idTagInfo":{"status":"Accepted"}}]';

function wire(text: string, payload: readonly [number, number] | null = null): Wire {
  return {
    bytes: Buffer.from(text),
    payload: payload === null ? null : { start: payload[0], end: payload[1] },
    redacted: [],
    cut: null,
  };
}

function entry(over: Partial<Entry> = {}): Entry {
  return {
    kind: 'exchange',
    at: AT,
    charger: '=CP "1"',
    connection: 'c-7',
    direction: 'station_to_csms',
    version: '1.6',
    messageId: 'm1',
    action: 'StopTransaction',
    outcome: 'answered',
    request: wire(CALL, [26, CALL.length - 1]),
    answer: wire(ANSWER, [8, ANSWER.length - 1]),
    rejection: null,
    error: null,
    answeredAt: AT + 41,
    latency: 41_250,
    context: NO_CONTEXT,
    fields: { connector_id: 2, response_id_tag_info_status: 'Accepted' },
    findings: [],
    event: null,
    ...over,
  };
}

function spanIn(text: string, part: string) {
  return { start: text.indexOf(part), end: text.indexOf(part) + part.length };
}

/** Tiny chunks are tried elsewhere; some of these are of megabytes. */
async function readWhole(content: string | Uint8Array): Promise<readonly ImportedLine[]> {
  const chunks = chunksOf(content, 64 * 1024);
  return (await Array.fromAsync(ocppLogs.read(chunks, { timeZone: null, date: null }))).flat();
}

interface Form {
  readonly exchange: boolean;
  readonly raw: boolean;
}

const FULL: Form = { exchange: true, raw: true };

/** What is read of an entry that this project wrote; the same from JSON and from CSV. */
async function reread(given: Entry, form: Form = FULL): Promise<readonly ImportedLine[]> {
  const text = encodeEntry(firstIdAt(given.at), given);
  const json = new EntryJsonWriter('depot', { siteName: 'Depot', ...form });
  json.line(text);
  const csv = new EntryCsvWriter('depot', { siteName: 'Depot', ...form });
  csv.header();
  csv.line(text);
  const line = Buffer.from(json.take()).toString();
  const lines = entryLines(1, line);
  assert.deepEqual(await readWhole(line), lines);
  const rows = await readWhole(csv.take());
  assert.deepEqual(
    rows.map((row) => ({ ...row, line: row.line - 1 })),
    lines,
    'a row says what the object says',
  );
  return lines;
}

const TOLD: Partial<ImportedFrame> = {
  charger: '=CP "1"',
  time: TIME,
  direction: 'station_to_csms',
  version: '1.6',
  connection: 'c-7',
  connector: 2,
};
const ANSWERED: Partial<ImportedFrame> = {
  ...TOLD,
  time: LATER,
  direction: 'csms_to_station',
  connector: null,
};

test('with raw the frames are the texts that were stored, at their times', async () => {
  assert.deepEqual(await reread(entry()), [frameAt(1, CALL, TOLD), frameAt(1, ANSWER, ANSWERED)]);
});

test('with fields alone the frames are put together, the payload as its text was', async () => {
  const rebuilt = true;
  assert.deepEqual(await reread(entry(), { exchange: true, raw: false }), [
    frameAt(1, CALL, { ...TOLD, rebuilt }),
    frameAt(1, ANSWER, { ...ANSWERED, rebuilt }),
  ]);
});

test('a log without either gives the call, and the status of the id tag as its answer', async () => {
  const payload = CALL.slice(26, -1);
  const lines = await reread(entry(), { exchange: false, raw: false });
  const [call] = lines;
  assert.ok(call?.kind === 'frame');
  const id = /^\[2,"(log-[0-9a-f]{16})"/.exec(call.frame)?.[1];
  const told = { charger: '=CP "1"', time: TIME, rebuilt: true } as const;
  assert.deepEqual(lines, [
    frameAt(1, `[2,"${id}","StopTransaction",${payload}]`, {
      ...told,
      direction: 'station_to_csms',
      connector: 2,
      timed: false,
    }),
    frameAt(1, `[3,"${id}",{"idTagInfo":{"status":"Accepted"}}]`, {
      ...told,
      direction: 'csms_to_station',
      timed: false,
    }),
  ]);
  assert.deepEqual(await reread(entry(), { exchange: false, raw: false }), lines, 'the same id every time');
});

test('an answer whose time no clock told makes no latency', async () => {
  const [, answer] = await reread(entry({ latency: null }));
  assert.deepEqual(answer, frameAt(1, ANSWER, { ...ANSWERED, timed: false }));
});

test('with raw alone the answer is compared by what it says: its time is that of its call', async () => {
  const told = { charger: '=CP "1"', time: TIME } as const;
  assert.deepEqual(await reread(entry(), { exchange: false, raw: true }), [
    frameAt(1, CALL, { ...told, direction: 'station_to_csms', connector: 2 }),
    frameAt(1, ANSWER, { ...told, direction: 'csms_to_station', timed: false, rebuilt: true }),
  ]);
});

test('errors and rejections come back as what they were', async () => {
  const text = '[4,"m1","InternalError","no \\"way\\"",{"a":1.0}]';
  const failed = entry({
    outcome: 'error',
    answer: wire(text),
    error: { code: 'InternalError', description: 'no "way"', details: spanIn(text, '{"a":1.0}') },
  });
  const [, error] = await reread(failed, { exchange: true, raw: false });
  assert.deepEqual(error, frameAt(1, text, { ...ANSWERED, rebuilt: true }));

  const refusal = '[4,"m1","FormatViolation","",{}]';
  const rejected = entry({
    outcome: 'result_rejected',
    rejection: wire(refusal),
    error: { code: 'FormatViolation', description: '', details: spanIn(refusal, '{}') },
  });
  const told = { ...ANSWERED, direction: 'station_to_csms', timed: false } as const;
  assert.deepEqual((await reread(rejected)).slice(2), [frameAt(1, refusal, told)]);
  const parts = await reread(rejected, { exchange: true, raw: false });
  assert.deepEqual(parts.slice(1), [
    frameAt(1, ANSWER, { ...ANSWERED, rebuilt: true }),
    frameAt(1, refusal, { ...told, rebuilt: true }),
  ]);
});

test('a SEND is a SEND again', async () => {
  const sent = '[6,"m1","NotifyPeriodicEventStream",{"id":1}]';
  const [call, ...none] = await reread(
    entry({
      action: 'NotifyPeriodicEventStream',
      version: '2.1',
      outcome: 'sent',
      request: wire(sent, [36, sent.length - 1]),
      answer: null,
      answeredAt: null,
      latency: null,
      fields: {},
    }),
    { exchange: true, raw: false },
  );
  assert.equal(call?.kind === 'frame' && call.frame, sent);
  assert.equal(none.length, 0);
});

test('an orphan and a malformed frame are the one frame they are', async () => {
  for (const kind of ['orphan', 'malformed'] as const) {
    const alone = entry({
      kind,
      action: null,
      answer: null,
      answeredAt: null,
      request: wire('[3,"x",{'),
      fields: {},
    });
    assert.deepEqual(await reread(alone), [frameAt(1, '[3,"x",{', { ...TOLD, connector: null })]);
    assert.deepEqual(await reread(alone, { exchange: true, raw: false }), [
      skipped(1, `an entry of kind ${kind} without its text (raw)`),
    ]);
  }
});

test('what is no text, or not all of it, is named', async () => {
  const latin = { ...wire(''), bytes: Buffer.from('[3,"\xe4"', 'latin1') };
  const malformed = entry({ kind: 'malformed', action: null, answer: null, request: latin, fields: {} });
  assert.deepEqual(await reread(malformed), [skipped(1, 'the frame is not UTF-8')]);
  const long = {
    ...wire(`[2,"m1","StopTransaction",{"a":"${'x'.repeat(4 * 1024 * 1024)}`),
    cut: { length: 5e6, sha256: 'a'.repeat(64) },
  };
  assert.deepEqual(await reread(entry({ request: long, fields: {} })), [
    skipped(1, 'its recorder kept only the beginning of the frame'),
    frameAt(1, ANSWER, ANSWERED),
  ]);
});

test('base64 that is UTF-8 is read', () => {
  const record = {
    occurrence_time: TIME,
    action: 'Heartbeat',
    payload: {},
    charger_id: 'C',
    exchange: { kind: 'exchange', direction: 'station_to_csms' },
    raw: { request_text: Buffer.from('[2,"1","Heartbeat",{}]').toString('base64'), encoding: 'base64' },
  };
  const [line] = entryLines(7, JSON.stringify(record));
  assert.deepEqual(
    line,
    frameAt(7, '[2,"1","Heartbeat",{}]', { charger: 'C', time: TIME, direction: 'station_to_csms' }),
  );
});

test('connections become events; gaps and settings are another recorder’s own', async () => {
  const event = {
    event: 'closed',
    close_code: 1006,
    reason: '',
    ended_by: 'station',
    how: 'reset',
  } as const;
  const nothing = {
    action: null,
    request: null,
    answer: null,
    answeredAt: null,
    latency: null,
    outcome: null,
  };
  assert.deepEqual(await reread(entry({ ...nothing, kind: 'connection', event, fields: {} })), [
    { kind: 'event', line: 1, charger: '=CP "1"', time: TIME, connection: 'c-7', event },
  ]);
  for (const kind of ['gap', 'setting'] as const) {
    assert.deepEqual(await reread(entry({ ...nothing, kind, fields: {} })), [
      skipped(1, `a ${kind} entry of another recorder`),
    ]);
  }
});

const PAGE = {
  occurrence_time: TIME,
  action: 'Authorize',
  payload: { idTag: 'T' },
  site_id: 's',
  charger_id: 'C',
};
const page = (over: Record<string, unknown>) => entryLines(1, JSON.stringify({ ...PAGE, ...over }));

test('the connector is told where the message does not name it', () => {
  const told = (payload: unknown, connector_id: unknown) => {
    const [call] = page({ payload, connector_id });
    return call?.kind === 'frame' && call.connector;
  };
  assert.equal(told({ idTag: 'T' }, 3), 3);
  assert.equal(told({ connectorId: 3 }, 3), null);
  assert.equal(told({ evse: { id: 3 } }, 3), null);
  for (const wrong of [-1, 1.5, 'x', null, {}, 1e300]) assert.equal(told({}, wrong), null, String(wrong));
});

test('the answer of a token has the name that its version gives it', () => {
  const status = { response_id_tag_info_status: 'Blocked' };
  const [, answer] = page({ payload: { idToken: { idToken: 'T', type: 'Central' } }, ...status });
  assert.match(answer?.kind === 'frame' ? answer.frame : '', /,\{"idTokenInfo":\{"status":"Blocked"\}\}\]$/);
  const [, event] = page({ action: 'TransactionEvent', ...status });
  assert.match(event?.kind === 'frame' ? event.frame : '', /,\{"idTokenInfo":/);
});

test('what goes both ways, or is unknown, is taken as a call of the station where the entry does not tell it', () => {
  for (const action of ['DataTransfer', 'VendorThing']) {
    const lines = page({ action, payload: { vendorId: 'V' }, connector_id: null });
    assert.deepEqual(
      lines.map((line) => line.kind === 'frame' && line.direction),
      ['station_to_csms'],
    );
  }
  const [orphan] = page({ action: null, exchange: { kind: 'orphan' }, raw: { request_text: '[3,"9",{}]' } });
  assert.equal(orphan?.kind === 'frame' && orphan.direction, null);
});

test('a call of which no answer is told bears no time by which it would have timed out', () => {
  const timed = (members: Record<string, unknown>) =>
    page(members).map((line) => line.kind === 'frame' && line.timed);
  const raw = { request_text: '[2,"1","Authorize",{"idTag":"T"}]' };
  assert.deepEqual(timed({}), [false]);
  assert.deepEqual(timed({ raw }), [false]);
  assert.deepEqual(timed({ raw: { ...raw, response_text: '[3,"1",{}]' } }), [true, false]);
  assert.deepEqual(timed({ exchange: { kind: 'exchange', outcome: 'timeout' } }), [true]);
});

test('what is missing is named', () => {
  assert.deepEqual(entryLines(3, '[]'), [skipped(3, 'no JSON object')]);
  assert.deepEqual(page({ occurrence_time: '2026-01-05T14:58:38' }), [
    skipped(1, 'occurrence_time is no ISO 8601 time'),
  ]);
  assert.deepEqual(page({ action: null }), [skipped(1, 'no action')]);
  assert.deepEqual(page({ payload: [1] }), [skipped(1, 'payload is no object')]);
  assert.deepEqual(page({ payload: 'x' }), [skipped(1, 'payload is no object')]);
  assert.deepEqual(page({ exchange: { kind: 'connection', event: { event: 'melted' } } }), [
    skipped(1, 'a connection entry that does not say what happened'),
  ]);
});

test('property: whatever an entry holds, nothing is thrown', () => {
  const member = fc.constantFrom(
    ...['occurrence_time', 'action', 'payload', 'charger_id', 'connector_id', 'exchange', 'raw', '__proto__'],
    ...['response_id_tag_info_status', 'exchange.kind', 'raw.request_text'],
  );
  const inner = fc.dictionary(
    fc.constantFrom('kind', 'direction', 'event', 'request_text', 'response_text', 'encoding', 'outcome'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('connection', 'orphan', 'exchange', 'base64')),
  );
  const value = fc.oneof(fc.jsonValue(), inner, fc.constantFrom(TIME, 'Heartbeat', 'DataTransfer'));
  fc.assert(
    fc.property(fc.dictionary(member, value), fc.boolean(), (record, timed) => {
      const text = JSON.stringify(timed ? { ...record, occurrence_time: TIME } : record);
      for (const line of entryLines(1, text)) {
        if (line.kind === 'frame') assert.equal(typeof line.frame, 'string');
      }
    }),
    { numRuns: 500 },
  );
});
