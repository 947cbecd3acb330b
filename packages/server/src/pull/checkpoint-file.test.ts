import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { FolderError } from '../folder.ts';
import { afterWindow, type Checkpoint, fresh, GAPS_MAX, readAgain } from './checkpoint.ts';
import { CheckpointFile, checkpointsIn } from './checkpoint-file.ts';
import { checkpointText, readCheckpoint } from './checkpoint-text.ts';

const PAIR = { url: 'https://logs.example', site: 'depot', into: 'mirror' };
const AT = Date.UTC(2026, 0, 5);

const full: Checkpoint = {
  ...fresh(PAIR, AT),
  through: AT + 5_000,
  gaps: [{ from: AT + 1, to: AT + 2 }],
  lastError: { at: AT + 9, message: 'the server answered 500' },
  counts: { windows: 1, requests: 2, entries: 3, accepted: 4, duplicates: 5, skipped: 6 },
};

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'ocpp-logs-pull-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('what was written is read, by the next process too, and replaces what was there', (t) => {
  const data = folder(t);
  const file = CheckpointFile.hold(data, PAIR);
  assert.equal(file.read(), null);
  file.write(fresh(PAIR, AT));
  file.write(full);
  file.release();
  const next = CheckpointFile.hold(data, PAIR);
  assert.deepEqual(next.read(), full);
  next.release();
  assert.deepEqual(checkpointsIn(data), { checkpoints: [full], unreadable: [] });
  const names = readdirSync(join(data, 'pull')).map((name) => name.replace(/^[0-9a-f]{32}/, 'D'));
  assert.deepEqual(names.sort(), ['D.json', 'D.lock']);
  assert.equal(JSON.parse(readFileSync(file.path, 'utf8')).through, '2026-01-05T00:00:05.000Z');
});

test('each mirror has a checkpoint of its own, which one process writes', (t) => {
  const data = folder(t);
  const file = CheckpointFile.hold(data, PAIR);
  const other = CheckpointFile.hold(data, { ...PAIR, into: 'elsewhere' });
  assert.notEqual(file.path, other.path);
  assert.throws(() => CheckpointFile.hold(data, PAIR), FolderError);
  file.release();
  CheckpointFile.hold(data, PAIR).release();
  other.release();
});

test('a file that is no checkpoint is told, not overwritten', (t) => {
  const data = folder(t);
  const file = CheckpointFile.hold(data, PAIR);
  writeFileSync(file.path, '{"version":1');
  assert.throws(() => file.read(), /is no checkpoint; remove it to begin anew/);
  file.release();
  assert.deepEqual(checkpointsIn(data), { checkpoints: [], unreadable: [file.path] });
  assert.deepEqual(checkpointsIn(join(data, 'none')), { checkpoints: [], unreadable: [] });
});

test('half a new file beside it does no harm', (t) => {
  const data = folder(t);
  const file = CheckpointFile.hold(data, PAIR);
  file.write(full);
  writeFileSync(`${file.path}.new`, '{"vers');
  assert.deepEqual(file.read(), full);
  file.write({ ...full, gaps: [] });
  assert.deepEqual(file.read(), { ...full, gaps: [] });
  file.release();
});

test('a folder that is in the way is an error that says so', (t) => {
  const data = folder(t);
  const file = CheckpointFile.hold(data, PAIR);
  mkdirSync(file.path);
  assert.throws(() => file.read(), /EISDIR/);
  file.release();
});

test('no text makes reading it throw, and every checkpoint comes back', () => {
  const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
  const span = fc.tuple(time, time).map(([from, to]) => ({ from, to }));
  fc.assert(
    fc.property(time, time, fc.array(span), fc.string(), (from, through, gaps, message) => {
      const checkpoint = { ...full, from, through, gaps, lastError: { at: from, message } };
      assert.deepEqual(readCheckpoint(checkpointText(checkpoint)), checkpoint);
      assert.equal(readCheckpoint(message), null);
      assert.equal(readCheckpoint(JSON.stringify({ ...full, through: message })), null);
    }),
  );
  const wrong = checkpointText(full).replace('2026-01-05T00:00:05', '2026-99-05T00:00:05');
  assert.equal(readCheckpoint(wrong), null);
});

test('a window that was read is no gap any more, one that failed before it is', () => {
  const begun = { ...fresh(PAIR, 0), through: 100, gaps: [{ from: 10, to: 50 }] };
  const after = afterWindow(begun, { from: 20, to: 30 }, [{ from: 15, to: 20 }]);
  assert.deepEqual(
    [after.gaps, after.through],
    [
      [
        { from: 10, to: 20 },
        { from: 30, to: 50 },
      ],
      100,
    ],
  );
  const tail = afterWindow(begun, { from: 130, to: 150 }, [{ from: 100, to: 130 }]);
  assert.deepEqual([tail.gaps.at(-1), tail.through], [{ from: 100, to: 130 }, 150]);
});

test('gaps are bounded, and none is forgotten', () => {
  let checkpoint = fresh(PAIR, 0);
  for (let at = 0; at <= GAPS_MAX; at += 1) {
    const from = at * 10;
    checkpoint = afterWindow(checkpoint, { from: from + 1, to: from + 10 }, [{ from, to: from + 1 }]);
  }
  assert.equal(checkpoint.gaps.length, GAPS_MAX);
  assert.deepEqual(
    [checkpoint.gaps[0], checkpoint.gaps.at(-1)?.to],
    [{ from: 0, to: 11 }, GAPS_MAX * 10 + 1],
  );
});

test('reading again makes what was read before missing', () => {
  const begun = { ...fresh(PAIR, 50), through: 100, gaps: [{ from: 90, to: 95 }] };
  assert.deepEqual(readAgain(begun, 70).gaps, [{ from: 70, to: 100 }]);
  const earlier = readAgain(begun, 10);
  assert.deepEqual([earlier.from, earlier.gaps, earlier.through], [10, [{ from: 10, to: 100 }], 100]);
  assert.deepEqual(readAgain(begun, 100), begun);
});
