import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { firstIdAt } from '@ocpp-logs/core';
import { active, DEPOT, evaluationRig, log, said, T0, times } from './alarms.fixture.ts';

const FAULTED = active('status:Faulted');
const STUCK = active('status:Preparing THEN NO status:Charging WITHIN 60s', { id: 'a2' });

test('what is committed is told to every alarm that waits for it, and to no other', async (t) => {
  const { evaluation, firings, take, clock } = await evaluationRig(t);
  await evaluation.set([FAULTED, STUCK, active('site:yard', { id: 'a3' })]);
  await take(said(1, 'Faulted'), said(2, 'Preparing', 'CP-2'), said(3, 'Available'));
  assert.deepEqual(times(firings), ['a1 CP-1 +1s']);
  clock.s = 64;
  assert.equal(await evaluation.tick(), T0 + 62_000);
  assert.deepEqual(times(firings), ['a1 CP-1 +1s']);
  clock.s = 65;
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +1s', 'a2 CP-2 +62s']);
});

test('what came true before an alarm was switched on, or was imported, is not told', async (t) => {
  const { evaluation, firings, take, clock } = await evaluationRig(t);
  clock.s = 7_200;
  await evaluation.set([active('status:Faulted', { since: T0 + 7_100_000 })]);
  await take(said(3_000, 'Faulted'), said(7_000, 'Faulted'), said(7_150, 'Faulted'));
  assert.deepEqual(times(firings), ['a1 CP-1 +7150s']);
});

test('after a start it goes on from what was evaluated, with what was waited for', async (t) => {
  const { put, again, firings, clock } = await evaluationRig(t);
  put(said(1, 'Faulted'), said(200, 'Preparing'), said(210, 'Faulted'));
  clock.s = 400;
  const through = T0 + 230_000;
  const evaluation = again();
  await evaluation.set([
    { ...FAULTED, through },
    { ...STUCK, through },
    { ...STUCK, id: 'a4', through: T0 + 390_000 },
  ]);
  assert.equal(await evaluation.tick(), T0 + 398_000);
  // What was told before is known by its key; what lies further back is not even looked at.
  assert.deepEqual(times(firings), ['a1 CP-1 +210s', 'a2 CP-1 +260s']);
  assert.deepEqual(
    firings
      .map(({ key }) => key)
      .map(BigInt)
      .map((id) => Number(id >> 21n) - T0),
    [210_000, 200_000],
  );
});

test('what could not be read is read when that is possible again, and nothing is taken for evaluated before', async (t) => {
  const rig = await evaluationRig(t);
  const { evaluation, firings, reports, clock } = rig;
  await evaluation.set([FAULTED, STUCK]);
  await evaluation.tick();
  rig.break(true);
  await rig.take(said(10, 'Preparing'), said(11, 'Faulted'));
  clock.s = 100;
  assert.equal(await evaluation.tick(), null);
  assert.deepEqual(firings, []);
  assert.deepEqual(reports, ['alarms cannot read the log: the disk is away']);
  rig.break(false);
  await rig.take(said(20, 'Charging'));
  assert.equal(await evaluation.tick(), T0 + 98_000);
  assert.deepEqual(times(firings), ['a1 CP-1 +11s']);
});

test('changes that were lost are read by their time', async (t) => {
  const { evaluation, put, firings, clock } = await evaluationRig(t);
  await evaluation.set([FAULTED]);
  await evaluation.tick();
  put(said(10, 'Faulted'), said(50, 'Faulted'));
  clock.s = 60;
  await evaluation.lost('depot', T0 + 40_000);
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +50s']);
});

test('an alarm that is as it was goes on waiting when another one changes', async (t) => {
  const { evaluation, take, firings, clock } = await evaluationRig(t);
  await evaluation.set([STUCK]);
  await take(said(1, 'Preparing'));
  await evaluation.set([FAULTED, STUCK]);
  clock.s = 100;
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a2 CP-1 +61s']);
});

test('stations that fall silent are told by the list of stations', async (t) => {
  const { evaluation, seen, firings, clock } = await evaluationRig(t);
  await evaluation.set([active('SILENT 15min')]);
  seen('CP-1', 100);
  seen('CP-2', 500);
  for (const s of [101, 500, 999, 1_000, 1_016, 1_100, 2_000]) {
    clock.s = s;
    await evaluation.tick();
  }
  assert.deepEqual(times(firings), ['a1 CP-1 +1000s', 'a1 CP-2 +1400s']);
});

test('who is heard between two looks at the list is not silent, however far what was heard last lies apart', async (t) => {
  const { evaluation, seen, firings, clock } = await evaluationRig(t);
  await evaluation.set([active('SILENT 1min')]);
  seen('CP-1', 10);
  for (clock.s = 15; clock.s <= 140; clock.s++) {
    // 59 s after the one before; the next look at the list would find the second alone.
    if (clock.s === 69) seen('CP-1', 69);
    if (clock.s === 74) seen('CP-1', 74);
    await evaluation.tick();
    if (clock.s < 134) assert.deepEqual(firings, [], `${clock.s}`);
  }
  assert.deepEqual(times(firings), ['a1 CP-1 +134s']);
});

test('who is heard again a moment after its time was over was silent all the same', async (t) => {
  const { evaluation, seen, firings, clock } = await evaluationRig(t);
  await evaluation.set([active('SILENT 1min')]);
  seen('CP-1', 10);
  for (clock.s = 15; clock.s <= 100; clock.s++) {
    if (clock.s === 73) seen('CP-1', 73);
    await evaluation.tick();
  }
  assert.deepEqual(times(firings), ['a1 CP-1 +70s']);
});

test('silence is judged up to what all nodes have told, and goes on from there', async (t) => {
  const { evaluation, seen, firings, clock } = await evaluationRig(t);
  await evaluation.set([active('SILENT 15min')]);
  seen('CP-1', 100);
  seen('CP-2', 100);
  const told = (s: number) => T0 + s * 1000;
  clock.s = 2_000;
  assert.equal(await evaluation.tick(told(900)), told(900), 'and no more is taken for evaluated');
  assert.deepEqual(firings, []);
  // The other node ships: one of them was heard all the time.
  seen('CP-2', 1_900);
  clock.s = 2_016;
  assert.equal(await evaluation.tick(told(2_015)), told(2_014));
  assert.deepEqual(times(firings), ['a1 CP-1 +1000s']);
});

test('who was silent when the alarm was switched on is not told', async (t) => {
  const { again, seen, firings, clock } = await evaluationRig(t);
  seen('CP-gone', -90_000);
  seen('CP-here', 10);
  clock.s = 20;
  const evaluation = again();
  await evaluation.set([active('SILENT 15min', { through: T0 })]);
  clock.s = 919;
  await evaluation.tick();
  assert.deepEqual(firings, []);
  // Its fifteen minutes begin with the start: before, nobody could be heard.
  clock.s = 935;
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-here +920s']);
});

test('a rule that cannot be read any more is told, and the others go on', async (t) => {
  const { evaluation, take, firings, reports } = await evaluationRig(t);
  await evaluation.set([active('outcom:x', { id: 'a9' }), FAULTED]);
  await take(said(1, 'Faulted'));
  assert.equal(firings.length, 1);
  assert.match(reports.join(), /^alarm a9 cannot be read any more: there is no field outcom/);
});

test('after a start no more than a day is read', async (t) => {
  const { put, again, firings, clock } = await evaluationRig(t);
  put(said(10, 'Faulted'), said(100, 'Faulted'));
  clock.s = 86_460;
  const evaluation = again();
  await evaluation.set([{ ...FAULTED, through: T0 }]);
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +100s']);
});

test('what another node recorded and could not be read is read with the next tick, and nobody waits for it', async (t) => {
  const rig = await evaluationRig(t);
  const { evaluation, firings, clock } = rig;
  await evaluation.set([FAULTED]);
  clock.s = 20;
  await evaluation.tick();
  rig.break(true);
  await evaluation.changed(DEPOT.id, rig.put(said(10, 'Faulted')), true);
  assert.equal(await evaluation.tick(), T0 + 18_000, 'what this node has recorded is evaluated');
  assert.deepEqual(times(firings), []);
  rig.break(false);
  await evaluation.tick();
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +10s']);
});

test('of too much of other nodes that cannot be read the rest is left to them, and counted', async (t) => {
  const rig = await evaluationRig(t);
  await rig.evaluation.set([FAULTED]);
  rig.break(true);
  const ids = Array.from({ length: 10_001 }, (_, at) => firstIdAt(T0) + BigInt(at));
  await rig.evaluation.changed(DEPOT.id, ids, true);
  assert.equal(rig.evaluation.counters().alarms_unread_left_out_total, 1);
});

/** This node's log, and what others have shipped. */
async function twoNodes(t: TestContext) {
  const [here, there] = [await log(t), await log(t)];
  const lookup = { ...here.lookup, elsewhere: there.lookup.entries };
  return { here, there, ...(await evaluationRig(t, { lookup })) };
}

test('what other nodes recorded before they were followed is read, along with what was recorded here', async (t) => {
  const { evaluation, here, there, firings, clock } = await twoNodes(t);
  here.put(said(200, 'Preparing'), said(200, 'Preparing', 'CP-2'));
  there.put(said(210, 'Charging'), said(220, 'Faulted', 'CP-3'), said(230, 'Preparing', 'CP-4'));
  // More than is remembered of a station whose A comes later.
  here.put(...Array.from({ length: 20 }, (_, at) => said(231 + at, 'Charging', 'CP-4')));
  clock.s = 400;
  const through = T0 + 190_000;
  await evaluation.set([
    { ...FAULTED, through },
    { ...STUCK, through },
  ]);
  await evaluation.missed(DEPOT.id);
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-3 +220s', 'a2 CP-2 +260s']);
});

test('until it could be read nothing is missing, and what comes true of entries here is told', async (t) => {
  const { evaluation, here, there, firings, clock } = await twoNodes(t);
  here.put(said(200, 'Preparing'), said(201, 'Faulted'), said(202, 'Preparing', 'CP-2'));
  there.put(said(210, 'Charging'));
  there.break(true);
  clock.s = 400;
  const through = T0 + 190_000;
  await evaluation.set([
    { ...FAULTED, through },
    { ...STUCK, through },
  ]);
  await evaluation.missed(DEPOT.id);
  assert.equal(await evaluation.tick(), T0 + 398_000, 'what this node has recorded is evaluated');
  assert.deepEqual(times(firings), ['a1 CP-1 +201s']);
  there.break(false);
  clock.s = 405;
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +201s', 'a2 CP-2 +262s']);
});

test('what was missed later is looked for in the last hour', async (t) => {
  const { evaluation, there, firings, clock } = await twoNodes(t);
  clock.s = 10_000;
  await evaluation.set([FAULTED]);
  await evaluation.missed(DEPOT.id);
  await evaluation.tick();
  there.put(said(6_399, 'Faulted'), said(6_400, 'Faulted'));
  await evaluation.missed(DEPOT.id);
  await evaluation.tick();
  assert.deepEqual(times(firings), ['a1 CP-1 +6400s']);
});
