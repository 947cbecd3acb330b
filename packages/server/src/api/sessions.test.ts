import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW, server } from './fixtures.ts';
import { addLink, addUser, Browser, CHEAP, PASSWORD } from './people-fixtures.ts';

const ADMIN = [{ site: null, role: 'admin' }] as const;
const MINUTE = 60_000;

test('who signs in by name and password gets a session, its token against forged writes, and the cookie', async (t) => {
  const { app, control } = server(t);
  const user = await addUser(control, 'Ada', [{ site: 'depot', role: 'viewer' }]);
  const browser = new Browser(app);
  const answer = await browser.signIn('ADA');
  assert.equal(answer.statusCode, 201);
  const body = answer.json();
  assert.deepEqual(
    { ...body, csrf: '' },
    {
      user: { id: user.id, name: 'Ada' },
      roles: [{ site: 'depot', role: 'viewer' }],
      csrf: '',
      expires: new Date(NOW + 7 * 86_400_000).toISOString(),
      methods: ['password'],
      unfinished: false,
      sets_password_until: null,
    },
  );
  assert.match(
    String(answer.headers['set-cookie']),
    /^ocpp_logs_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  );
  const known = await browser.send('GET', '/rest/v1/session');
  assert.deepEqual(known.json(), body);
  assert.equal((await browser.send('GET', '/sites')).statusCode, 200);
});

test('wrong names, wrong passwords and disabled users are one answer', async (t) => {
  const { app, control } = server(t);
  const gone = await addUser(control, 'gone', ADMIN);
  await addUser(control, 'ada', ADMIN);
  await control.people.changeUser(gone.id, { disabled: true });
  const bodies = new Set<string>();
  for (const [name, password] of [
    ['ada', 'wrong password'],
    ['nobody', PASSWORD],
    ['gone', PASSWORD],
  ] as const) {
    const answer = await new Browser(app).signIn(name, password);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers['set-cookie'], undefined);
    bodies.add(JSON.stringify({ ...answer.json(), instance: '' }));
  }
  assert.equal(bodies.size, 1);
});

test('behind TLS the cookie is Secure; a proxy is only believed where it is trusted', async (t) => {
  for (const [trustProxy, secure] of [
    [true, true],
    [false, false],
  ] as const) {
    const { app, control } = server(t, { trustProxy });
    await addUser(control, 'ada', ADMIN);
    const answer = await new Browser(app).send(
      'POST',
      '/session',
      { user: 'ada', password: PASSWORD },
      { 'x-forwarded-proto': 'https' },
    );
    const cookie = String(answer.headers['set-cookie']);
    assert.equal(/; Secure$/.test(cookie), secure);
    assert.equal(cookie.startsWith('__Host-'), secure);
  }
});

test('by TLS the cookie has a name that no other host can give, and none without it counts', async (t) => {
  const { app, control } = server(t, { trustProxy: true });
  await addUser(control, 'ada', ADMIN);
  const byTls = { 'x-forwarded-proto': 'https' };
  const ada = new Browser(app);
  const made = await ada.send('POST', '/session', { user: 'ada', password: PASSWORD }, byTls);
  assert.match(
    String(made.headers['set-cookie']),
    /^__Host-ocpp_logs_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
  );
  const prefixed = ada.cookie ?? '';
  const planted = prefixed.replace('__Host-', '');
  const status = async (cookie: string, headers: Readonly<Record<string, string>> = byTls) =>
    (await app.inject({ url: '/sites', headers: { ...headers, cookie } })).statusCode;
  assert.deepEqual([await status(prefixed), await status(planted)], [200, 401]);
  assert.equal(await status(`ocpp_logs_session=planted; ${prefixed}`), 200);
  assert.equal(
    (await app.inject({ url: '/session', headers: { ...byTls, cookie: planted } })).statusCode,
    401,
  );
  assert.equal(await status(planted, { ...byTls, 'x-ocpp-logs-passed-on': '1' }), 200, 'as a node got it');
  assert.equal(await status(prefixed, {}), 200, 'from a node that got it by TLS');
  const { csrf } = made.json();
  const without = await app.inject({
    method: 'DELETE',
    url: '/session',
    headers: { ...byTls, cookie: prefixed },
  });
  assert.equal(without.statusCode, 403);
  const out = await ada.send('DELETE', '/session', undefined, { ...byTls, 'x-csrf-token': csrf });
  assert.equal(out.statusCode, 204);
  assert.match(
    String(out.headers['set-cookie']),
    /^__Host-ocpp_logs_session=; Path=\/; Max-Age=0;.*; Secure$/,
  );
  assert.equal(await status(prefixed), 401);
});

test('who came by a link sets a new password without the forgotten one, for a quarter of an hour', async (t) => {
  const { app, control, clock } = server(t);
  const ada = await addUser(control, 'ada', ADMIN);
  const change = (browser: Browser, password: string) => browser.send('PATCH', '/session', { password });
  const [byLink, byPassword, late] = [new Browser(app), new Browser(app), new Browser(app)];
  const followed = await byLink.follow(await addLink(control, ada.id, NOW));
  assert.equal(followed.json().sets_password_until, new Date(NOW + 15 * MINUTE).toISOString());
  await byPassword.signIn('ada');
  await late.follow(await addLink(control, ada.id, NOW));

  const refused = await change(byPassword, 'another long password');
  assert.deepEqual([refused.statusCode, refused.json().errors[0].parameter], [400, 'current_password']);

  clock.now += 14 * MINUTE;
  const changed = await change(byLink, 'another long password');
  assert.deepEqual([changed.statusCode, changed.json().sets_password_until], [200, null]);
  byLink.csrf = changed.json().csrf;
  assert.equal((await change(byLink, 'a third long password')).statusCode, 400, 'once');
  assert.equal((await late.send('GET', '/session')).statusCode, 401, 'other sessions have ended');
  assert.equal((await new Browser(app).signIn('ada', 'another long password')).statusCode, 201);

  await late.follow(await addLink(control, ada.id, clock.now));
  clock.now += 15 * MINUTE;
  assert.equal((await late.send('GET', '/session')).json().sets_password_until, null);
  assert.equal((await change(late, 'a fourth long password')).statusCode, 400, 'too late');
});

test('the first link makes an admin without a password, who chooses name and password; it works once', async (t) => {
  const { app, control, clock } = server(t);
  const token = await addLink(control, null, NOW);
  const spare = await addLink(control, null, NOW);
  const browser = new Browser(app);
  const first = await browser.follow(token);
  assert.equal(first.statusCode, 201);
  assert.deepEqual([first.json().roles, first.json().unfinished], [ADMIN, true]);
  for (const used of [token, spare, 'x'.repeat(43)]) {
    const again = await new Browser(app).follow(used);
    assert.equal(again.statusCode, 401, 'used, void because somebody came first, or made up');
  }
  const chosen = await browser.send('PATCH', '/session', { name: 'Grace', password: PASSWORD });
  assert.deepEqual(
    [chosen.statusCode, chosen.json().user.name, chosen.json().unfinished],
    [200, 'Grace', false],
  );
  assert.equal((await new Browser(app).signIn('grace')).statusCode, 201);
  clock.now += 1;
  assert.equal((await browser.send('GET', '/session')).statusCode, 200);
});

test('a link is over after 15 minutes', async (t) => {
  const { app, control, clock } = server(t);
  const user = await addUser(control, 'ada', ADMIN);
  const [early, late] = [await addLink(control, user.id, NOW), await addLink(control, user.id, NOW)];
  clock.now = NOW + 15 * MINUTE - 1;
  assert.equal((await new Browser(app).follow(early)).statusCode, 201);
  clock.now = NOW + 15 * MINUTE;
  assert.equal((await new Browser(app).follow(late)).statusCode, 401);
});

test('a session that was fixed on a browser is worth nothing: signing in gives a new one and ends the old', async (t) => {
  const { app, control } = server(t);
  await addUser(control, 'ada', ADMIN);
  await addUser(control, 'eve', ADMIN);
  const [eve, ada] = [new Browser(app), new Browser(app)];
  await eve.signIn('eve');
  ada.cookie = eve.cookie;
  await ada.signIn('ada');
  assert.notEqual(ada.cookie, eve.cookie);
  assert.equal((await eve.send('GET', '/session')).statusCode, 401);
  assert.equal((await ada.send('GET', '/session')).json().user.name, 'ada');
  ada.cookie = 'ocpp_logs_session=chosen-by-somebody-else';
  await ada.signIn('ada');
  assert.doesNotMatch(String(ada.cookie), /chosen/);
});

test('a write of a session needs its own token, and no page of another origin', async (t) => {
  const { app, control, recorder } = server(t);
  await addUser(control, 'ada', ADMIN);
  const [browser, other] = [new Browser(app), new Browser(app)];
  await browser.signIn('ada');
  await other.signIn('ada');
  const right = browser.csrf ?? '';
  const ingest = (csrf: string | null, headers = {}) => {
    browser.csrf = csrf;
    return browser.send('POST', '/ocpp-logs/site/depot', {}, { host: 'localhost:9016', ...headers });
  };
  for (const csrf of [null, '', 'x', `${right}x`, other.csrf]) {
    const answer = await ingest(csrf);
    assert.deepEqual(
      [answer.statusCode, answer.json().type],
      [403, 'urn:ocpp-logs:problem:csrf'],
      String(csrf),
    );
  }
  const foreign = await ingest(right, { origin: 'https://evil.example' });
  assert.deepEqual([foreign.statusCode, foreign.json().type], [403, 'urn:ocpp-logs:problem:origin-foreign']);
  assert.equal(recorder.taken.length, 0);
  assert.equal((await ingest(right, { origin: 'http://localhost:9016' })).statusCode, 200);
  for (const [method, path] of [
    ['DELETE', '/session'],
    ['PATCH', '/session'],
  ] as const) {
    browser.csrf = 'wrong';
    assert.equal((await browser.send(method, path, {})).statusCode, 403, method);
  }
  assert.equal((await browser.send('GET', '/session')).statusCode, 200);
});

test('signing in from a page of another origin is refused', async (t) => {
  const { app, control } = server(t);
  await addUser(control, 'ada', ADMIN);
  const body = { user: 'ada', password: PASSWORD };
  const headers = { host: 'localhost:9016', origin: 'https://evil.example' };
  assert.equal((await new Browser(app).send('POST', '/session', body, headers)).statusCode, 403);
});

test('signing out ends the session and takes the cookie away', async (t) => {
  const { app, control } = server(t);
  await addUser(control, 'ada', ADMIN);
  const browser = new Browser(app);
  await browser.signIn('ada');
  const { cookie } = browser;
  const answer = await browser.send('DELETE', '/session');
  assert.equal(answer.statusCode, 204);
  assert.match(String(answer.headers['set-cookie']), /^ocpp_logs_session=; Path=\/; Max-Age=0;/);
  browser.cookie = cookie;
  assert.equal((await browser.send('GET', '/sites')).statusCode, 401);
  assert.equal((await new Browser(app).send('DELETE', '/session')).statusCode, 204);
});

test('a session ends without use, and in any case after its time', async (t) => {
  const hours = 3_600_000;
  const { app, control, clock } = server(t, { sessions: { idleMs: 12 * hours, keepMs: 20 * hours } });
  await addUser(control, 'ada', ADMIN);
  const browser = new Browser(app);
  await browser.signIn('ada');
  const status = async () => (await browser.send('GET', '/sites')).statusCode;
  clock.now += 12 * hours - 1;
  assert.equal(await status(), 200);
  clock.now += 8 * hours;
  assert.equal(await status(), 200);
  clock.now += 1;
  assert.equal(await status(), 401, 'its whole time is over');
  await browser.signIn('ada');
  clock.now += 12 * hours;
  assert.equal(await status(), 401, 'it was not used');
});

test('the cookie of a user who was removed, disabled or lost the role is worth that much at once', async (t) => {
  const { app, control } = server(t);
  const [ada, bob, cy] = [
    await addUser(control, 'ada', ADMIN),
    await addUser(control, 'bob', [{ site: 'depot', role: 'viewer' }]),
    await addUser(control, 'cy', [{ site: 'depot', role: 'viewer' }]),
  ];
  const browsers = [new Browser(app), new Browser(app), new Browser(app)] as const;
  for (const [at, { name }] of [ada, bob, cy].entries()) await browsers[at]?.signIn(name);
  await control.people.removeUser(bob.id);
  await control.people.changeUser(cy.id, { roles: [] });
  const statuses = await Promise.all(
    browsers.map(async (each) => (await each.send('GET', '/sites')).statusCode),
  );
  assert.deepEqual(statuses, [200, 401, 403]);
  await addUser(control, 'dee', ADMIN);
  await control.people.changeUser(ada.id, { disabled: true });
  assert.equal((await browsers[0].send('GET', '/sites')).statusCode, 401);
});

test('a new password ends every other session, needs the current one, and keeps this one under a new cookie', async (t) => {
  const { app, control } = server(t);
  await addUser(control, 'ada', ADMIN);
  const [here, there] = [new Browser(app), new Browser(app)];
  await here.signIn('ada');
  await there.signIn('ada');
  const faults: readonly (readonly [object, string])[] = [
    [{ password: 'a new password' }, 'current_password'],
    [{ password: 'a new password', current_password: 'wrong' }, 'current_password'],
    [{ password: 'too short', current_password: PASSWORD }, 'password'],
    [{ password: 'a new password', current_password: PASSWORD, name: 'root' }, 'name'],
    [{ pasword: 'a new password', password: 'a new password', current_password: PASSWORD }, 'pasword'],
  ];
  for (const [body, parameter] of faults) {
    const answer = await here.send('PATCH', '/session', body);
    assert.deepEqual([answer.statusCode, answer.json().errors[0].parameter], [400, parameter]);
  }
  const { cookie } = here;
  const changed = await here.send('PATCH', '/session', {
    password: 'a new password',
    current_password: PASSWORD,
  });
  assert.equal(changed.statusCode, 200);
  assert.notEqual(here.cookie, cookie);
  assert.equal((await here.send('GET', '/session')).statusCode, 200);
  assert.equal((await there.send('GET', '/session')).statusCode, 401);
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 401);
  assert.equal((await new Browser(app).signIn('ada', 'a new password')).statusCode, 201);
});

test('guessing is bounded by user and by address, also many at once, and says when to come back', async (t) => {
  const { app, control, clock } = server(t);
  await addUser(control, 'ada', ADMIN);
  const guess = (user: string) => new Browser(app).signIn(user, 'a wrong password');
  const answers = await Promise.all(Array.from({ length: 15 }, () => guess('Ada')));
  const statuses = answers.map(({ statusCode }) => statusCode);
  assert.deepEqual(
    [statuses.filter((s) => s === 401).length, statuses.filter((s) => s === 429).length],
    [10, 5],
  );
  assert.equal(answers.find(({ statusCode }) => statusCode === 429)?.headers['retry-after'], '900');
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 429, 'the right one too');
  // What was refused unseen is not counted for the address: 10 were seen.
  for (let at = 0; at < 20; at += 1) assert.equal((await guess(`nobody ${at}`)).statusCode, 401);
  assert.equal((await guess('somebody else')).statusCode, 429, 'the address has used up its 30');
  clock.now += 15 * MINUTE;
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 201);
});

test('what cannot be a sign-in is refused with the parameter', async (t) => {
  const { app } = server(t);
  const browser = new Browser(app);
  for (const [body, parameter] of [
    [{}, 'user'],
    [{ user: 'ada' }, 'password'],
    [{ token: 'x', user: 'ada' }, 'token'],
    [{ user: 7, password: 'x' }, 'user'],
    [{ user: 'ada', password: 'x', remember: true }, 'remember'],
  ] as const) {
    const answer = await browser.send('POST', '/session', body);
    assert.equal(answer.statusCode, 400);
    assert.ok(answer.json().errors.some((fault: { parameter: string }) => fault.parameter === parameter));
  }
  const form = await browser.send('POST', '/session', {}, { 'content-type': 'text/plain' });
  assert.equal(form.statusCode, 415);
  assert.equal((await browser.send('GET', '/session?x=1')).statusCode, 400);
  assert.equal((await browser.send('GET', '/session')).statusCode, 401);
  assert.deepEqual((await browser.send('GET', '/session/methods')).json(), { methods: ['password'] });
});

test('a key that is sent on purpose goes before the cookie', async (t) => {
  const { app, control, key } = server(t);
  await addUser(control, 'ada', ADMIN);
  const browser = new Browser(app);
  await browser.signIn('ada');
  const reading = { authorization: `Bearer ${(await key({ scopes: ['read'], sites: [] })).bearer}` };
  assert.equal((await browser.send('GET', '/sites', undefined, reading)).statusCode, 403);
  assert.equal((await browser.send('GET', '/sites')).statusCode, 200);
});

test('a password that was hashed with less is hashed anew when its owner signs in', async (t) => {
  const { app, control } = server(t, { passwordCost: { ...CHEAP, ln: 6 } });
  const user = await addUser(control, 'ada', ADMIN);
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 201);
  const stored = control.people.users().get(user.id)?.password ?? '';
  assert.match(stored, /^\$scrypt\$ln=6,r=8,p=1\$/);
  assert.equal((await new Browser(app).signIn('ada')).statusCode, 201);
});
