import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteEntry } from '../store.ts';
import { ChecksumOfEntries, isSame } from './checksum.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function entry(id: number, over: Partial<SiteEntry> = {}): SiteEntry {
  return {
    site: 'depot',
    id: BigInt(id),
    kind: 'exchange',
    charger: 'CP1',
    action: 'Heartbeat',
    outcome: 'answered',
    fields: '',
    head: '["station_to_csms"]',
    request: bytes(`[2,"m${id}","Heartbeat",{}]`),
    answer: bytes(`[3,"m${id}",{}]`),
    rejection: null,
    payloadStart: 20,
    payloadEnd: 22,
    ...over,
  };
}

function sumOf(...entries: readonly SiteEntry[]) {
  const sum = new ChecksumOfEntries();
  for (const each of entries) sum.add(each);
  return sum.value;
}

const THREE = [entry(1), entry(2), entry(3)] as const;

test('the order of entries does not matter, nor how often they are added up', () => {
  assert.ok(isSame(sumOf(...THREE), sumOf(...[...THREE].reverse())));
  assert.deepEqual(sumOf(), { entries: 0, sum: '0'.repeat(32) });
});

test('an entry that is missing, there twice, or there instead of another is seen', () => {
  const [first, second, third] = THREE;
  const whole = sumOf(...THREE);
  assert.notEqual(sumOf(first, second).sum, whole.sum);
  assert.notEqual(sumOf(...THREE, third).sum, whole.sum);
  assert.ok(!isSame(sumOf(first, first, second), whole), 'the same count');
  // What an exclusive or would not see.
  assert.notEqual(sumOf(...THREE, first, first).sum, whole.sum);
});

const CHANGES: readonly (readonly [string, Partial<SiteEntry>])[] = [
  ['a byte of the call', { request: bytes('[2,"m1","Heartbeat",{} ]') }],
  ['a byte of the answer', { answer: bytes('[3,"m1",[]]') }],
  ['an answer that is gone', { answer: null }],
  ['an empty answer instead of none', { rejection: bytes('') }],
  ['the answer among refusals', { answer: null, rejection: bytes('[3,"m1",{}]') }],
  ['the time', { id: 1n + (1n << 21n) }],
  ['the outcome', { outcome: 'late' }],
  ['the station', { charger: 'CP2' }],
  ['the action', { action: 'heartbeat' }],
  ['a field', { fields: ' ' }],
  ['the head', { head: '["csms_to_station"]' }],
  ['where the payload is', { payloadStart: 19 }],
  ['a letter that moved to the next name', { charger: 'CP', action: '1Heartbeat' }],
];

for (const [what, change] of CHANGES) {
  test(`${what} is seen`, () => {
    assert.notEqual(sumOf(entry(1, change)).sum, sumOf(entry(1)).sum);
  });
}

test('names that are no text of their own stay apart', () => {
  assert.notEqual(sumOf(entry(1, { charger: '\ud800' })).sum, sumOf(entry(1, { charger: '\ufffd' })).sum);
});
