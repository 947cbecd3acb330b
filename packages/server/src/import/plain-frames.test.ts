import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainFrames } from './plain-frames.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('marks, frames over lines and the hard wrap of a terminal', async () => {
  const read = await readAll(plainFrames, fixture('plain-frames.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, null, null, null, '[2,"1","Heartbeat",{}]'],
    [2, null, null, null, '[3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]'],
    [3, null, null, 'received', '[2,"2","Reset",{"type":"Soft"}]'],
    [4, null, null, 'sent', '[3,"2",{"status":"Accepted"}]'],
    [
      5,
      null,
      null,
      null,
      '[\n  2,\n  "3",\n  "StatusNotification",\n  {"connectorId": 1, "errorCode": "NoError", "status": "Available", "info": "a ] b roken by the terminal"}\n]',
    ],
    [12, 'no frame'],
  ]);
});

const frame = (id: number, info: string) =>
  JSON.stringify([2, `${id}`, 'DataTransfer', { vendorId: 'V', data: info, more: [3, 4] }]);
const textsOf = async (content: string) =>
  (await readAll(plainFrames, content)).map((line) => ('frame' in line ? line.frame : line.kind));

test('a line that begins as a frame does goes on with a text', async () => {
  const info = 'seen [2, and [3,"x",{}] and [2,17,4] there';
  const whole = [frame(1, info), frame(2, info)];
  for (let at = whole[0]?.indexOf('[2, and') ?? 0; at < 90; at += 1) {
    const wrapped = whole.map((text) => `${text.slice(0, at)}\n${text.slice(at)}`);
    const read = await textsOf(wrapped.join('\n'));
    assert.deepEqual(
      read.map((text) => JSON.parse(text)),
      whole.map((text) => JSON.parse(text)),
      `at ${at}`,
    );
  }
});

test('property: frames come out of a terminal of any width, and one torn in a text costs itself', async () => {
  const info = fc.array(fc.constantFrom('[2,', '[3,"', 'a', '"', ' ', '[', '{', '\\', '[2,"1","A",{'), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(info, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 60, max: 200 }),
      async (all, width) => {
        const frames = all.map((pieces, at) => frame(at, pieces.join('')));
        const wrapped = frames.map((text) => text.replace(new RegExp(`.{${width}}(?!$)`, 'g'), '$&\n'));
        const torn = wrapped[0]?.slice(0, 50) ?? '';
        const read = await textsOf([torn, ...wrapped].join('\n'));
        assert.equal(read[0], torn.trimEnd());
        assert.deepEqual(
          read.slice(1).map((text) => JSON.parse(text)),
          frames.map((text) => JSON.parse(text)),
        );
      },
    ),
    { numRuns: 200 },
  );
});
