import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvFrames } from './csv-frames.ts';
import { sourceOf } from './source.ts';
import { chunksOf, readAll } from './source-double.ts';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const timeOf = (at: number) => `2026-01-31T12:00:${String(at).padStart(2, '0')}.250Z`;
const framesOf = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify([
      2,
      `${at}-x`,
      'StatusNotification',
      {
        connectorId: at % 3,
        info: `hello "${'world '.repeat(at % 7)}"`,
        status: 'Available',
        values: [{}, 12_345],
      },
    ]),
  );

test('property: a table comes out of a terminal of any width as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 80, max: 200 }),
      fc.constantFrom('', '\r'),
      fc.boolean(),
      async (width, cr, last) => {
        const frames = framesOf(30);
        const rows = frames.map((frame, at) => {
          const time = timeOf(at);
          return last ? `${time},CP_1,${quoted(frame)}` : `${time},CP_1,${quoted(frame)},"csms"`;
        });
        const wrapped = rows.map((row) => row.replace(new RegExp(`.{${width}}(?!$)`, 'g'), `$&${cr}\n`));
        const content = `time,station,message${last ? '' : ',way'}\n${wrapped.join(`${cr}\n`)}${cr}\n`;
        const lines = await readAll(csvFrames, content);
        assert.deepEqual(
          lines.map((line) =>
            line.kind === 'frame' ? [line.charger, line.time, line.direction, JSON.parse(line.frame)] : line,
          ),
          frames.map((frame, at) => ['CP_1', timeOf(at), last ? null : 'csms_to_station', JSON.parse(frame)]),
        );
        const { sample } = await sourceOf(chunksOf(content, 65_536));
        assert.ok(csvFrames.detect(sample).confidence > 0.9);
      },
    ),
    { numRuns: 60 },
  );
});
