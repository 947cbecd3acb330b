/** A target of an alarm is tried: by whom, of what, and what is told of it. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type TestNotice, TooManyTests } from '../alarms/test-notices.ts';
import { alarm } from '../store/control/conformance/alarms.ts';
import { alarms } from './alarms-double.ts';
import { DEPOT, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const TARGET = { kind: 'webhook', id: 't1', url: 'https://hooks.example/tok3n', sealed: null } as const;

async function rig(t: TestContext, answer: () => Promise<string | null>) {
  const asked: TestNotice[] = [];
  const testTarget = (wish: TestNotice) => {
    asked.push(wish);
    return answer();
  };
  const { app, control } = server(t, { alarms: alarms({ testTarget }) });
  control.sites = new Map([
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard' }],
    [DEPOT.id, DEPOT],
  ]);
  await control.alarms.put(alarm('a1', { name: 'Faults', sites: ['depot'], targets: [TARGET] }));
  await control.alarms.put(alarm('a2', { sites: ['yard'], targets: [TARGET] }));
  await control.alarms.put(alarm('a3', { sites: ['gone'], targets: [TARGET] }));
  await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  await addUser(control, 'ada', [{ site: 'depot', role: 'admin' }]);
  await addUser(control, 'bob', [{ site: 'depot', role: 'operator' }]);
  const ask = async (who: string, path: string) => {
    const browser = new Browser(app);
    await browser.signIn(who);
    return browser.send('POST', `/alarms/${path}/test`);
  };
  return { ask, asked, control };
}

test('what the receiver said is told, and who tried it is in the audit log with the host alone', async (t) => {
  const answers = [null, 'it answered 503'];
  const { ask, asked, control } = await rig(t, async () => answers.shift() ?? null);
  const taken = await ask('ada', 'a1/targets/t1');
  assert.deepEqual([taken.statusCode, taken.json()], [200, { delivered: true, error: null }]);
  const refused = await ask('ada', 'a1/targets/t1');
  assert.deepEqual(
    [refused.statusCode, refused.json()],
    [200, { delivered: false, error: 'it answered 503' }],
  );
  assert.deepEqual(
    asked.map(({ alarm: { id }, target, site }) => [id, target, site.id]),
    [
      ['a1', TARGET, 'depot'],
      ['a1', TARGET, 'depot'],
    ],
  );
  assert.deepEqual(
    control.audited
      .filter(({ action }) => action === 'alarm-tested')
      .map(({ target, details }) => [target, details]),
    [true, false].map((delivered) => [
      'a1',
      { name: 'Faults', targets: ['webhook hooks.example'], delivered },
    ]),
  );
});

test('only who may change an alarm sends anything to its targets, and only to one it has', async (t) => {
  const { ask, asked } = await rig(t, async () => null);
  for (const [who, path, status] of [
    ['bob', 'a1/targets/t1', 403],
    ['ada', 'a2/targets/t1', 404],
    ['ada', 'a1/targets/t2', 404],
    ['ada', 'a9/targets/t1', 404],
    ['boss', 'a3/targets/t2', 404],
  ] as const) {
    assert.equal((await ask(who, path)).statusCode, status, `${who} ${path}`);
  }
  assert.equal(asked.length, 0);
});

test('where there is no site at all, that is what is told, not that the target is none', async (t) => {
  const { ask, asked, control } = await rig(t, async () => null);
  await control.alarms.put(alarm('a4', { sites: null, targets: [TARGET] }));
  const told = async (path: string) => {
    const answer = await ask('boss', path);
    return [answer.statusCode, answer.json().detail];
  };
  assert.equal((await told('a4/targets/t1'))[0], 200);
  control.sites = new Map();
  assert.deepEqual(await told('a4/targets/t1'), [
    409,
    'A test notice names a site, and this server has none yet: add one first.',
  ]);
  assert.deepEqual(await told('a4/targets/t2'), [404, 'The alarm has no target of this id.']);
  assert.equal(asked.length, 1);
});

test('of too many in a minute further ones are told when to come again', async (t) => {
  const { ask } = await rig(t, () => Promise.reject(new TooManyTests(4_200)));
  const busy = await ask('ada', 'a1/targets/t1');
  assert.deepEqual([busy.statusCode, busy.headers['retry-after']], [429, '5']);
});
