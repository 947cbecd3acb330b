import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asksFor,
  both,
  choose,
  chosenOf,
  containing,
  mayHold,
  withoutField,
  withSites,
} from './edit-query.ts';

test('values are included one after the other, and the same again takes one back', () => {
  const one = choose('', 'action', 'Heartbeat', 'include');
  assert.equal(one, 'action:Heartbeat');
  const two = choose(one ?? '', 'action', 'BootNotification', 'include');
  assert.equal(two, 'action:Heartbeat OR action:BootNotification');
  assert.equal(choose(two ?? '', 'action', 'Heartbeat', 'include'), 'action:BootNotification');
  assert.equal(choose('action:BootNotification', 'action', 'BootNotification', 'include'), '');
});

test('what else is asked stays, and what must be enclosed is', () => {
  const q = choose('Faulted station:CP1', 'station', 'CP 2', 'include');
  assert.equal(q, 'Faulted (station:CP1 OR station:"CP 2")');
  assert.deepEqual(chosenOf(q ?? '', 'station'), { included: ['CP1', 'CP 2'], excluded: [] });
  assert.equal(withoutField(q ?? '', 'station'), 'Faulted');
});

test('an excluded value is no longer included, and only leaves nothing else of the field', () => {
  const excluded = choose('(action:A OR action:B) x', 'action', 'A', 'exclude');
  assert.equal(excluded, 'x action:B -action:A');
  assert.equal(choose(excluded ?? '', 'action', 'A', 'exclude'), 'x action:B');
  assert.equal(choose(excluded ?? '', 'action', 'C', 'only'), 'x action:C');
});

test('numbers are numbers', () => {
  assert.equal(choose('', 'connector', '2', 'include'), 'connector:2');
  assert.deepEqual(chosenOf('connector:2', 'connector').included, ['2']);
  assert.deepEqual(chosenOf('connector:>2', 'connector').included, []);
});

test('a search that cannot be understood is left alone', () => {
  assert.equal(choose('action:(', 'action', 'A', 'include'), null);
  assert.equal(withoutField('action:(', 'action'), 'action:(');
  assert.equal(both('action:(', 'status:Faulted'), 'status:Faulted');
});

test('whether a field is asked for counts what must hold alone', () => {
  assert.equal(asksFor('x (action:A OR status:B)', 'action'), true);
  assert.equal(asksFor('x -action:A', 'action'), false);
  assert.equal(both('a OR b', 'c'), '(a OR b) c');
});

test('sites are values like others; those of the address become part of the search', () => {
  assert.equal(withSites('a OR b', ['depot', 'yard 2']), '(a OR b) (site:depot OR site:"yard 2")');
  assert.equal(withSites('a', []), 'a');
  assert.deepEqual(chosenOf(withSites('a', ['depot']), 'site'), { included: ['depot'], excluded: [] });
  assert.equal(choose(withSites('', ['depot', 'yard']), 'site', 'yard', 'exclude'), 'site:depot -site:yard');
});

test('which sites a search can find entries of', () => {
  const yard = { id: 'yard', name: 'The Yard' };
  for (const text of ['', 'a', 'site:yard a', 'site:the*', '-site:depot', 'site:depot OR a', 'site:(']) {
    assert.equal(mayHold(text, yard), true, text);
  }
  for (const text of ['site:depot', '-site:yard a', 'site:depot (a OR b)']) {
    assert.equal(mayHold(text, yard), false, text);
  }
});

test('values are found by a part of them, whatever stands in it', () => {
  assert.equal(containing('station', 'CP 029'), 'station:*CP\\ 029*');
  assert.equal(both('status:Faulted', containing('station', '029')), 'status:Faulted station:*029*');
});
