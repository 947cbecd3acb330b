import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RefusedConnection } from './sink.ts';
import { SparingRefusals } from './sparing-refusals.ts';

const refusal = (site: string, charger: string, reason = 'no password'): RefusedConnection => ({
  site,
  charger,
  remoteAddress: '192.0.2.1',
  status: 401,
  reason,
});

function rig(perMinute: number) {
  const recorded: RefusedConnection[] = [];
  const counters = { refusedTogether: 0 };
  const timers = new Set<() => void>();
  const refusals = new SparingRefusals({
    record: (refused) => recorded.push(refused),
    perMinute,
    counters,
    after: (ms, then) => {
      assert.equal(ms, 60_000);
      timers.add(then);
      return () => timers.delete(then);
    },
  });
  const minute = () => {
    const due = [...timers];
    timers.clear();
    for (const then of due) then();
    return due.length;
  };
  return { refusals, recorded, counters, minute };
}

test('of the refused connections of a site the first of a minute have entries, the rest has one with their number', () => {
  const { refusals, recorded, counters, minute } = rig(2);
  for (let n = 0; n < 1500; n++) refusals.refused(refusal('depot', `stranger-${n}`));
  refusals.refused(refusal('other', 'CP1'));
  assert.deepEqual(
    recorded.map(({ charger }) => charger),
    ['stranger-0', 'stranger-1', 'CP1'],
  );
  assert.equal(counters.refusedTogether, 1498);
  assert.equal(minute(), 1);
  const { reason, ...told } = recorded.at(-1) ?? assert.fail();
  assert.deepEqual(told, { site: 'depot', charger: '', remoteAddress: null, status: 401 });
  assert.match(reason, /^1,498 more connections were refused within a minute, after 2 that have entries/);
  assert.equal(recorded.length, 4);
  // The next minute begins anew, and nothing is told of one in which nothing was left out.
  refusals.refused(refusal('depot', 'CP2'));
  assert.equal(recorded.at(-1)?.charger, 'CP2');
  assert.equal(minute(), 1);
  assert.equal(minute(), 0);
  assert.equal(recorded.length, 5);
});

test('what was not told yet is told at the end, and no timer is left', () => {
  const { refusals, recorded, minute } = rig(1);
  for (const charger of ['CP1', 'CP2', 'CP3']) refusals.refused(refusal('depot', charger));
  refusals.close();
  assert.match(recorded.at(-1)?.reason ?? '', /^2 more /);
  assert.equal(minute(), 0);
});

test('a reason is kept with two hundred characters', () => {
  const { refusals, recorded } = rig(1);
  for (const charger of ['CP1', 'CP2']) refusals.refused(refusal('depot', charger, 'h'.repeat(16_000)));
  refusals.close();
  assert.deepEqual(
    recorded.map(({ reason }) => reason.length),
    [200, 200],
  );
});
