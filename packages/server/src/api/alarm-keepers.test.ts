/** Who answers for an alarm, as the API tells it, and who may take it over. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AlarmRecord } from '../store/alarms.ts';
import { alarm } from '../store/control/conformance/alarms.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import { alarms } from './alarms-double.ts';
import { DEPOT, NOW, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const TARGET = { kind: 'webhook', id: 't1', url: 'https://hooks.example/', sealed: null } as const;
const LOST = { why: 'disabled', at: NOW - 60_000 } as const;

async function rig(t: TestContext, change: Parameters<typeof alarms>[0] = {}) {
  const settled: string[] = [];
  const settleKeeper = async ({ id }: AlarmRecord) => void settled.push(id);
  const { app, control } = server(t, { alarms: alarms({ settleKeeper, ...change }) });
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard' }],
  ]);
  const people: Record<string, Browser> = {};
  for (const [name, site, role] of [
    ['boss', null, 'admin'],
    ['ada', 'depot', 'admin'],
    ['bob', 'depot', 'viewer'],
    ['eve', 'yard', 'admin'],
  ] as const) {
    const browser = new Browser(app);
    await addUser(control, name, [{ site, role }]);
    await browser.signIn(name);
    people[name] = browser;
  }
  const send = (who: string, method: 'GET' | 'POST' | 'PUT', url: string, body?: object) =>
    (people[who] ?? assert.fail(who)).send(method, url, body);
  const shown = async (who: string, id: string) => {
    const all: { id: string; keeper: string | null; unkept: object | null }[] = (
      await send(who, 'GET', '/alarms')
    ).json().alarms;
    const found = all.find((each) => each.id === id) ?? assert.fail(`${who} does not see ${id}`);
    return [found.keeper, found.unkept];
  };
  const idOf = (name: string) =>
    [...control.people.users().values()].find((user) => user.name === name)?.id ?? '';
  return { control, send, shown, idOf, settled };
}

test('why nobody answers for an alarm is told to who sees it, who answered for it to who may change it', async (t) => {
  const { control, shown, idOf } = await rig(t);
  await control.alarms.put(alarm('a1', { sites: ['depot'], changedBy: idOf('ada'), lost: LOST }));
  await control.alarms.put(alarm('a2', { sites: ['depot'], changedBy: 'user_gone' }));
  await control.alarms.put(alarm('r1', { ready: true, changedBy: idOf('boss') }));
  await control.alarms.put(alarm('r2', { ready: true, changedBy: idOf('boss'), targets: [TARGET] }));
  const unkept = { reason: 'disabled', since: new Date(LOST.at).toISOString() };
  assert.deepEqual(await shown('ada', 'a1'), ['ada', unkept]);
  assert.deepEqual(await shown('bob', 'a1'), [null, unkept]);
  assert.deepEqual(await shown('boss', 'a2'), ['user_gone', null]);
  assert.deepEqual(
    [await shown('boss', 'r1'), await shown('boss', 'r2')],
    [
      [null, null],
      ['boss', null],
    ],
  );
});

test('what is seen before it is written down is told, too', async (t) => {
  const { control, shown } = await rig(t, { lostKeeper: () => ({ why: 'expired', at: NOW }) });
  await control.alarms.put(alarm('a1', { sites: ['depot'] }));
  assert.deepEqual((await shown('bob', 'a1'))[1], { reason: 'expired', since: new Date(NOW).toISOString() });
});

test('who may make an alarm at all of its sites takes it over: it begins anew, and it is told in the audit log', async (t) => {
  const { control, send, shown, idOf, settled } = await rig(t);
  const before = alarm('a1', { sites: ['depot'], targets: [TARGET], lost: LOST, changedBy: 'user_gone' });
  await control.alarms.put(before);
  for (const [who, status] of [
    ['bob', 403],
    ['eve', 404],
  ] as const)
    assert.equal((await send(who, 'POST', '/alarms/a1/keeper')).statusCode, status, who);
  assert.deepEqual(control.alarms.records(), [before]);
  const taken = await send('ada', 'POST', '/alarms/a1/keeper');
  assert.deepEqual([taken.statusCode, taken.json().keeper, taken.json().unkept], [200, 'ada', null]);
  assert.deepEqual(await shown('bob', 'a1'), [null, null]);
  assert.deepEqual(control.alarms.records(), [
    { ...before, lost: null, changed: NOW, changedBy: idOf('ada') },
  ]);
  assert.deepEqual(settled, ['a1'], 'what waited is dropped before');
  assert.deepEqual(
    control.audited
      .filter(({ action }) => action === 'alarm-taken-over')
      .map(({ name, target, details }) => [name, target, details]),
    [['ada', 'a1', { name: 'a1', before: 'user_gone', why: 'disabled' }]],
  );
});

test('an alarm that somebody answers for goes on as it is when another one takes it over', async (t) => {
  const { control, send, idOf, settled } = await rig(t);
  const before = alarm('a1', { sites: ['depot'], changedBy: idOf('ada'), changed: 7 });
  await control.alarms.put(before);
  assert.equal((await send('boss', 'POST', '/alarms/a1/keeper')).json().keeper, 'boss');
  assert.deepEqual(control.alarms.records(), [{ ...before, changedBy: idOf('boss') }]);
  assert.deepEqual(settled, []);
});

test('who changes an alarm answers for it from then on', async (t) => {
  const { control, send, idOf, settled } = await rig(t);
  await control.alarms.put(alarm('a1', { sites: ['depot'], lost: LOST, changedBy: 'user_gone' }));
  const wish = { name: 'Faults', rule: 'status:Faulted' };
  const changed = await send('ada', 'PUT', '/alarms/a1', wish);
  assert.deepEqual([changed.statusCode, changed.json().keeper, changed.json().unkept], [200, 'ada', null]);
  const [kept] = control.alarms.records();
  assert.deepEqual([kept?.lost, kept?.changedBy, settled], [null, idOf('ada'), ['a1']]);
});

test('an alarm that is changed or removed while it is taken over is not put back as it was', async (t) => {
  const taken: AlarmRecord[] = [];
  const settleKeeper = async () => {
    const next = taken.shift();
    if (next === undefined) await control.alarms.remove('a1');
    else await control.alarms.put(next);
  };
  const { control, send, idOf } = await rig(t, { settleKeeper });
  const before = alarm('a1', { sites: ['depot'], targets: [TARGET], lost: LOST, changedBy: 'user_gone' });
  const edited = { ...before, name: 'edited', targets: [], changed: 8 };
  await control.alarms.put(before);
  taken.push(edited, edited);
  assert.equal((await send('ada', 'POST', '/alarms/a1/keeper')).statusCode, 200);
  assert.deepEqual(control.alarms.records(), [
    { ...edited, lost: null, changed: NOW, changedBy: idOf('ada') },
  ]);
  const wish = { name: 'Faults', rule: 'status:Faulted' };
  for (const [method, url, body] of [
    ['POST', '/alarms/a1/keeper', undefined],
    ['PUT', '/alarms/a1', wish],
  ] as const) {
    await control.alarms.put(before);
    assert.equal((await send('ada', method, url, body)).statusCode, 404, method);
    assert.deepEqual(control.alarms.records(), [], method);
  }
});

test('who changes an alarm that others change all the time is told so, and nothing is written', async (t) => {
  let changed = 100;
  const settleKeeper = async () => {
    changed += 1;
    await control.alarms.put({ ...before, changed });
  };
  const { control, send } = await rig(t, { settleKeeper });
  const before = alarm('a1', { sites: ['depot'], lost: LOST, changedBy: 'user_gone' });
  await control.alarms.put(before);
  assert.equal((await send('ada', 'POST', '/alarms/a1/keeper')).statusCode, 409);
  assert.deepEqual(control.alarms.records(), [{ ...before, changed: 103 }]);
});

test('an alarm is not taken over before what waited is dropped: where that cannot be written the answer is 503', async (t) => {
  const settleKeeper = () => Promise.reject(new StoreUnavailableError('PostgreSQL is away'));
  const { control, send } = await rig(t, { settleKeeper });
  const before = alarm('a1', { sites: ['depot'], lost: LOST, changedBy: 'user_gone' });
  await control.alarms.put(before);
  const wish = { name: 'Faults', rule: 'status:Faulted' };
  assert.equal((await send('ada', 'POST', '/alarms/a1/keeper')).statusCode, 503);
  assert.equal((await send('ada', 'PUT', '/alarms/a1', wish)).statusCode, 503);
  assert.deepEqual(control.alarms.records(), [before]);
});
