import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AlarmRecord } from '../store/alarms.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { etagOf } from './alarm-etag.ts';
import { alarms } from './alarms-double.ts';
import { DEPOT, NOW, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const HOOK = { kind: 'webhook', id: 't1', url: 'https://hooks.example/', sealed: 'c2U=' } as const;
const BUS = { ...HOOK, kind: 'mqtt', topic: 'a', username: 'u' } as const;
const WISH = { name: 'Faults', rule: 'status:Faulted' };
const CHANGED = 'urn:ocpp-logs:problem:precondition-failed';

async function rig(t: TestContext, change: Parameters<typeof alarms>[0] = {}) {
  const { app, control } = server(t, { alarms: alarms(change) });
  control.sites = new Map([[DEPOT.id, DEPOT]]);
  const people = { ada: new Browser(app), bob: new Browser(app) };
  await addUser(control, 'ada', [{ site: 'depot', role: 'admin' }]);
  await addUser(control, 'bob', [{ site: 'depot', role: 'viewer' }]);
  for (const [name, browser] of Object.entries(people)) await browser.signIn(name);
  const { ada, bob } = people;
  const as = (etag: string) => ({ 'if-match': etag });
  const put = (wish: object, etag: string) => ada.send('PUT', '/alarms/a1', { ...WISH, ...wish }, as(etag));
  const remove = (id: string, etag: string) => ada.send('DELETE', `/alarms/${id}`, undefined, as(etag));
  return { control, ada, bob, put, remove };
}

test('an alarm has one etag wherever it is told, and another one with every change', async (t) => {
  const { ada, bob, control } = await rig(t);
  const target = { kind: 'mqtt', url: 'mqtts://broker.example', topic: 'a', username: 'u', secret: 's' };
  const made = (await ada.send('POST', '/alarms', { ...WISH, targets: [target] })).json();
  assert.match(made.etag, /^"[\w-]{27}"$/);
  const told = async () => {
    const one = await ada.send('GET', `/alarms/${made.id}`);
    const [listed] = (await ada.send('GET', '/alarms')).json().alarms;
    assert.deepEqual(one.json(), listed);
    assert.equal(one.headers.etag, listed.etag);
    return listed.etag;
  };
  assert.equal(await told(), made.etag);
  await control.alarms.fire([firing('k1', { alarm: made.id })]);
  assert.equal(await told(), made.etag, 'that it came true changes nothing of it');
  const changed = await ada.send('PUT', `/alarms/${made.id}`, WISH, { 'if-match': made.etag });
  assert.equal(changed.statusCode, 200, changed.body);
  assert.notEqual(changed.json().etag, made.etag);
  assert.equal(await told(), changed.json().etag);
  const read = await bob.send('GET', `/alarms/${made.id}`);
  assert.deepEqual([read.statusCode, read.json().etag, read.headers.etag], [200, null, undefined]);
});

test('everything that is set of an alarm is in its etag, and who answers for it', () => {
  const before = alarm('a1', { sites: ['depot'], targets: [HOOK] });
  const lost = { why: 'revoked', at: NOW } as const;
  const changes: readonly Partial<AlarmRecord>[] = [
    { id: 'a2' },
    { name: 'b' },
    { rule: 'status:*' },
    { sites: null },
    { sites: ['depot', 'yard'] },
    { enabled: false },
    { quietMinutes: 1 },
    { targets: [] },
    { targets: [{ ...HOOK, url: 'https://other.example/' }] },
    { targets: [{ ...HOOK, sealed: 'other' }] },
    { targets: [HOOK, { ...HOOK, id: 't2' }] },
    { targets: [BUS] },
    { targets: [{ ...BUS, topic: 'b' }] },
    { targets: [{ ...BUS, username: null }] },
    { changed: 2 },
    { changedBy: null },
    { lost },
    { lost: { ...lost, at: NOW + 1 } },
  ];
  const all = [before, ...changes.map((change) => ({ ...before, ...change }))].map(etagOf);
  assert.equal(new Set(all).size, all.length);
  const { sealed, url, id, kind } = HOOK;
  const { rule, ...rest } = before;
  assert.equal(etagOf({ ...rest, targets: [{ sealed, url, id, kind }], rule }), all[0], 'in any order');
});

test('a change of an alarm that is no longer as it was read is refused, and what is there stays', async (t) => {
  const { control, put, ada } = await rig(t);
  const before = alarm('a1', { sites: ['depot'] });
  await control.alarms.put({ ...before, name: 'of somebody else' });
  const kept = control.alarms.records();
  const now = etagOf({ ...before, name: 'of somebody else' });
  const refused = await put({}, etagOf(before));
  assert.deepEqual([refused.statusCode, refused.json().type], [412, CHANGED]);
  assert.match(refused.headers['content-type'] as string, /^application\/problem\+json/);
  assert.ok(refused.json().detail.includes(`its etag is ${now} now. Read it again`), refused.body);
  for (const [given, status] of [
    [`W/${now}`, 412],
    ['"a", "b"', 412],
    [now.slice(1, -1), 400],
    ['', 400],
    [`${now} or not`, 400],
  ] as const)
    assert.equal((await put({}, given)).statusCode, status, given);
  assert.equal(
    (await put({ rule: '(' }, etagOf(before))).statusCode,
    400,
    'what is wrong anyhow comes first',
  );
  assert.deepEqual(control.alarms.records(), kept);
  assert.deepEqual(
    control.audited.filter(({ action }) => action === 'alarm-changed'),
    [],
  );
  assert.equal((await put({ name: 'listed' }, `"a" ,${now}`)).json().name, 'listed');
  assert.equal((await put({ name: 'any' }, '*')).json().name, 'any');
  assert.equal((await ada.send('PUT', '/alarms/a1', WISH)).json().name, 'Faults', 'the last one counts');
});

test('who is faster between the look at an alarm and its change is not written over either', async (t) => {
  const lost = { why: 'revoked', at: NOW } as const;
  const before = alarm('a1', { sites: ['depot'], lost });
  const others = { ...before, name: 'of somebody else', changed: 8 };
  const { control, put } = await rig(t, { settleKeeper: () => control.alarms.put(others) });
  await control.alarms.put(before);
  assert.equal((await put({}, etagOf(before))).statusCode, 412);
  assert.deepEqual(control.alarms.records(), [others]);
});

test('an alarm is removed as it was read, or not at all', async (t) => {
  const { control, remove } = await rig(t);
  const before = alarm('a1', { sites: ['depot'] });
  const others = { ...before, name: 'of somebody else' };
  const ready = alarm('r1', { sites: ['depot'], ready: true });
  await control.alarms.put(others);
  await control.alarms.put(ready);
  const refused = await remove('a1', etagOf(before));
  assert.deepEqual([refused.statusCode, refused.json().type], [412, CHANGED]);
  assert.equal((await remove('r1', etagOf(before))).statusCode, 409, 'it could not be removed anyhow');
  const { alarms: kept } = control;
  const inside = kept.remove.bind(kept);
  // Somebody changes it between the look and the removal.
  kept.remove = async (...of) => {
    kept.remove = inside;
    await kept.put({ ...others, quietMinutes: 7 });
    return inside(...of);
  };
  assert.equal((await remove('a1', etagOf(others))).statusCode, 412);
  const left = { ...others, quietMinutes: 7 };
  assert.deepEqual(control.alarms.records(), [ready, left]);
  assert.equal((await remove('a1', etagOf(left))).statusCode, 204);
  assert.equal((await remove('a1', etagOf(left))).statusCode, 404);
  assert.deepEqual(control.alarms.records(), [ready]);
  assert.deepEqual(
    control.audited.filter(({ action }) => action === 'alarm-removed').map(({ target }) => target),
    ['a1'],
  );
});
