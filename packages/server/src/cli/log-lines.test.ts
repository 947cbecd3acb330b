import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LOG_WAITING_MAX, LogLines } from './log-lines.ts';

const LINE = `${'x'.repeat(999)}\n`;

/** Both ends of a pipe; nobody reads it by itself. */
function pipe(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-lines-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const output = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const input = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  t.after(() => {
    closeSync(input);
    rmSync(folder, { recursive: true });
  });
  return { input, output };
}

/** What is in the pipe now; throws EAGAIN where that is nothing. */
function taken(output: number): string {
  const bytes = Buffer.alloc(64 * 1024);
  return bytes.toString('utf8', 0, readSync(output, bytes));
}

test('a pipe that nobody reads holds a bounded number of lines, counts the rest, and gets what waited when it is read', async (t) => {
  const { input, output } = pipe(t);
  t.after(() => closeSync(output));
  const lines = new LogLines(input);
  lines.write('first\n');
  for (let each = 0; each < 2000; each += 1) lines.write(LINE);
  const { log_bytes_waiting: waiting = 0, log_lines_dropped_total: dropped } = lines.counters();
  assert.equal(dropped, 2000 - Math.floor((LOG_WAITING_MAX - 'first\n'.length) / LINE.length));
  assert.ok(waiting <= LOG_WAITING_MAX && waiting > LOG_WAITING_MAX - LINE.length, `${waiting} bytes wait`);
  await lines.written(1);

  let read = '';
  while (read.length < waiting) {
    try {
      read += taken(output);
    } catch (error) {
      assert.match(String(error), /EAGAIN/);
      await turn();
    }
  }
  await lines.written(60_000);
  assert.equal(read, `first\n${LINE.repeat(1048)}`);
  assert.equal(lines.counters().log_bytes_waiting, 0);
  lines.write('last\n');
  await lines.written(60_000);
  assert.equal(taken(output), 'last\n');
});

test('lines to a file are all in it when they are written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-lines-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = openSync(join(folder, 'log'), 'a');
  t.after(() => closeSync(file));
  const lines = new LogLines(file);
  lines.write('one\n');
  lines.write('two\n');
  await lines.written(60_000);
  lines.write('three\n');
  await lines.written(60_000);
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), 'one\ntwo\nthree\n');
});

test('a reader who is gone stops nobody: what it does not get is counted', async (t) => {
  const { input, output } = pipe(t);
  closeSync(output);
  const lines = new LogLines(input);
  lines.write('one\n');
  await lines.written(60_000);
  lines.write('two\n');
  await lines.written(60_000);
  assert.deepEqual(lines.counters(), { log_bytes_waiting: 0, log_lines_dropped_total: 2 });
});
