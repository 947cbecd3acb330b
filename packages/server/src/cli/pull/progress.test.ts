import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import type { Terminal } from '../command.ts';
import { Progress } from './progress.ts';

const AT = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

function watched(columns: number, isWatched = true) {
  const written: string[] = [];
  const errors = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const terminal: Terminal = {
    input: Readable.from([]),
    output: errors,
    errors,
    interactive: false,
    watched: isWatched,
    columns,
    environment: {},
  };
  let now = 0;
  const progress = new Progress(terminal, 'depot', () => now);
  return { written, progress, pass: (ms: number) => (now += ms) };
}

const so = {
  window: { from: AT + HOUR, to: AT + 2 * HOUR },
  span: { from: AT, to: AT + 4 * HOUR },
  entries: 12_340,
};

test('the line tells how far in time, how many, how fast and how long', () => {
  const { written, progress, pass } = watched(120);
  progress.show(so);
  assert.deepEqual(written, []);
  pass(10_000);
  progress.show(so);
  progress.show(so);
  progress.clear();
  assert.deepEqual(written, [
    `\r\u001b[K[${'#'.repeat(10)}${'-'.repeat(30)}]  depot 2026-01-05 01:00  12,340 entries  1,234/s  0:30 left`,
    '\r\u001b[K',
  ]);
});

test('a narrow terminal gets what fits, and why nothing moves', () => {
  const { written, progress, pass } = watched(45);
  pass(10_000);
  progress.show(so);
  progress.wait('the server answered 429', 6_500);
  assert.deepEqual(written, [
    '\r\u001b[Kdepot 2026-01-05 01:00  12,340 entries',
    '\r\u001b[Kdepot: the server answered 429; again in 7 s',
  ]);
});

test('where nobody watches nothing is written', () => {
  const { written, progress, pass } = watched(100, false);
  pass(10_000);
  progress.show(so);
  progress.wait('the server answered 429', 6_500);
  progress.clear();
  assert.deepEqual(written, []);
});
