import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownValues, TooManyValuesError, VALUES_MAX } from './known-values.ts';

test('so many different values are remembered for pseudonyms, one more is an error that says what helps', () => {
  const values = new KnownValues((text) => Buffer.from(text));
  for (let n = 0; n < VALUES_MAX; n += 1) values.add(`zzq${n}`);
  assert.equal(values.size, VALUES_MAX);
  values.add('zzq0');
  assert.throws(() => values.add('one-more-zq'), TooManyValuesError);
});
