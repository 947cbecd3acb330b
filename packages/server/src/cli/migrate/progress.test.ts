import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { Progress } from './progress.ts';

const STRETCH = { site: 'depot', month: '2026-01', from: 0, to: 1 };

function shown(watched: boolean) {
  const written: string[] = [];
  let now = 0;
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const terminal = {
    input: Readable.from([]),
    output: errors,
    errors,
    interactive: watched,
    watched,
    columns: 90,
    environment: {},
  };
  const progress = new Progress(terminal, 4000, () => now);
  return {
    progress,
    written,
    show: (at: number, step: 'moving' | 'comparing', entries: number) => {
      now = at;
      progress.show({ stretch: STRETCH, step, entries, bytes: entries * 100 });
    },
  };
}

test('a bar with the rate of what is moved, its bytes and the time that is left', () => {
  const line = shown(true);
  line.show(100, 'moving', 500);
  line.show(1000, 'moving', 500);
  line.show(1100, 'moving', 500);
  line.show(2000, 'comparing', 500);
  assert.deepEqual(line.written, [
    '\r\u001b[K[######-----------------]   25%  depot 2026-01 moving  1,000 entries/s  100 kB  0:03 left',
    '\r\u001b[K[###########-----------]   50%  depot 2026-01 comparing  750 entries/s  200 kB  0:02 left',
  ]);
  assert.deepEqual(line.progress.moved, { entries: 1500, bytes: 200_000, seconds: 2 });
});

test('where nobody watches, a line a month is all', () => {
  const line = shown(false);
  line.show(2000, 'moving', 500);
  const [here, there] = [
    { entries: 2, sum: 'a' },
    { entries: 3, sum: 'b' },
  ];
  line.progress.compared({ stretch: STRETCH, here, there: here, same: true });
  line.progress.compared({ stretch: STRETCH, here, there, same: false });
  assert.deepEqual(line.written, [
    'depot  2026-01  same: 2 entries, a\n',
    'depot  2026-01  DIFFERENT: here 2 entries, a; there 3, b\n',
  ]);
});
