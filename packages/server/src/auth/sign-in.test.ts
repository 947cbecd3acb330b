import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../errors.ts';
import { peopleDouble } from '../store/control/people-double.ts';
import { hashPassword } from './password.ts';
import { SignIn } from './sign-in.ts';
import { newUser } from './user.ts';

const CHEAP = { ln: 4, r: 8, p: 1 } as const;
const PASSWORD = 'correct horse battery';

async function door(cost: { ln: number; r: number; p: number } = CHEAP) {
  const people = peopleDouble(() => undefined);
  const clock = { now: 1_000 };
  const control = {
    people,
    snapshot: () => ({ sites: new Map(), keys: [], users: people.users(), sessions: people.sessions() }),
  };
  const ada = newUser({ name: 'Ada', roles: [], password: await hashPassword(PASSWORD, CHEAP) }, 1);
  await people.addUser(ada);
  await people.addUser(newUser({ name: 'linked', roles: [] }, 1));
  return { signIn: new SignIn(control, () => clock.now, cost), people, clock, ada };
}

const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;

test('a name that nobody has, and one without a password, take the work of a real one', async () => {
  // With what scrypt cannot do, whoever is spared the work would be told that the password is wrong.
  const { signIn } = await door({ ln: 4, r: 8, p: 0 });
  for (const name of ['nobody', 'linked']) {
    await assert.rejects(signIn.byPassword(name, PASSWORD, 'a'), {
      code: 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS',
    });
  }
});

test('the right password clears what was tried for this user here, and costs the address nothing', async () => {
  const { signIn, ada } = await door();
  for (let round = 0; round < 4; round += 1) {
    for (let wrong = 0; wrong < 7; wrong += 1) {
      const refused = signIn.byPassword('ada', 'wrong', '192.0.2.1');
      await assert.rejects(refused, isProblem('credentials-invalid'));
    }
    assert.equal((await signIn.byPassword('ADA', PASSWORD, '192.0.2.1')).id, ada.id);
  }
  for (let right = 0; right < 140; right += 1) await signIn.byPassword('ada', PASSWORD, '192.0.2.9');
});

test('guesses from many addresses at one user are bounded, and from one address at many users', async () => {
  const { signIn } = await door();
  const tried = async (name: string, address: string) => {
    try {
      await signIn.byPassword(name, 'wrong', address);
      return 'in';
    } catch (error) {
      return error instanceof Problem ? error.code : 'failed';
    }
  };
  const count = async (all: Promise<string>[]) =>
    (await Promise.all(all)).filter((code) => code === 'credentials-invalid').length;
  const guesses = [];
  for (let round = 0; round < 120; round += 30) {
    const spread = Array.from({ length: 30 }, (_, at) => tried('ada', `2001:db8:0:${round + at}::1`));
    guesses.push(await count(spread));
  }
  assert.deepEqual(guesses, [30, 30, 30, 10]);
  await assert.rejects(signIn.byPassword('ada', PASSWORD, '192.0.2.1'), isProblem('too-many-requests'));
  const names = Array.from({ length: 25 }, (_, at) => tried(`user ${at}`, `2001:db8:1:1::${at}`));
  assert.equal(await count(names), 25);
  const more = Array.from({ length: 7 }, (_, at) => tried(`other ${at}`, '2001:db8:1:1:2::'));
  assert.equal(await count(more), 5);
});

test('guesses from one address at one user are bounded, and lock nobody out elsewhere', async () => {
  const { signIn, ada } = await door();
  const refused = (error: unknown) => (error instanceof Problem ? error.code : 'failed');
  const tried = (name: string) => signIn.byPassword(name, 'wrong', '192.0.2.1').then(() => 'in', refused);
  const codes = await Promise.all(Array.from({ length: 40 }, () => tried('ada')));
  assert.equal(codes.filter((code) => code === 'credentials-invalid').length, 10);
  assert.equal(codes.filter((code) => code === 'too-many-requests').length, 30);
  assert.equal((await signIn.byPassword('ada', PASSWORD, '192.0.2.2')).id, ada.id);
  // What was refused unseen did not count for the address: colleagues behind it are looked at.
  assert.equal(await tried('linked'), 'credentials-invalid');
});

test('what the server was too busy to look at was no attempt', async () => {
  // scrypt fails with these, as it does where too much is asked for.
  const { signIn } = await door({ ln: 4, r: 8, p: 0 });
  for (let n = 0; n < 200; n += 1) {
    await assert.rejects(signIn.byPassword('nobody', PASSWORD, '192.0.2.1'), {
      code: 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS',
    });
  }
});

test('links are bounded by address too, and a wrong one says nothing of users', async () => {
  const { signIn } = await door();
  for (let at = 0; at < 30; at += 1) {
    await assert.rejects(signIn.byLink(`t${at}`, 'a'), isProblem('credentials-invalid'));
  }
  await assert.rejects(signIn.byLink('t', 'a'), isProblem('too-many-requests'));
});
