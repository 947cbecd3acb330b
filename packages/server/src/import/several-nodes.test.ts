import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadTask } from './jobs/import-runner.ts';
import type { FileReport } from './report.ts';
import { notedForNodes, RunnerOfNode } from './several-nodes.ts';
import type { FrameSink } from './sink.ts';

const REPORT: FileReport = {
  ...{
    file: 'a.log',
    format: 'lines',
    frames: 2,
    entries: {},
    skipped: [],
    from: null,
    to: null,
    chargers: [],
  },
  ...{
    evidence: '',
    guess: null,
    events: 0,
    accepted: 2,
    duplicates: 0,
    left_out_by_level: 0,
    skipped_lines: 0,
  },
  ...{ skipped_reasons: [], failure: null, lacks: null, notes: ['first'], partial: false, first_entries: [] },
};

test('what other nodes took is told to be unknown, behind what else is noted, of each file that was read', async () => {
  const [first, note = ''] = notedForNodes(REPORT).notes;
  assert.equal(first, 'first');
  assert.match(note, /each knows only what it took itself/);
  const empty = { ...REPORT, frames: 0 };
  assert.equal(notedForNodes(empty), empty);

  const asked: unknown[] = [];
  const runner = new RunnerOfNode({
    read: async (...all) => {
      asked.push(...all);
      return { files: [REPORT, empty], error: 'full' };
    },
  });
  // Safe: nothing looks into them here.
  const [task, sink] = [{} as ReadTask, {} as FrameSink];
  const { signal } = new AbortController();
  const onProgress = () => undefined;
  const { files, error } = await runner.read(task, sink, onProgress, signal);
  assert.deepEqual(asked, [task, sink, onProgress, signal]);
  assert.deepEqual([files.map(({ notes }) => notes.length), error], [[2, 1], 'full']);
});
