import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotAPage, readPage } from './page.ts';

test('entries keep their text, whatever blanks and further members the page has', () => {
  const first =
    '{"payload": {"n":9223372036854775807,"x":1.50}, "occurrence_time":"2026-01-05T10:00:00.1239Z"}';
  const second = '{ "occurrence_time" : "2026-01-05T11:00:00+01:00", "ocpp_logs": [1] }';
  const text = `{ "count" : 7, "next": {"ocpp_logs":[2]}, "ocpp_logs" : [ ${first} ,\n${second}\n] }`;
  assert.deepEqual(readPage(text), {
    entries: [
      { at: Date.UTC(2026, 0, 5, 10, 0, 0, 123), text: first },
      { at: Date.UTC(2026, 0, 5, 10), text: second },
    ],
    count: 7,
    length: text.length,
  });
});

test('half a page is no page yet, another document never is one', () => {
  assert.equal(readPage('{"ocpp_logs":[{"a":1},'), null);
  for (const text of [
    '[]',
    '"x"',
    'null',
    '{"ocpp_logs":[]}',
    '{"ocpp_logs":{},"count":1}',
    '{"ocpp_logs":[],"count":-1}',
  ]) {
    assert.throws(() => readPage(text), NotAPage, text);
  }
});
