import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, NOW, server } from './fixtures.ts';
import { addUser, Browser, PASSWORD } from './people-fixtures.ts';

const ADMIN = [{ site: null, role: 'admin' }] as const;
const VIEWER = [{ site: 'depot', role: 'viewer' }] as const;

test('a user that is added with a password can sign in; nothing of the password is shown', async (t) => {
  const { app } = server(t);
  const boss = new Browser(app);
  const send = (body: object) => boss.send('POST', '/users', body, asAdmin);
  const made = await send({ name: 'Ada', password: PASSWORD, roles: VIEWER });
  assert.equal(made.statusCode, 201);
  const { user, link } = made.json();
  assert.deepEqual(user, {
    id: user.id,
    name: 'Ada',
    roles: VIEWER,
    disabled: false,
    methods: ['password'],
    created: new Date(NOW).toISOString(),
    sessions: 0,
  });
  assert.equal(link, null);
  assert.equal(made.headers.location, `/rest/v1/users/${user.id}`);
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 201);
  const listed = await boss.send('GET', '/users', undefined, asAdmin);
  assert.deepEqual(listed.json(), { users: [{ ...user, sessions: 1 }] });
  assert.doesNotMatch(listed.body, /scrypt|password_/);
  assert.equal((await boss.send('GET', `/users/${user.id}`, undefined, asAdmin)).json().name, 'Ada');
});

test('without a password the answer has a link, by which the user signs in and chooses one', async (t) => {
  const { app } = server(t);
  const boss = new Browser(app);
  const { user, link } = (await boss.send('POST', '/users', { name: 'Ada', roles: VIEWER }, asAdmin)).json();
  assert.deepEqual([user.methods, link.path], [[], `/sign-in#token=${link.token}`]);
  const ada = new Browser(app);
  assert.equal((await ada.follow(link.token)).json().unfinished, true);
  const named = await ada.send('PATCH', '/session', { password: PASSWORD });
  assert.deepEqual([named.statusCode, named.json().user.name], [200, 'Ada']);
  const again = await boss.send('POST', `/users/${user.id}/link`, undefined, asAdmin);
  assert.equal(again.statusCode, 201);
  assert.equal((await new Browser(app).follow(again.json().token)).statusCode, 201);
});

test('what cannot be a user is refused with the parameter', async (t) => {
  const { app, control } = server(t);
  await addUser(control, 'Ada', VIEWER);
  const boss = new Browser(app);
  const good = { name: 'Bob', password: PASSWORD, roles: VIEWER };
  for (const [change, parameter] of [
    [{ name: undefined }, 'name'],
    [{ name: ' Bob' }, 'name'],
    [{ name: 'B\u202eob' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ password: 'elevenchars' }, 'password'],
    [{ roles: undefined }, 'roles'],
    [{ roles: 'admin' }, 'roles'],
    [{ roles: [{ site: 'depot', role: 'root' }] }, 'roles[0].role'],
    [{ roles: [{ role: 'viewer' }] }, 'roles[0].site'],
    [{ roles: [{ site: 'nowhere', role: 'viewer' }] }, 'roles[0].site'],
    [{ roles: [{ site: '', role: 'viewer' }] }, 'roles[0].site'],
    [{ roles: [{ site: null, role: 'viewer', until: 1 }] }, 'roles[0].until'],
    [{ roles: [...VIEWER, ...VIEWER] }, 'roles'],
    [{ admin: true }, 'admin'],
  ] as const) {
    const answer = await boss.send('POST', '/users', { ...good, ...change }, asAdmin);
    assert.equal(answer.statusCode, 400, parameter);
    assert.equal(answer.json().errors[0].parameter, parameter);
  }
  const taken = await boss.send('POST', '/users', { ...good, name: 'aDA' }, asAdmin);
  assert.equal(taken.statusCode, 409);
  assert.deepEqual(taken.json().errors, [{ parameter: 'name', message: 'another user has this name' }]);
  assert.equal(control.people.users().size, 1);
});

test('the last admin of all sites can neither be removed, disabled nor given another role', async (t) => {
  const { app, control } = server(t);
  const ada = await addUser(control, 'Ada', ADMIN);
  const boss = new Browser(app);
  await addUser(control, 'Eve', [{ site: 'depot', role: 'admin' }]);
  const attempts = async () => [
    await boss.send('PATCH', `/users/${ada.id}`, { roles: VIEWER }, asAdmin),
    await boss.send('PATCH', `/users/${ada.id}`, { disabled: true }, asAdmin),
    await boss.send('DELETE', `/users/${ada.id}`, undefined, asAdmin),
  ];
  for (const answer of await attempts()) {
    assert.deepEqual([answer.statusCode, answer.json().type], [409, 'urn:ocpp-logs:problem:last-admin']);
  }
  assert.deepEqual(control.people.users().get(ada.id), ada, 'nothing of it was done');
  await addUser(control, 'Bob', ADMIN);
  assert.deepEqual(
    (await attempts()).map(({ statusCode }) => statusCode),
    [200, 200, 204],
  );
});

test('a change of roles, of the password and disabling count in sessions that are open', async (t) => {
  const { app, control } = server(t);
  const boss = await addUser(control, 'Boss', ADMIN);
  const ada = await addUser(control, 'Ada', VIEWER);
  const [here, browser] = [new Browser(app), new Browser(app)];
  await here.signIn('boss');
  await browser.signIn('ada');
  const change = async (body: object) => (await here.send('PATCH', `/users/${ada.id}`, body)).statusCode;
  assert.equal(await change({ roles: ADMIN, name: 'Ada L' }), 200);
  assert.equal((await browser.send('GET', '/users')).statusCode, 200);
  assert.equal(await change({ roles: [] }), 200);
  assert.equal((await browser.send('GET', '/users')).statusCode, 403);
  assert.equal(await change({ password: 'another password' }), 200);
  assert.equal((await browser.send('GET', '/session')).statusCode, 401);
  await browser.signIn('ada l', 'another password');
  assert.equal((await browser.send('GET', '/session')).statusCode, 200);
  assert.equal(await change({ disabled: true }), 200);
  assert.equal((await browser.send('GET', '/session')).statusCode, 401);
  assert.equal((await browser.signIn('ada l', 'another password')).statusCode, 401);
  assert.equal((await here.send('POST', `/users/${ada.id}/link`)).statusCode, 409);
  assert.equal((await here.send('DELETE', `/users/${ada.id}`)).statusCode, 204);
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/link'],
  ] as const) {
    const gone = await here.send(method, `/users/${ada.id}${path}`, method === 'PATCH' ? {} : undefined);
    assert.equal(gone.statusCode, 404, method);
  }
  assert.equal((await here.send('GET', `/users/${boss.id}`)).statusCode, 200);
});

test('a role on a site that the configuration has no more may stay, and no other one may be given it', async (t) => {
  const { app, control } = server(t);
  const old = [{ site: 'gone', role: 'viewer' }] as const;
  const eve = await addUser(control, 'Eve', old);
  const bob = await addUser(control, 'Bob', []);
  const change = (id: string) => new Browser(app).send('PATCH', `/users/${id}`, { roles: [...old] }, asAdmin);
  assert.equal((await change(eve.id)).statusCode, 200);
  const refused = await change(bob.id);
  assert.equal(refused.statusCode, 400);
  assert.deepEqual(refused.json().errors, [{ parameter: 'roles[0].site', message: 'names no site: "gone"' }]);
});
