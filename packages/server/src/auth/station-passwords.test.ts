import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StationPassword } from '../store/control.ts';
import {
  canonicalPassword,
  newStationPassword,
  stationCredentials,
  stationPasswordFault,
} from './station-credentials.ts';
import { StationPasswords } from './station-passwords.ts';

const AT = { site: 'depot', charger: 'CP:1' };
const PASSWORD = '0123456789abcdef-station';
const FAST = { ln: 4, r: 8, p: 1 };

function kept() {
  const rows = new Map<string, StationPassword>();
  let now = 1_000;
  const passwords = new StationPasswords(
    {
      stationPassword: async (site, charger) => rows.get(site + charger) ?? null,
      putStationPassword: async (row) => {
        rows.set(row.site + row.charger, row);
      },
      dropStationPassword: async (site, charger) => rows.delete(site + charger),
    },
    () => now,
    FAST,
  );
  const basic = (user: string, password: string | Uint8Array) =>
    `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`;
  return {
    rows,
    passwords,
    basic,
    come: (password: string | Uint8Array, address = '192.0.2.1') =>
      passwords.refusal(AT, basic(AT.charger, password), address),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('a station with its password is let in, and known again without the work', async () => {
  const { passwords, come, rows } = kept();
  await passwords.set(AT, PASSWORD);
  assert.equal(await come(PASSWORD), null);
  assert.equal(await come(PASSWORD), null);
  assert.equal(passwords.checked, 1);
  assert.match([...rows.values()][0]?.hash ?? '', /^\$scrypt\$ln=4,/);
  assert.doesNotMatch(JSON.stringify([...rows.values()]), /0123456789abcdef/);
});

test('what is missing, of another or wrong is told apart in the log, and refused', async () => {
  const { passwords, come, basic } = kept();
  assert.equal((await come(PASSWORD))?.reason, 'the station has no password here');
  await passwords.set(AT, PASSWORD);
  const reason = async (header: string | undefined) =>
    (await passwords.refusal(AT, header, '192.0.2.2'))?.reason;
  assert.equal(await reason(undefined), 'the station sent no password');
  assert.equal(await reason('Bearer x'), 'the station sent something else than Basic authentication');
  assert.equal(await reason(basic('CP:2', PASSWORD)), 'the user name is not the id of the charger');
  assert.equal((await come(`${PASSWORD}x`))?.reason, 'the password is wrong');
  assert.equal((await come(PASSWORD))?.status, undefined);
});

test('another password counts at once, and none lets nobody in', async () => {
  const { passwords, come } = kept();
  await passwords.set(AT, PASSWORD);
  assert.equal(await come(PASSWORD), null);
  await passwords.set(AT, `${PASSWORD}-2`);
  assert.equal((await come(PASSWORD))?.status, 401);
  assert.equal(await come(`${PASSWORD}-2`), null);
  assert.equal(await passwords.drop(AT), true);
  assert.equal((await come(`${PASSWORD}-2`))?.status, 401);
  assert.equal(await passwords.drop(AT), false);
});

test('of a password that the station was told to use both count until the new one is used', async () => {
  const { passwords, come } = kept();
  await passwords.set(AT, PASSWORD);
  await passwords.expect(AT, `${PASSWORD}-next`);
  assert.equal(await come(PASSWORD), null);
  assert.equal(await come(`${PASSWORD}-next`), null);
  assert.equal((await come(PASSWORD))?.status, 401);
  const fresh = kept();
  await fresh.passwords.expect(AT, PASSWORD);
  assert.equal(await fresh.come(PASSWORD), null);
});

test('a key in hexadecimal digits is known as digits of any case and as the bytes they stand for', async () => {
  const { passwords, come } = kept();
  const digits = 'FEEDC0DEfeedc0de0011223344556677889900aa';
  await passwords.set(AT, digits);
  for (const form of [digits, digits.toLowerCase(), Buffer.from(digits, 'hex')])
    assert.equal(await come(form), null);
  assert.equal(passwords.checked, 1);
  assert.deepEqual(
    canonicalPassword(Buffer.from('feedc0de')),
    Buffer.from('feedc0de'),
    'too short for a key',
  );
});

test('wrong passwords of one station are bounded, the right one of a station that is known is not', async () => {
  const { passwords, come, pass } = kept();
  await passwords.set(AT, PASSWORD);
  assert.equal(await come(PASSWORD), null);
  for (let n = 0; n < 10; n += 1) assert.equal((await come(`wrong-${n}`))?.status, 401);
  assert.deepEqual(await come('wrong'), { status: 429, reason: 'too many wrong passwords', retryAfter: 600 });
  assert.equal(await come(PASSWORD), null);
  pass(600_000);
  assert.equal((await come('wrong'))?.status, 401);
});

test('wrong passwords from one address are bounded whatever stations they are for', async () => {
  const { passwords, basic } = kept();
  const tried = async (n: number, address: string) => {
    const charger = `CP${n}`;
    return (await passwords.refusal({ site: 'depot', charger }, basic(charger, 'x'.repeat(20)), address))
      ?.status;
  };
  for (let n = 0; n < 100; n += 1) assert.equal(await tried(n, '2001:db8::1'), 401);
  assert.equal(await tried(100, '2001:db8::2'), 429, 'the same network');
  assert.equal(await tried(101, '192.0.2.1'), 401);
});

test('a fleet that comes at once is let in, with the same work twice at a time', async () => {
  const { passwords, basic } = kept();
  const fleet = Array.from({ length: 300 }, (_, n) => ({ site: 'depot', charger: `CP${n}` }));
  for (const station of fleet) await passwords.set(station, PASSWORD);
  const come = () =>
    Promise.all(
      fleet.map((station) => passwords.refusal(station, basic(station.charger, PASSWORD), '192.0.2.1')),
    );
  assert.deepEqual(new Set(await come()), new Set([null]));
  assert.deepEqual(new Set(await come()), new Set([null]));
  assert.equal(passwords.checked, fleet.length);
});

test('passwords are 16 to 40 printable characters, and made ones are', () => {
  assert.equal(stationPasswordFault('x'.repeat(16)), null);
  assert.equal(stationPasswordFault('x'.repeat(40)), null);
  for (const wrong of ['x'.repeat(15), 'x'.repeat(41), 'ä'.repeat(20), `${'x'.repeat(16)}\n`]) {
    assert.notEqual(stationPasswordFault(wrong), null);
  }
  assert.equal(stationPasswordFault(newStationPassword()), null);
  assert.notEqual(newStationPassword(), newStationPassword());
});

test('credentials are read to the byte', () => {
  const header = `basic  ${Buffer.from('CP:1:a:b').toString('base64')}`;
  assert.deepEqual(stationCredentials(header, 'CP:1'), { password: Buffer.from('a:b') });
  const long = `Basic ${Buffer.from(`CP:1:${'x'.repeat(2_000)}`).toString('base64')}`;
  assert.ok('problem' in stationCredentials(long, 'CP:1'));
});

test('more that come at once than may wait are told to come again, and that is no wrong password', async () => {
  const { passwords, basic } = kept();
  const come = (n: number) =>
    passwords.refusal({ site: 'depot', charger: `CP${n}` }, basic(`CP${n}`, PASSWORD), `192.0.2.${n % 250}`);
  const refused = await Promise.all(Array.from({ length: 1_003 }, (_, n) => come(n)));
  const of = (status: number) => refused.filter((each) => each?.status === status);
  assert.deepEqual([of(401).length, of(503).length], [1_002, 1]);
  assert.equal(of(503)[0]?.retryAfter, 10);
});
