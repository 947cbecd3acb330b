import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TooManyTrials } from '../alarms/alarm-service.ts';
import { readyAlarms } from '../alarms/ready.ts';
import { targetSecret } from '../alarms/target-secrets.ts';
import type { TrialWish } from '../alarms/trial.ts';
import { ALARMS_MAX, type FiringRecord } from '../store/alarms.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { alarms } from './alarms-double.ts';
import { asAdmin, DEPOT, NOW, SECRET_KEY, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const HOOK = { kind: 'webhook', url: 'https://hooks.example/x', secret: 'geheim' };
const WISH = { name: 'Faults', rule: 'status:Faulted', targets: [HOOK] };

async function rig(t: TestContext, change: Parameters<typeof alarms>[0] = {}) {
  const double = server(t, { alarms: alarms(change) });
  const { app, control } = double;
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard', retentionDays: 1 }],
  ]);
  const people = { boss: new Browser(app), ada: new Browser(app), bob: new Browser(app) };
  await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  await addUser(control, 'ada', [{ site: 'depot', role: 'admin' }]);
  await addUser(control, 'bob', [{ site: 'depot', role: 'viewer' }]);
  for (const [name, browser] of Object.entries(people)) await browser.signIn(name);
  const names = async (browser: Browser): Promise<readonly string[]> =>
    (await browser.send('GET', '/alarms')).json().alarms.map((each: { name: string }) => each.name);
  return { ...double, ...people, names };
}

test('an alarm is made, shown without its secret, changed and removed, and all of it is in the audit log', async (t) => {
  const { boss, control } = await rig(t);
  const made = await boss.send('POST', '/alarms', { ...WISH, quiet_minutes: 5 });
  assert.equal(made.statusCode, 201, made.body);
  const { id, targets, etag, ...rest } = made.json();
  assert.equal(typeof etag, 'string');
  assert.deepEqual(rest, {
    name: 'Faults',
    rule: 'status:Faulted',
    sites: null,
    enabled: true,
    quiet_minutes: 5,
    ready: false,
    editable: true,
    changed: new Date(NOW).toISOString(),
    keeper: 'boss',
    unkept: null,
    fired: 0,
    suppressed: 0,
    fault: null,
  });
  const [{ id: target }] = targets;
  assert.deepEqual(targets, [
    { id: target, kind: 'webhook', url: HOOK.url, topic: null, username: null, has_secret: true },
  ]);
  assert.doesNotMatch(made.body, /geheim/);
  const kept = control.alarms.records()[0]?.targets[0];
  assert.ok(kept);
  assert.deepEqual(targetSecret(SECRET_KEY, kept), { secret: 'geheim' });
  // Its secret stays with it, as long as it is at the same host.
  const again = {
    name: 'Other',
    rule: 'status:F*',
    enabled: false,
    targets: [{ id: target, kind: 'webhook', url: 'https://hooks.example/y' }],
  };
  const changed = await boss.send('PUT', `/alarms/${id}`, again);
  assert.equal(changed.statusCode, 200, changed.body);
  assert.deepEqual([changed.json().enabled, changed.json().targets[0].has_secret], [false, true]);
  const moved = { ...again, targets: [{ ...again.targets[0], url: 'https://evil.example/y' }] };
  const refused = await boss.send('PUT', `/alarms/${id}`, moved);
  assert.deepEqual(refused.json().errors, [
    {
      parameter: 'targets[0].secret',
      message: 'must be given again, or be null, as the target is at another place',
    },
  ]);
  for (const each of [
    { kind: 'webhook', url: 'http://hooks.example/y' },
    { kind: 'webhook', url: 'https://hooks.example:8443/y' },
    { kind: 'mqtt', url: 'mqtt://hooks.example', topic: 'x' },
  ]) {
    const elsewhere = await boss.send('PUT', `/alarms/${id}`, {
      ...again,
      targets: [{ ...each, id: target }],
    });
    assert.equal(elsewhere.json().errors?.[0]?.parameter, 'targets[0].secret', each.url);
  }
  const without = { ...moved, targets: [{ ...moved.targets[0], secret: null }] };
  assert.equal((await boss.send('PUT', `/alarms/${id}`, without)).json().targets[0].has_secret, false);
  assert.equal((await boss.send('DELETE', `/alarms/${id}`)).statusCode, 204);
  assert.equal((await boss.send('DELETE', `/alarms/${id}`)).statusCode, 404);
  assert.deepEqual(
    control.audited
      .filter(({ action }) => action.startsWith('alarm-'))
      .map((each) => [each.action, each.target]),
    [
      ['alarm-made', id],
      ['alarm-changed', id],
      ['alarm-changed', id],
      ['alarm-removed', id],
    ],
  );
  assert.doesNotMatch(JSON.stringify(control.audited), /geheim/);
  const sentTo = control.audited
    .map(({ details }) => details?.targets)
    .filter((targets) => targets !== undefined);
  assert.deepEqual(sentTo[0], ['webhook hooks.example'], 'the host, and nothing of the path');
});

test('what is wrong is told by its name, of the rule with the column', async (t) => {
  const { boss } = await rig(t);
  const faults = async (body: object): Promise<readonly object[]> =>
    (await boss.send('POST', '/alarms', body)).json().errors;
  assert.deepEqual(await faults({ rule: 'status:Faulted then x WITHIN 5s', quiet_minutes: 2_000 }), [
    { parameter: 'name', message: 'is required' },
    { parameter: 'rule', message: 'write THEN, or put it in quotes to look for the word', column: 16 },
    { parameter: 'quiet_minutes', message: 'must be at most 1440' },
  ]);
  const at = async (target: unknown) =>
    (await faults({ ...WISH, targets: [target] })).map((fault) => Object.values(fault).slice(0, 2).join(' '));
  assert.deepEqual(await at('x'), ['targets[0] must be an object']);
  assert.deepEqual(await faults({ ...WISH, targets: Array(6).fill(HOOK) }), [
    { parameter: 'targets', message: 'must be an array of at most 5 targets' },
  ]);
  assert.deepEqual(await at({ kind: 'mail', url: 'x' }), [
    'targets[0].kind must be one of webhook, mqtt, syslog',
  ]);
  assert.deepEqual(await at({ ...HOOK, color: 1 }), [
    'targets[0].color is nothing here; known are id, kind, url, topic, username, secret',
  ]);
  assert.deepEqual(await at({ ...HOOK, url: 'ftp://x' }), [
    'targets[0].url must be an address such as https://hooks.example/ocpp',
  ]);
  assert.deepEqual(await at({ ...HOOK, url: 'https://a:b@hooks.example/' }), [
    'targets[0].url must hold no user and no password',
  ]);
  assert.deepEqual(await at({ ...HOOK, url: 'http://169.254.169.254/' }), [
    'targets[0].url must not lead to 169.254.169.254, a private address: add it to the setting alarms.allow',
  ]);
  assert.deepEqual(await at({ ...HOOK, url: 'http://[::ffff:127.0.0.1]/' }), [
    'targets[0].url must not lead to ::ffff:7f00:1, a private address: add it to the setting alarms.allow',
  ]);
  assert.deepEqual(await at({ kind: 'mqtt', url: 'mqtts://broker.example', topic: 'a/#' }), [
    'targets[0].topic must hold no #, no + and no $ at its beginning',
  ]);
  assert.deepEqual(await at({ kind: 'mqtt', url: 'mqtts://broker.example', topic: 'a', secret: 'x' }), [
    'targets[0].username is required where there is a secret',
  ]);
  assert.deepEqual(await at({ kind: 'syslog', url: 'tcp://logs.example' }), [
    'targets[0].url must name the port, such as tcp://logs.example:601',
  ]);
  assert.deepEqual(await at({ ...HOOK, secret: '' }), ['targets[0].secret must have 1 to 1000 characters']);
  assert.deepEqual((await faults({ ...WISH, targets: Array(6).fill(HOOK) })).length, 1);
});

test('an alarm over sites is made and changed by who is an admin of all of them, and seen by who reads one', async (t) => {
  const { boss, ada, bob, names } = await rig(t);
  const of = async (browser: Browser, wish: object) => browser.send('POST', '/alarms', { ...WISH, ...wish });
  const own = await of(ada, { name: 'own' });
  assert.deepEqual(own.json().sites, ['depot'], 'all sites of the one who made it');
  assert.equal((await of(ada, { sites: ['depot', 'yard'] })).statusCode, 404);
  assert.equal((await of(bob, {})).statusCode, 403);
  const both = (await of(boss, { name: 'both', sites: ['yard', 'depot'] })).json();
  await of(boss, { name: 'elsewhere', sites: ['yard'] });
  await of(boss, { name: 'everywhere' });
  assert.deepEqual(await names(boss), ['both', 'elsewhere', 'everywhere', 'own']);
  assert.deepEqual(await names(ada), ['both', 'everywhere', 'own']);
  assert.deepEqual(await names(bob), ['both', 'everywhere', 'own']);
  assert.equal((await ada.send('PUT', `/alarms/${both.id}`, WISH)).statusCode, 403);
  assert.equal((await ada.send('DELETE', `/alarms/${own.json().id}`)).statusCode, 204);
  const shown = (await bob.send('GET', '/alarms')).json().alarms[0];
  assert.deepEqual([shown.sites, shown.editable, shown.targets[0].url], [['depot'], false, null]);
});

test('what comes with the server can be switched off and changed, not removed', async (t) => {
  const { boss, control } = await rig(t);
  await control.alarms.addReady(readyAlarms(NOW));
  const [{ id, name, ready }] = (await boss.send('GET', '/alarms')).json().alarms;
  assert.deepEqual([name, ready], ['Connector Faulted', true]);
  assert.equal((await boss.send('DELETE', `/alarms/${id}`)).json().type, 'urn:ocpp-logs:problem:other-state');
  const off = await boss.send('PUT', `/alarms/${id}`, { name, rule: 'status:Faulted', enabled: false });
  assert.deepEqual([off.json().enabled, off.json().ready], [false, true]);
});

test(`there are at most ${ALARMS_MAX}`, async (t) => {
  const { boss, control } = await rig(t);
  for (let at = 0; at < ALARMS_MAX; at += 1) await control.alarms.put(alarm(`a${at}`));
  const more = await boss.send('POST', '/alarms', WISH);
  assert.deepEqual([more.statusCode, more.json().type], [409, 'urn:ocpp-logs:problem:too-many']);
});

test('an alarm is tried on what its sites keep, of those that the caller reads', async (t) => {
  const wishes: TrialWish[] = [];
  const { bob, boss } = await rig(t, {
    tryAlarm: async (wish) => {
      wishes.push(wish);
      return {
        fired: 3,
        stations: 2,
        firings: [{ site: 'depot', charger: 'CP-1', at: NOW, entries: ['7'] }],
        looked: 40,
        through: wish.to,
        dropped: 0,
      };
    },
  });
  const tried = await bob.send('POST', '/alarms/try', { rule: 'status:Faulted or x' });
  assert.equal(tried.statusCode, 200, tried.body);
  assert.deepEqual(tried.json(), {
    from: '2026-01-09T12:30:00.000Z',
    to: '2026-01-10T12:30:00.000Z',
    through: '2026-01-10T12:30:00.000Z',
    complete: true,
    looked: 40,
    fired: 3,
    stations: 2,
    firings: [{ site: 'depot', station: 'CP-1', time: '2026-01-10T12:30:00.000Z', entries: ['7'] }],
    hints: [{ column: 16, message: 'or is searched as a word; write OR' }],
  });
  assert.deepEqual(wishes[0]?.sites, [{ id: 'depot', name: 'Depot North', kept: 0 }]);
  await boss.send('POST', '/alarms/try', { rule: 'x', sites: ['yard'], from: '2026-01-01' });
  assert.deepEqual(wishes[1]?.sites, [{ id: 'yard', name: 'Yard', kept: Date.UTC(2026, 0, 9, 12) }]);
  const faults = async (body: object) => (await boss.send('POST', '/alarms/try', body)).json().errors;
  assert.deepEqual(await faults({ rule: 'x', from: '2025-01-01' }), [
    { parameter: 'from', message: 'must be at most 31 days before to' },
  ]);
  assert.equal((await faults({ rule: '(' }))[0].parameter, 'rule');
  assert.equal((await bob.send('POST', '/alarms/try', { rule: 'x', sites: ['yard'] })).statusCode, 404);
});

test('of too many trials at once further ones are told to come again', async (t) => {
  const { boss } = await rig(t, { tryAlarm: () => Promise.reject(new TooManyTrials()) });
  const busy = await boss.send('POST', '/alarms/try', { rule: 'x' });
  assert.deepEqual([busy.statusCode, busy.headers['retry-after']], [429, '5']);
});

test('firings are listed page by page, to each the ones of their sites', async (t) => {
  const { boss, bob, control, app, key } = await rig(t);
  await control.alarms.put(alarm('a1', { name: 'Faults' }));
  const delivery = { target: 't1', state: 'failed', attempts: 6, at: NOW, error: 'it answered 500' } as const;
  await control.alarms.fire([
    firing('k1', { deliveries: [delivery] }),
    firing('k2', { site: 'yard' }),
    firing('k3', { charger: 'CP-2' }),
  ]);
  const numbers = async (browser: Browser, query = '') => {
    const { firings, next_cursor } = (await browser.send('GET', `/alarms/firings${query}`)).json();
    return [...firings.map(({ id }: { id: string }) => id.slice(-1)), next_cursor];
  };
  assert.deepEqual(await numbers(boss), ['3', '2', '1', null]);
  assert.deepEqual(await numbers(boss, '?take=2'), ['3', '2', 'firing_k2']);
  assert.deepEqual(await numbers(boss, '?take=2&cursor=firing_k2'), ['1', null]);
  assert.deepEqual(await numbers(boss, '?site=yard&alarm=a1'), ['2', null]);
  assert.deepEqual(await numbers(boss, '?alarm=a2'), [null]);
  assert.deepEqual(await numbers(bob), ['3', '1', null]);
  assert.deepEqual((await boss.send('GET', '/alarms/firings?cursor=2')).json().errors, [
    { parameter: 'cursor', message: 'is none that was given, or its firing is gone; begin anew' },
  ]);
  const [, first] = (await boss.send('GET', '/alarms/firings?site=depot')).json().firings;
  assert.deepEqual(first, {
    id: 'firing_k1',
    alarm: 'a1',
    alarm_name: 'Faults',
    site: 'depot',
    station: 'CP-1',
    time: '1970-01-01T00:01:00.000Z',
    fired: '1970-01-01T00:01:00.500Z',
    entries: ['7', '9223372036854775807'],
    deliveries: [{ ...delivery, at: new Date(NOW).toISOString() }],
  });
  const { bearer } = await key({ scopes: ['read'] });
  const headers = { authorization: `Bearer ${bearer}` };
  const read = (await app.inject({ url: '/alarms/firings', headers })).json().firings;
  assert.deepEqual(
    read.map(({ deliveries }: { deliveries: unknown }) => deliveries),
    [[], [], []],
  );
});

test('who follows the firings is told of those of their sites, from where they were', async (t) => {
  const listeners = new Set<(firing: FiringRecord) => void>();
  const { control, app, key } = await rig(t, {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  await control.alarms.put(alarm('a1'));
  const tell = async (each: ReturnType<typeof firing>) => {
    const [n] = await control.alarms.fire([each]);
    const { quietMs: _, ...kept } = each;
    for (const listener of listeners) listener({ ...kept, n: Number(n) });
  };
  await tell(firing('k1'));
  await tell(firing('k2'));
  const { bearer } = await key({ scopes: ['read'], sites: ['depot'] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const stop = new AbortController();
  t.after(() => stop.abort());
  const headers = { authorization: `Bearer ${bearer}`, 'last-event-id': 'firing_k1' };
  const answer = await fetch(`${url}/alarms/events`, { headers, signal: stop.signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (wanted: RegExp) => {
    while (!wanted.test(text)) text += (await reader?.read())?.value ?? assert.fail(text);
  };
  await until(/id: firing_k2\n/);
  await tell(firing('k3', { site: 'yard' }));
  await tell(firing('k4'));
  await until(/id: firing_k4\nevent: firing\ndata: \{"id":"firing_k4","alarm":"a1"[^\n]*\n\n/);
  assert.doesNotMatch(text, /"firing_k[13]"|k3/);
  const plain = await app.inject({ url: '/alarms/events', headers: { ...asAdmin, accept: 'text/html' } });
  assert.equal(plain.statusCode, 406);
  stop.abort();
  await reader?.cancel().catch(() => undefined);
});

test('so many connections of one key follow the firings, and no more until one has left', async (t) => {
  const { app, key } = await rig(t);
  const { bearer } = await key({ scopes: ['read'] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${bearer}` };
  const stop = new AbortController();
  t.after(() => stop.abort());
  const follow = () => fetch(`${url}/alarms/events`, { headers, signal: stop.signal });
  for (let at = 0; at < 20; at += 1) assert.equal((await follow()).status, 200);
  const more = await follow();
  assert.deepEqual([more.status, more.headers.get('retry-after')], [429, '10']);
  await more.body?.cancel();
});

test('how often an alarm came true is told to who reads all of its sites', async (t) => {
  const { boss, bob, control } = await rig(t);
  await control.alarms.put(alarm('a1', { name: 'One', sites: ['depot'] }));
  await control.alarms.put(alarm('a2', { name: 'Two', sites: ['depot', 'yard'] }));
  await control.alarms.put(alarm('a3', { name: 'All' }));
  await control.alarms.fire([
    firing('k1', { alarm: 'a1' }),
    firing('k2', { alarm: 'a2', site: 'yard' }),
    firing('k3', { alarm: 'a3', site: 'yard' }),
  ]);
  const counts = async (browser: Browser) =>
    (await browser.send('GET', '/alarms'))
      .json()
      .alarms.map((each: Record<string, unknown>) => [each.name, each.fired, each.suppressed])
      .sort();
  assert.deepEqual(await counts(bob), [
    ['All', null, null],
    ['One', 1, 0],
    ['Two', null, null],
  ]);
  assert.deepEqual(await counts(boss), [
    ['All', 1, 0],
    ['One', 1, 0],
    ['Two', 1, 0],
  ]);
});
