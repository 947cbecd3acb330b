import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { asAdmin, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const URL = '/rest/v1/session/preferences';
const NOTHING = { columns: null, widths: null, zone: null, theme: null, quiet: null, changed: null };
const WISH = {
  columns: ['time', 'action', 'request_status'],
  widths: { time: 240, action: 300.5 },
  zone: 'utc',
  theme: 'dark',
  quiet: true,
};

async function signedIn(t: TestContext) {
  const double = server(t);
  double.clock.now = Date.UTC(2026, 0, 5, 12);
  const user = await addUser(double.control, 'sam', [{ site: 'depot', role: 'viewer' }]);
  const enter = async (name = 'sam') => {
    const browser = new Browser(double.app);
    assert.equal((await browser.signIn(name)).statusCode, 201);
    return browser;
  };
  return { double, user, enter };
}

test('what a person keeps in one browser is there in another, and nobody else has it', async (t) => {
  const { double, enter } = await signedIn(t);
  const [first, second] = [await enter(), await enter()];
  assert.deepEqual((await first.send('GET', URL)).json(), NOTHING);
  const kept = { ...WISH, changed: '2026-01-05T12:00:00.000Z' };
  const put = await first.send('PUT', URL, WISH);
  assert.equal(put.statusCode, 200, put.body);
  assert.deepEqual(put.json(), kept);
  assert.deepEqual((await second.send('GET', URL)).json(), kept);
  await addUser(double.control, 'kim', [{ site: null, role: 'operator' }]);
  assert.deepEqual((await (await enter('kim')).send('GET', URL)).json(), NOTHING);
});

test('the last one counts, and what it leaves out is chosen no more', async (t) => {
  const { double, enter } = await signedIn(t);
  const [first, second] = [await enter(), await enter()];
  await first.send('PUT', URL, WISH);
  double.clock.now += 1000;
  await second.send('PUT', URL, { theme: 'light', quiet: null });
  const now = { ...NOTHING, theme: 'light', changed: '2026-01-05T12:00:01.000Z' };
  assert.deepEqual((await first.send('GET', URL)).json(), now);
});

test('they go with their user', async (t) => {
  const { double, user, enter } = await signedIn(t);
  await (await enter()).send('PUT', URL, WISH);
  await double.control.people.removeUser(user.id);
  assert.equal(await double.control.people.preferences(user.id), null);
});

test('a key has its own, and so has the token of the admin', async (t) => {
  const double = server(t);
  const { bearer } = await double.key({ scopes: ['read'] });
  for (const [headers, theme] of [
    [{ authorization: `Bearer ${bearer}` }, 'dark'],
    [asAdmin, 'light'],
  ] as const) {
    const asked = { method: 'PUT', url: URL, payload: JSON.stringify({ theme }) } as const;
    const type = { 'content-type': 'application/json' };
    assert.equal((await double.app.inject({ ...asked, headers: { ...headers, ...type } })).statusCode, 200);
    const { statusCode, body } = await double.app.inject({ url: URL, headers });
    assert.deepEqual([statusCode, JSON.parse(body).theme], [200, theme]);
  }
  assert.equal((await double.app.inject({ url: URL })).statusCode, 401);
});

const refused = [
  [{ columns: 'time' }, 'columns'],
  [{ columns: [1] }, 'columns'],
  [{ columns: ['x'.repeat(101)] }, 'columns'],
  [{ columns: Array.from({ length: 201 }, (_, at) => `c${at}`) }, 'columns'],
  [{ widths: { time: 0 } }, 'widths'],
  [{ widths: { time: '5' } }, 'widths'],
  [{ widths: [] }, 'widths'],
  [{ zone: 'Europe/Berlin' }, 'zone'],
  [{ theme: 'blue' }, 'theme'],
  [{ quiet: 1 }, 'quiet'],
  [{ colums: [] }, 'colums'],
  [{ columns: Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(100, 'x')) }, 'widths'],
] as const;

test('what cannot be kept is refused, and a write needs the token against forged ones', async (t) => {
  const { enter } = await signedIn(t);
  const browser = await enter();
  for (const [body, parameter] of refused) {
    const answer = await browser.send('PUT', URL, body);
    assert.deepEqual([answer.statusCode, answer.json().errors[0].parameter], [400, parameter]);
  }
  assert.deepEqual((await browser.send('GET', URL)).json(), NOTHING);
  browser.csrf = null;
  assert.equal((await browser.send('PUT', URL, WISH)).statusCode, 403);
});
