import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import type { ImportProgress } from '../../import/engine.ts';
import type { Terminal } from '../command.ts';
import { Progress } from './progress.ts';

function bar(columns: number, watched = true) {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const terminal: Terminal = {
    input: Readable.from([]),
    output: sink,
    errors: sink,
    interactive: false,
    watched,
    columns,
    environment: {},
  };
  const clock = { now: 0 };
  const progress = new Progress(terminal, () => clock.now);
  const at = (now: number, told: Partial<ImportProgress>) => {
    clock.now = now;
    progress.show({ bytes: 0, totalBytes: 1000, frames: 0, entries: 0, file: 'a.log', ...told });
  };
  return { written, progress, at };
}

const ERASE = '\r\u001b[K';

test('bar, percent of bytes, entries a second, time left', () => {
  const { at, written } = bar(72);
  at(0, {});
  at(1_000, { bytes: 250, entries: 12_500 });
  assert.deepEqual(written, [
    `${ERASE}[${'#'.repeat(9)}${'-'.repeat(25)}]   25%  12,500 entries/s  0:03 left`,
  ]);
});

test('it is told at most every 200 ms, and not for what is done at once', () => {
  const { at, written } = bar(80);
  for (let now = 0; now <= 1_000; now += 10) at(now, { bytes: now });
  assert.equal(written.length, 3);
});

test('rates are those of the last seconds', () => {
  const { at, written } = bar(80);
  at(0, {});
  for (let second = 1; second <= 60; second += 1) at(second * 1_000, { bytes: 100, entries: 40_000 });
  assert.match(written.at(-1) ?? '', /10% {2}0 entries\/s$/);
});

test('no line is as wide as the terminal, however narrow', () => {
  for (let columns = 0; columns < 100; columns += 1) {
    for (const totalBytes of [1e12, null]) {
      const { at, written } = bar(columns);
      at(0, { totalBytes });
      at(60_000, { bytes: 3e9, totalBytes, frames: 123_456_789, entries: 123_456_789 });
      const [line = ''] = written;
      assert.ok(line.slice(ERASE.length).length < Math.max(1, columns), `${columns}: ${line}`);
    }
  }
  const { at, written } = bar(30);
  at(0, {});
  at(1_000, { bytes: 500, entries: 1_000 });
  assert.equal(written[0], `${ERASE} 50%  0:01 left`);
});

test('a pipe does not say how long it is: what was read is counted', () => {
  const { at, written } = bar(80);
  at(0, { totalBytes: null });
  at(1_000, { bytes: 12_345_678, totalBytes: null, frames: 20_000, entries: 10_000 });
  assert.deepEqual(written, [`${ERASE}12.3 MB  20,000 frames  10,000 entries/s`]);
});

test('it is erased at the end, and nothing is written where nobody watches', () => {
  const { at, written, progress } = bar(80);
  progress.clear();
  at(0, {});
  at(1_000, { bytes: 1 });
  progress.clear();
  progress.clear();
  assert.deepEqual([written.length, written.at(-1)], [2, ERASE]);
  const unwatched = bar(80, false);
  unwatched.at(0, {});
  unwatched.at(1_000, { bytes: 1 });
  unwatched.progress.clear();
  assert.deepEqual(unwatched.written, []);
});
