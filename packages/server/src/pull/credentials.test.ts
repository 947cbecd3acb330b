import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { headersFor, type SignPath } from './credentials.ts';

const NOW = Date.UTC(2026, 0, 5, 12, 0, 0, 999);
const PATH = '/logs/rest/v1/ocpp-logs/site/a%2Fb?from=2026-01-05T00:00:00.000Z&take=1';

function signed(signPath: SignPath) {
  return headersFor({ kind: 'signed', apiKey: 'k', secret: 's', signPath }, PATH, NOW);
}

test('the path is signed as it is sent, or from behind /rest/v1', () => {
  const key = createHash('sha256').update('s').digest('hex');
  const over = (path: string) => createHmac('sha256', key).update(`GET:${path}:1767614400:`).digest('hex');
  assert.deepEqual(signed('as-sent'), {
    'x-api-key': 'k',
    'x-req-timestamp': '1767614400',
    'x-signature': over(PATH),
  });
  assert.equal(
    signed('without-prefix')['x-signature'],
    over('/ocpp-logs/site/a%2Fb?from=2026-01-05T00:00:00.000Z&take=1'),
  );
});

test('a bearer goes into Authorization', () => {
  assert.deepEqual(headersFor({ kind: 'bearer', bearer: 'olk_x' }, PATH, NOW), {
    authorization: 'Bearer olk_x',
  });
});
