import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT, idAt, ruleOf, said } from './case.ts';
import { queryOfAlarm, watchOf } from './watch.ts';

const LISTENING = { listening: 0, known: 0 };

test('every entry that is found is told, once however often it changes', () => {
  const watch = watchOf(ruleOf('site:depot status:Faulted'), DEPOT, LISTENING);
  const fault = said({ s: 5, status: 'Faulted' });
  assert.deepEqual(watch.take(fault), [
    { charger: 'CP-1', key: String(idAt(5)), at: Date.UTC(2026, 0, 5, 10, 0, 5), entries: [idAt(5)] },
  ]);
  assert.deepEqual(watch.take(fault), []);
  assert.deepEqual(watch.take(said({ s: 6, status: 'Available' })), []);
  assert.equal(watch.take(said({ s: 7, status: 'Faulted' })).length, 1);
  for (let ordinal = 0; ordinal < 3000; ordinal += 1) watch.take(said({ s: 8, ordinal, status: 'Faulted' }));
  assert.equal(watch.size, 2000);
});

test('what of a site matters is known before anything is read', () => {
  const at = (text: string) => queryOfAlarm(ruleOf(text), DEPOT);
  assert.equal(at('site:yard status:Faulted'), 'none');
  assert.equal(at('site:depot'), 'all');
  assert.equal(at('SILENT 15min'), 'all');
  assert.equal(at('site:yard THEN NO status:Faulted WITHIN 5s'), 'none');
  assert.deepEqual(at('site:depot status:Faulted'), queryOfAlarm(ruleOf('status:Faulted'), DEPOT));
});
