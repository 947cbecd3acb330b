import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Followers } from './followers.ts';

test('a hundred follow at once, one more is refused, and who has ended makes room, be it by a failure', async () => {
  const followers = new Followers('exports');
  const end = Promise.withResolvers<void>();
  const failing = Promise.withResolvers<void>();
  const followed = Array.from({ length: 99 }, () => followers.during(() => end.promise));
  followers.demandRoom();
  const failed = followers.during(() => failing.promise);
  assert.equal(followers.now, 100);
  assert.throws(() => followers.demandRoom(), { code: 'too-many-requests', status: 429 });
  failing.reject(new Error('it broke'));
  await assert.rejects(failed, /it broke/);
  followers.demandRoom();
  end.resolve();
  await Promise.all(followed);
  assert.equal(followers.now, 0);
});
