import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, server } from './fixtures.ts';
import { Browser } from './people-fixtures.ts';

const ADDRESS = '/sites/depot/chargers/CP%201/password';

test('a password is set or made, shown once, kept as a hash, and taken away', async (t) => {
  const { app, control } = server(t);
  const browser = new Browser(app);
  const set = await browser.send('PUT', ADDRESS, { password: 'a-password-of-CP-1' }, asAdmin);
  assert.deepEqual([set.statusCode, set.json()], [200, { password: 'a-password-of-CP-1' }]);
  const kept = await control.stationPassword('depot', 'CP 1');
  assert.match(kept?.hash ?? '', /^\$scrypt\$/);
  const made = await browser.send('PUT', ADDRESS, {}, asAdmin);
  assert.match(made.json().password, /^[0-9a-f]{40}$/);
  assert.notEqual((await control.stationPassword('depot', 'CP 1'))?.hash, kept?.hash);
  assert.equal((await browser.send('DELETE', ADDRESS, undefined, asAdmin)).statusCode, 204);
  assert.equal((await browser.send('DELETE', ADDRESS, undefined, asAdmin)).statusCode, 404);
});

test('what cannot be a password or a station is refused, and never repeated', async (t) => {
  const { app, control } = server(t);
  const browser = new Browser(app);
  for (const password of ['too-short', 'x'.repeat(41), 'ümlauts-are-not-agreed-on']) {
    const answer = await browser.send('PUT', ADDRESS, { password }, asAdmin);
    assert.deepEqual([answer.statusCode, answer.json().errors[0].parameter], [400, 'password']);
    assert.ok(!answer.body.includes(password));
  }
  const nowhere = await browser.send('PUT', '/sites/nowhere/chargers/CP1/password', {}, asAdmin);
  assert.equal(nowhere.statusCode, 404);
  const odd = await browser.send('PUT', '/sites/depot/chargers/a%00b/password', {}, asAdmin);
  assert.deepEqual([odd.statusCode, odd.json().errors[0].parameter], [400, 'charger']);
  assert.equal(control.stationPasswords.size, 0);
});

test('browsers are told to keep to TLS where a proxy that is trusted says they came by it', async (t) => {
  for (const [trustProxy, told] of [
    [true, 'max-age=31536000'],
    [['10.0.0.0/8'], undefined],
    [false, undefined],
  ] as const) {
    const { app } = server(t, { trustProxy });
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'localhost' };
    const answer = await app.inject({ url: '/livez', headers });
    assert.equal(answer.headers['strict-transport-security'], told);
  }
});
