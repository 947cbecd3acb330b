import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionAt } from './complete.ts';

/** `|` is the cursor. */
function at(text: string) {
  const cursor = text.indexOf('|');
  return completionAt(text.replace('|', ''), cursor);
}

test('names of fields by what was typed of them', () => {
  assert.deepEqual(at('status:Faulted lat|'), {
    from: 15,
    to: 18,
    prefix: 'lat',
    field: null,
    candidates: ['latency:'],
  });
  assert.ok(at('|')?.candidates.includes('action:'));
  assert.deepEqual(at('-(outc|')?.candidates, ['outcome:']);
  assert.deepEqual(at('has:findi|')?.candidates, ['finding']);
});

test('values of a list, and which field the values of are wanted', () => {
  assert.deepEqual(at('outcome:time|'), {
    from: 8,
    to: 12,
    prefix: 'time',
    field: 'outcome',
    candidates: ['timeout'],
  });
  assert.deepEqual(at('charger:CP|')?.field, 'station');
  assert.deepEqual(at('charger:CP|')?.candidates, []);
});

test('nothing inside quotes nor for a field that there is not', () => {
  assert.equal(at('"lat|'), null);
  assert.equal(at('zzz:a|'), null);
});
