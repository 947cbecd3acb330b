import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportedFile } from '../../api/settings-answers.ts';
import { askedFor, inWordsOfForm, optionParams, sameOptions } from './import-options.ts';

const FILE: ImportedFile = {
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
  partial: true,
  first_entries: [],
};

test('only what was said is asked for, without blanks around it', () => {
  assert.deepEqual(optionParams({ charger_id: ' CP_1 ', time_zone: '', date: '  ' }), { charger_id: 'CP_1' });
  assert.equal(sameOptions({ charger_id: 'CP_1 ' }, { charger_id: 'CP_1', date: '' }), true);
  assert.equal(sameOptions({}, { date: '2026-01-31' }), false);
});

test('a file that lacks something says which option gives it', () => {
  const failure = 'the times bear no zone (12:00): add time_zone, such as time_zone=Europe/Berlin';
  assert.deepEqual(askedFor([FILE, { ...FILE, failure }]), ['time_zone']);
  assert.equal(
    inWordsOfForm(failure),
    'the times bear no zone (12:00): add “Time zone”, such as Europe/Berlin',
  );
  assert.deepEqual(
    askedFor([{ ...FILE, failure: 'the date of the file, and its start, cannot be told' }]),
    [],
  );
  assert.deepEqual(askedFor([FILE]), []);
});
