import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { COST, fitsPassword, hashPassword, isWeaker, passwordFault } from './password.ts';
import { TooMuchWorkError, Turns } from './turns.ts';

const CHEAP = { ln: 4, r: 8, p: 1 } as const;

test('a password fits its own hash and no other; no two hashes are alike', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (one, other) => {
      const [first, second] = [await hashPassword(one, CHEAP), await hashPassword(one, CHEAP)];
      assert.notEqual(first, second);
      assert.equal(await fitsPassword(one, first, CHEAP), true);
      const same = one.normalize('NFKC') === other.normalize('NFKC');
      assert.equal(await fitsPassword(other, first, CHEAP), same);
    }),
    { numRuns: 50 },
  );
});

test('a hash says with what it was made: OWASP asks for N=2^17, r=8, p=1', async () => {
  const hash = await hashPassword('correct horse battery');
  assert.match(hash, /^\$scrypt\$ln=17,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
  assert.equal(await fitsPassword('correct horse battery', hash), true);
  assert.deepEqual([isWeaker(hash), isWeaker(hash, { ...COST, ln: 18 })], [false, true]);
});

test('whoever has no password has none that fits', async () => {
  for (const guess of ['', 'correct horse battery'])
    assert.equal(await fitsPassword(guess, null, CHEAP), false);
});

test('the same letters from different keyboards are one password', async () => {
  const hash = await hashPassword('Straße né ﬁn 12', CHEAP);
  assert.equal(await fitsPassword('Straße né fin 12', hash, CHEAP), true);
});

test('length counts, by characters, and nothing else', () => {
  for (const good of ['aaaaaaaaaaaa', 'with blanks 1', '🔌'.repeat(12), 'x'.repeat(1_000)]) {
    assert.equal(passwordFault(good), null);
  }
  for (const bad of ['', 'elevenchars', '🔌'.repeat(11), 'x'.repeat(1_001)]) {
    assert.equal(passwordFault(bad), 'must have 12 to 1000 characters');
  }
});

test('so much work at once, so much waiting, the rest refused; a failure gives its turn on', async () => {
  const turns = new Turns(2, 1);
  const ends: ((failed: boolean) => void)[] = [];
  const work = () =>
    turns.take(
      () =>
        new Promise<string>((resolve, reject) => {
          ends.push((failed) => (failed ? reject(new Error('failed')) : resolve('done')));
        }),
    );
  const [first, second, third] = [work(), work(), work()];
  await assert.rejects(work(), TooMuchWorkError);
  assert.equal(ends.length, 2);
  ends[0]?.(true);
  await assert.rejects(first, /failed/);
  await new Promise(setImmediate);
  assert.equal(ends.length, 3);
  ends[1]?.(false);
  ends[2]?.(false);
  assert.deepEqual(await Promise.all([second, third]), ['done', 'done']);
});
