import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAlarm } from '@ocpp-logs/core';
import { DEPOT, type LogRig, log, said, T0 } from './alarms.fixture.ts';
import { tryAlarm } from './trial.ts';

const LIMITS = { entries: 1_000, firings: 100, late: () => false };
const AT = { from: T0, to: T0 + 3_600_000, kept: 0 };

function trial(
  { lookup }: LogRig,
  text: string,
  limits: Partial<typeof LIMITS> = {},
  at: Partial<typeof AT> = {},
) {
  const parsed = parseAlarm(text);
  assert.ok(parsed.kind === 'rule');
  const { from, to, kept } = { ...AT, ...at };
  const sites = [{ ...DEPOT, kept }];
  return tryAlarm(lookup, { rule: parsed.rule, sites, from, to }, { ...LIMITS, ...limits });
}

test('it is told how often an alarm would have come true, and where', async (t) => {
  const rig = await log(t);
  const [a = 0n, b = 0n] = rig.put(said(10, 'Faulted'), said(30, 'Available'), said(50, 'Faulted', 'CP-2'));
  const found = await trial(rig, 'status:Faulted THEN status:Available WITHIN 30s');
  assert.deepEqual(found, {
    fired: 1,
    stations: 1,
    firings: [{ site: 'depot', charger: 'CP-1', at: T0 + 30_000, entries: [String(a), String(b)] }],
    looked: 3,
    through: T0 + 3_600_000,
    dropped: 0,
  });
  const { fired, stations } = await trial(rig, 'status:Faulted');
  assert.deepEqual([fired, stations], [2, 2]);
  assert.equal((await trial(rig, 'status:Faulted THEN NO status:Available WITHIN 30s')).fired, 1);
});

test('only entries that can matter are looked at, of the time asked for that is kept', async (t) => {
  const rig = await log(t);
  rig.put(said(10, 'Faulted'), said(20, 'Available'), said(100, 'Faulted'), said(200, 'Faulted'));
  const { looked, fired } = await trial(rig, 'status:Faulted', {}, { from: T0 + 50_000, to: T0 + 150_000 });
  assert.deepEqual([looked, fired], [1, 1]);
  assert.equal((await trial(rig, 'status:Faulted', {}, { kept: T0 + 150_000 })).fired, 1);
  assert.deepEqual((await trial(rig, 'site:yard')).looked, 0);
});

test('what is too much is looked at as far as it goes, and it is told how far', async (t) => {
  const rig = await log(t);
  rig.put(...Array.from({ length: 20 }, (_, at) => said(at, 'Faulted')));
  const cut = await trial(rig, 'status:Faulted', { entries: 5, firings: 2 });
  assert.deepEqual([cut.fired, cut.firings.length, cut.looked, cut.through], [5, 2, 5, T0 + 4_000]);
  const late = await trial(rig, 'status:Faulted THEN NO status:Available WITHIN 1s', { late: () => true });
  assert.equal(late.through, T0 + 19_000);
});

test('an A whose time is not over at the end is not told', async (t) => {
  const rig = await log(t);
  rig.put(said(3_590, 'Preparing'));
  assert.equal((await trial(rig, 'status:Preparing THEN NO status:Charging WITHIN 30s')).fired, 0);
});

test('silences are those between entries, without what a gap could not record', async (t) => {
  const rig = await log(t);
  const gap = {
    ...said(1_200, 'x', ''),
    kind: 'gap',
    action: null,
    outcome: null,
    request: null,
    event: {
      event: 'gap',
      from: new Date(T0 + 1_100_000).toISOString(),
      to: new Date(T0 + 2_000_000).toISOString(),
      reason: 'queue full',
    },
  } as const;
  rig.put(said(0, 'Available'), said(1_000, 'Available'), gap, said(2_100, 'Available'));
  const found = await trial(rig, 'SILENT 15min');
  assert.deepEqual(
    found.firings.map(({ at }) => (at - T0) / 1000),
    [900, 3_000],
  );
});
