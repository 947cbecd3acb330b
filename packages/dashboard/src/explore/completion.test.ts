import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offersAt, takeOffer, wantedValues } from './completion.ts';

const texts = (text: string, values: { value: string; count: number }[] = []) =>
  offersAt(text, text.length, values).map((offer) => offer.text);

test('names of fields are offered with what they mean, short ones first', () => {
  assert.ok(texts('').includes('action:'));
  assert.ok(texts('').every((name) => !name.includes('_')));
  assert.deepEqual(texts('stat'), ['station:', 'status:']);
  assert.equal(offersAt('act', 3, [])[0]?.note, 'OCPP action');
});

test('values that exist are offered with their counts, and quoted where they must be', () => {
  assert.deepEqual(wantedValues('x station:C', 11), { field: 'station', part: 'C' });
  assert.deepEqual(wantedValues('station:CP0*', 12), { field: 'station', part: 'CP0' });
  assert.equal(wantedValues('latency:', 8), null);
  const values = [
    { value: 'CP 1', count: 1200 },
    { value: 'CP2', count: 3 },
    { value: 'other', count: 1 },
  ];
  assert.deepEqual(offersAt('station:c', 9, values), [
    { text: '"CP 1"', note: '1,200' },
    { text: 'CP2', note: '3' },
  ]);
  assert.deepEqual(texts('outcome:time'), ['timeout']);
});

test('an offer replaces what was typed of it', () => {
  assert.deepEqual(takeOffer('x sta y', 5, { text: 'status:', note: '' }), {
    text: 'x status: y',
    cursor: 9,
  });
  const taken = takeOffer('status:Fau', 10, { text: 'Faulted', note: '' });
  assert.deepEqual(taken, { text: 'status:Faulted ', cursor: 15 });
});
