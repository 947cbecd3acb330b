import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LOSS_WORDS, unkeptText } from './keeper-words.ts';

test('every reason of the server has words', () => {
  const source = readFileSync(new URL('../../../server/src/store/alarms.ts', import.meta.url), 'utf8');
  const [, list = ''] = /KEEPER_LOSSES = \[([^\]]*)\]/.exec(source) ?? [];
  const reasons = [...list.matchAll(/'([\w-]+)'/g)].map(([, reason]) => reason);
  assert.ok(reasons.length > 5);
  assert.deepEqual(Object.keys(LOSS_WORDS), reasons);
});

test('what an alarm does not do any more is told with why', () => {
  const unkept = { reason: 'revoked', since: '2026-01-05T10:00:00.000Z' };
  assert.equal(unkeptText({ unkept: null, ready: false }), null);
  assert.equal(
    unkeptText({ unkept, ready: false }),
    'Tells nothing: the key that answered for it was revoked.',
  );
  assert.equal(
    unkeptText({ unkept, ready: true }),
    'Told on this page alone: the key that answered for it was revoked.',
  );
  assert.equal(
    unkeptText({ unkept: { ...unkept, reason: 'of-a-newer-server' }, ready: false }),
    'Tells nothing: nobody answers for it any more.',
  );
});
