import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { verdictOf } from './judge.ts';

test('OCPP 2.x: where the reason is Other, the trigger of the end tells what ended it', () => {
  const told = (triggerReason: string) => {
    const [session] = sessionsOf([
      event(0, 'Started', 'T', { seqNo: 0, transactionInfo: { chargingState: 'Charging' } }),
      event(600, 'Ended', 'T', { seqNo: 1, triggerReason, transactionInfo: { stoppedReason: 'Other' } }),
    ]);
    assert.ok(session);
    const { rule, text } = verdictOf(session);
    return [rule, text];
  };
  assert.deepEqual(told('CostLimitReached'), [
    'charged',
    'Charged in 10 min, energy unknown, ended at its limit of cost.',
  ]);
  assert.equal(told('AbnormalCondition')[0], 'stop-other');
});
