import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { Progress } from './progress.ts';

function shown(columns: number, watched = true) {
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
    columns,
    environment: {},
  };
  const progress = new Progress(terminal, 1000, () => now);
  return {
    written,
    show: (at: number, entries: number, pass: number, passes: number) => {
      now = at;
      progress.show({ entries, bytes: entries * 2000, pass, passes });
    },
    clear: () => progress.clear(),
  };
}

test('a bar with percent, entries, bytes and the time that is left', () => {
  const line = shown(90);
  line.show(400, 100, 1, 1);
  line.show(2000, 250, 1, 1);
  assert.deepEqual(
    line.written,
    [
      '\r\u001b[K[##########------------------------------]   25%  250 of 1,000 entries  500 kB  0:06 left',
    ].map((text) => text.replace('------------------------------', '-'.repeat(30))),
  );
  line.clear();
  assert.equal(line.written.at(-1), '\r\u001b[K');
});

test('of two passes the first is half of the way', () => {
  const line = shown(90);
  line.show(1000, 1000, 1, 2);
  line.show(1500, 500, 2, 2);
  assert.match(line.written[0] ?? '', / 50% {2}looking for names, 1,000 of 1,000 entries {2}0:01 left$/);
  assert.match(line.written[1] ?? '', / 75% {2}500 of 1,000 entries {2}1\.0 MB {2}0:01 left$/);
});

test('a narrow terminal keeps percent and time, and nobody watching sees nothing', () => {
  const line = shown(20);
  line.show(2000, 250, 1, 1);
  assert.deepEqual(line.written, ['\r\u001b[K 25%  0:06 left']);
  const unseen = shown(90, false);
  unseen.show(2000, 250, 1, 1);
  unseen.clear();
  assert.deepEqual(unseen.written, []);
});
