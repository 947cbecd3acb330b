import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportedFile } from '../../api/settings-answers.ts';
import { readState } from '../../explore/explore-state.ts';
import { entriesText, linesText, logsPath, sumsOf } from './import-words.ts';

const file = (change: Partial<ImportedFile>): ImportedFile => ({
  file: 'a.log',
  format: 'steve',
  frames: 0,
  events: 0,
  entries: {},
  from: null,
  to: null,
  chargers: [],
  evidence: '',
  guess: null,
  accepted: 0,
  duplicates: 0,
  left_out_by_level: 0,
  skipped_lines: 0,
  skipped_reasons: [],
  failure: null,
  notes: [],
  partial: false,
  first_entries: [],
  ...change,
});

test('entries are summed and told by kind', () => {
  assert.equal(
    entriesText({ exchange: 1200, connection: 2, gap: 0 }),
    '1,202 entries (1,200 messages, 2 events of connections)',
  );
  assert.equal(entriesText({ gap: 1 }), '1 entry (1 gap)');
  assert.equal(entriesText({}), 'no entries');
});

test('lines say whether there are more than are named', () => {
  assert.equal(linesText([4], 1), 'line 4');
  assert.equal(linesText([4, 1200], 2), 'lines 4, 1,200');
  assert.equal(linesText([4], 9), 'lines 4 and more');
});

test('what was imported is found in the logs, from its first to its last entry', () => {
  const files = [
    file({ from: '2026-01-02T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z' }),
    file({ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T05:00:00.000Z' }),
  ];
  const state = readState(logsPath({ site: 'north, yard', files })?.split('?')[1] ?? '');
  assert.deepEqual(state.sites, ['north, yard']);
  assert.equal(state.from, '2026-01-01T00:00:00.000Z');
  assert.equal(state.to, '2026-01-03T00:00:00.001Z');
  assert.equal(logsPath({ site: 'depot', files: [file({})] }), null);
});

test('files are summed up', () => {
  const files = [file({ accepted: 2, skipped_lines: 1 }), file({ duplicates: 3, failure: 'broken' })];
  assert.deepEqual(sumsOf(files), { accepted: 2, duplicates: 3, skipped: 1, failed: 1 });
});
