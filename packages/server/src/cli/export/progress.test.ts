import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { Progress } from './progress.ts';

function shown(columns: number, watched = true, totals = [1000]) {
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
  const progress = new Progress(terminal, totals, () => now);
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

test('of two passes the first is as long as what it reads, which is the whole site', () => {
  const line = shown(90, true, [3000, 1000]);
  line.show(1000, 1500, 1, 2);
  line.show(3000, 3000, 1, 2);
  line.show(3500, 500, 2, 2);
  assert.match(line.written[0] ?? '', / 37% {2}looking for names, 1,500 of 3,000 entries {2}0:02 left$/);
  assert.match(line.written[1] ?? '', / 75% {2}looking for names, 3,000 of 3,000 entries {2}0:01 left$/);
  assert.match(line.written[2] ?? '', / 87% {2}500 of 1,000 entries {2}1\.0 MB {2}0:01 left$/);
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
