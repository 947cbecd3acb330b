import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authorize, meter, start, status, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { RULES, StationWatch, verdictOf } from './judge.ts';
import type { Conclusion } from './rule.ts';
import { CASES } from './rules.fixture.ts';

function concluded(entries: readonly SeenEntry[]): readonly Conclusion[] {
  const verdicts = sessionsOf(entries).map(verdictOf);
  const watch = new StationWatch();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  return [...verdicts.flatMap((verdict) => [verdict, ...verdict.also]), ...watch.end()];
}

const rulesOf = (entries: readonly SeenEntry[]) => concluded(entries).map(({ rule }) => rule);

test('every rule has a case, and every case a rule', () => {
  assert.deepEqual(Object.keys(CASES).sort(), RULES.map(({ id }) => id).sort());
  assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
});

for (const [id, { seen, nearly }] of Object.entries(CASES)) {
  test(`${id} is seen, and not where it nearly is`, () => {
    const found = concluded(seen).find(({ rule }) => rule === id);
    assert.ok(found, `seen: ${rulesOf(seen).join(', ')}`);
    assert.doesNotMatch(found.text, /[{}]|undefined|null|NaN/);
    assert.ok(found.evidence.length > 0);
    const ids = new Set(seen.map((entry) => entry.id));
    for (const { entry } of found.evidence) assert.ok(ids.has(entry), `${entry} is no entry of the log`);
    assert.ok(!rulesOf(nearly).includes(id), `nearly: ${rulesOf(nearly).join(', ')}`);
  });
}

test('what went well is told plainly, and nothing is told besides', () => {
  const [session] = sessionsOf([
    status(0, 1, 'Preparing'),
    authorize(5, 'A'),
    start(9),
    meter(1200, { wh: 7000 }),
    stop(2469, 13_300, 'Local'),
    status(2470, 1, 'Finishing'),
    status(2490, 1, 'Available'),
  ]);
  assert.ok(session);
  const verdict = verdictOf(session);
  assert.equal(verdict.text, 'Charged 12.3 kWh in 41 min, ended by the driver.');
  assert.deepEqual(verdict.also, []);
});

test('the first rule of the table is the verdict', () => {
  const [session] = sessionsOf([
    status(0, 1, 'Preparing'),
    authorize(5, 'A', 'Invalid'),
    status(9, 1, 'Faulted', 'OtherError'),
  ]);
  assert.ok(session);
  const verdict = verdictOf(session);
  assert.equal(verdict.rule, 'authorisation-refused');
  assert.deepEqual(
    verdict.also.map(({ rule }) => rule),
    ['connector-fault'],
  );
});

test('every session has a verdict, whatever the log', () => {
  const lists = Object.values(CASES).flatMap(({ seen, nearly }) => [seen, nearly]);
  fc.assert(
    fc.property(fc.subarray(lists, { maxLength: 6 }), (parts) => {
      const entries = parts.flat();
      for (const session of sessionsOf(entries)) assert.notEqual(verdictOf(session).text, '');
    }),
  );
});
