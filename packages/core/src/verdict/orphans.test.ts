/** Answers to no call: where they are told beside a call without an answer, and where nobody knows whose they are. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connection, exchange } from '../session/case.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { StationWatch } from './judge.ts';
import { orphan } from './log-parts.fixture.ts';
import { answerMisnamed } from './orphans.ts';

function told(...entries: readonly SeenEntry[]): string | null {
  const watch = answerMisnamed();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  const [sighting] = watch.end();
  return sighting === undefined ? null : String(sighting.facts.words);
}

const silent = (seconds: number, action: string, messageId = 'a') =>
  exchange(seconds, action, {}, null, { messageId });
const invalid = { idTagInfo: { status: 'Invalid' } };

test('call and answer are shown together, with what was answered', () => {
  const log = [silent(0, 'Authorize'), orphan(2, invalid)];
  const watch = new StationWatch();
  for (const entry of log) watch.see(entry);
  const found = watch.end().find(({ rule }) => rule === 'answer-misnamed');
  assert.equal(
    found?.text,
    'An answer came that bears the message id of no call, and a call was left without: Authorize (Invalid).',
  );
  assert.deepEqual(
    found?.evidence.map(({ entry, what }) => [entry, what]),
    [
      [log[0]?.id, 'Authorize'],
      [log[1]?.id, 'answer to no call, Invalid'],
    ],
  );
});

test('an error, a status and an answer without either are told as what they are', () => {
  const error = orphan(2, {}, { errorCode: 'FormationViolation' });
  assert.equal(told(silent(0, 'StartTransaction'), error), 'StartTransaction (FormationViolation)');
  const down = orphan(2, { status: 'Accepted' }, { direction: 'station_to_csms' });
  assert.equal(told(silent(0, 'Reset'), down), 'Reset (Accepted)');
  assert.equal(told(silent(0, 'Heartbeat'), orphan(2, {}, { direction: null })), 'Heartbeat');
});

test('a side that answers so each time is told each time', () => {
  const log = [0, 10, 20].flatMap((at) => [silent(at, 'Heartbeat', `${at}`), orphan(at + 1, {})]);
  assert.equal(told(...log), 'Heartbeat 3 times');
});

test('of several calls or answers nobody knows which is whose', () => {
  const other = silent(1, 'Heartbeat', 'b');
  assert.equal(told(silent(0, 'Authorize'), other, orphan(2, invalid)), null);
  assert.equal(told(silent(0, 'Authorize'), orphan(2, invalid), orphan(3, {})), null);
  assert.equal(told(silent(0, 'Authorize'), orphan(2, invalid), orphan(31, {})), 'Authorize (Invalid)');
});

test('an answer too late, of the same side, behind another connection or to a call that is known is no such', () => {
  assert.equal(told(silent(0, 'Authorize'), orphan(30, invalid)), 'Authorize (Invalid)');
  assert.equal(told(silent(0, 'Authorize'), orphan(31, invalid)), null);
  assert.equal(told(silent(0, 'Reset'), orphan(2, {})), null);
  assert.equal(told(silent(0, 'Authorize'), connection(1, { event: 'accepted' }), orphan(2, invalid)), null);
  const twice = exchange(0, 'Heartbeat', {}, {}, { messageId: 'h' });
  assert.equal(told(twice, silent(1, 'Authorize'), orphan(2, {}, { messageId: 'h' })), null);
  assert.equal(told(exchange(0, 'Authorize', {}, {}), orphan(2, {})), null);
});

test('of a log that lacks the calls of its answers nothing is told', () => {
  const pair = [silent(100, 'Authorize'), orphan(102, invalid)];
  assert.equal(told(orphan(0, {}), ...pair), 'Authorize (Invalid)');
  assert.equal(told(orphan(0, {}), orphan(1, {}), ...pair), null);
});
