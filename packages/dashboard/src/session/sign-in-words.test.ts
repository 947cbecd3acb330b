import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, problemOf } from '../api/problem.ts';
import { messageOf, problemWords } from './sign-in-words.ts';

test('what the provider refused is told in words, unknown codes too', () => {
  assert.equal(problemWords(''), '');
  assert.match(problemWords('?problem=user-unknown'), /Ask an admin/);
  assert.match(problemWords('?problem=%3Cb%3E'), /^Signing in by the provider did not work/);
});

test('a refusal says whether link or password was wrong, and a fault what must change', () => {
  const refused = new ApiError(problemOf(401, {}));
  assert.match(messageOf(refused, true), /^This link has been used/);
  assert.match(messageOf(refused, false), /^Name and password/);
  const errors = [{ parameter: 'password', message: 'needs 12 characters or more' }];
  assert.equal(
    messageOf(new ApiError(problemOf(400, { errors })), false),
    'password needs 12 characters or more',
  );
});
