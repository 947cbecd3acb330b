import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from './detect.ts';
import type { ImportedLine } from './format.ts';
import { sampleOf } from './sample.ts';
import { fixture, readAll, rows } from './source-double.ts';
import { steve } from './steve.ts';

test('sessions, both ways, tabs for blanks; connections are told, everything else is skipped by its reason', async () => {
  const read = await readAll(steve, fixture('steve.txt'), { timeZone: 'Europe/Berlin', date: '2026-01-31' });
  assert.deepEqual(rows(read), [
    [1, 'another part of SteVe'],
    [2, 'lesbos', '2026-01-31T11:00:01.110Z', '{"event":"accepted"}'],
    [
      3,
      'lesbos',
      '2026-01-31T11:00:01.250Z',
      'station_to_csms',
      '[2,"03f1","BootNotification",{"chargePointVendor":"Vend","chargePointModel":"One"}]',
    ],
    [
      4,
      'lesbos',
      '2026-01-31T11:00:01.300Z',
      'csms_to_station',
      '[3,"03f1",{"status":"Accepted","currentTime":"2026-01-31T11:00:01.299Z","interval":14400}]',
    ],
    [5, 'TG2', '2026-01-31T11:00:02.026Z', 'station_to_csms', '[2,\t"66606271",\t"Heartbeat",\t{}]'],
    [6, 'a message of the connection that is no frame'],
    [7, 'a message of the connection that is no frame'],
    [8, 'a message of the connection that is no frame'],
    [9, 'no line of the WebSocketLogger'],
    [10, 'no line of the WebSocketLogger'],
    [
      11,
      'TG2',
      '2026-01-31T11:00:05.526Z',
      '{"event":"closed","close_code":1006,"reason":"WebSocket Read EOF"}',
    ],
    [12, 'lesbos', '2026-01-31T11:00:06.000Z', '{"event":"closed","close_code":1000}'],
  ]);
});

const FRAMES = fixture('steve.txt').toString();
const told = (text: string) =>
  readAll(steve, text, { timeZone: 'Europe/Berlin' }).then((read) =>
    read.flatMap((line) => (line.kind === 'skipped' ? [] : [{ ...line, line: 0 }])),
  );

for (const width of [80, 100, 120, 200]) {
  test(`a terminal of ${width} columns wrapped it: everything is read as before`, async () => {
    const wrapped = FRAMES.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n');
    assert.notEqual(wrapped, FRAMES);
    const frames = (await told(FRAMES)).map(spaced);
    assert.equal(frames.length, 6);
    assert.deepEqual((await told(wrapped)).map(spaced), frames);
    const found = detect(sampleOf(Buffer.from(wrapped)));
    assert.equal(typeof found === 'string' ? found : found.format.name, 'steve');
  });
}

/** Between the parts of a frame a line break is kept. */
function spaced(line: ImportedLine): ImportedLine {
  return line.kind === 'frame' ? { ...line, frame: line.frame.replaceAll('\n', '') } : line;
}
