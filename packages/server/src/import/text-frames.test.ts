import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAll, rows } from './source-double.ts';
import { textFrames } from './text-frames.ts';

const CALL = '[2,"1","Heartbeat",{}]';
const read = async (line: string) =>
  rows(await readAll(textFrames, `${line}\n`, { timeZone: 'UTC', date: '2026-01-31' }))[0]?.slice(1);

test('a time in any of the shapes that can mean one thing only', async () => {
  const times: Readonly<Record<string, string>> = {
    'x=1 (2026-01-31 18:00:01.5) a b c d e f': '2026-01-31T18:00:01.5Z',
    '31.01.2026 18:00:01 INF [f()]': '2026-01-31T18:00:01Z',
    'debug: 1/31/2026, 6:00:01 PM CP |': '2026-01-31T18:00:01Z',
    'debug: 1/31/2026, 12:00:01 AM CP |': '2026-01-31T00:00:01Z',
    'Jan 31, 2026 6:00:01 PM OCPP:': '2026-01-31T18:00:01Z',
    '[31/Jan/2026:18:00:01 +0100]': '2026-01-31T18:00:01+01:00',
    '1769882401': '2026-01-31T18:00:01.000Z',
    '1769882401250:': '2026-01-31T18:00:01.250Z',
    '18:00:01': '2026-01-31T18:00:01Z',
    '01-31 18:00:01 D/ocpp.cli: call message:': '2026-01-31T18:00:01Z',
    '01-31 18:00:01.250  120  133 I Ocpp    :': '2026-01-31T18:00:01.250Z',
  };
  for (const [before, time] of Object.entries(times)) {
    assert.deepEqual(await read(`${before} ~ ${CALL}`), [null, time, null, CALL], before);
  }
  // Which of its parts is the month nobody knows.
  assert.deepEqual(await read(`3/4/2026, 18:00:01 ~ ${CALL}`), [null, null, null, CALL]);
  assert.deepEqual(await read(`31-01 18:00:01 ~ ${CALL}`), [null, null, null, CALL]);
});

test('the way, and a station where it is named as one', async () => {
  const told = async (before: string) => (await read(`${before}${CALL}`))?.toSpliced(1, 1).slice(0, 2);
  assert.deepEqual(await told("| >> Command 'Heartbeat' sent request payload: "), [null, 'sent']);
  assert.deepEqual(await told('received JSON message from CP_1: '), ['CP_1', 'received']);
  assert.deepEqual(await told('received from server: '), [null, 'received']);
  assert.deepEqual(await told('passed to the websocket: '), [null, null]);
});

test('a frame and its answer on one line, and lists that are none', async () => {
  const row = `Heartbeat | CP | ${CALL} | [3,"1",{}] | 9/11/2026`;
  assert.deepEqual(
    rows(await readAll(textFrames, `${row}\nnumbers [2,3,4] and ["2","a"]\n`)).map((line) => line.at(-1)),
    [CALL, '[3,"1",{}]', 'no frame'],
  );
});
