import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { hmacKeyOf } from './keys.ts';
import { isSigned, isTimely, SeenSignatures, type SignedRequest, signedPaths } from './signature.ts';

const SECRET = 'a'.repeat(64);
const NONE = new Uint8Array();

/** As the published sample does it: hash the secret, then sign with the hex text of the hash. */
function sign(message: string): string {
  const hashed = createHash('sha256').update(SECRET).digest('hex');
  return createHmac('sha256', hashed).update(message).digest('hex');
}

function request(change: Partial<SignedRequest>): SignedRequest {
  return {
    method: 'GET',
    url: '/rest/v1/ocpp-logs/site/1?from=2024-01-01',
    timestamp: '1700000000',
    signature: '',
    body: NONE,
    ...change,
  };
}

const verify = (change: Partial<SignedRequest>, publicPath = '') =>
  isSigned(hmacKeyOf(SECRET), request(change), publicPath);

test('a signature over known text has the known value', () => {
  // Computed with: printf %s "GET:/sites:1700000000:" | openssl dgst -sha256 -hmac "$(printf %s $SECRET | sha256sum | cut -d' ' -f1)"
  const signature = '8fb58403ab1575c1bc9520a0b4d3b1dea6ffd3b238b89b762f62581b35e0f01e';
  assert.equal(verify({ url: '/sites', signature }), true);
});

test('the path is signed with the prefix or without, wherever the request was sent', () => {
  const bare = '/ocpp-logs/site/1?from=2024-01-01';
  for (const url of [bare, `/rest/v1${bare}`]) {
    for (const path of [bare, `/rest/v1${bare}`]) {
      assert.equal(
        verify({ url, signature: sign(`GET:${path}:1700000000:`) }),
        true,
        `${url} signed as ${path}`,
      );
    }
  }
});

test('the query is part of what is signed, byte for byte', () => {
  const signature = sign('GET:/ocpp-logs/site/1?from=2024-01-01:1700000000:');
  assert.equal(verify({ url: '/ocpp-logs/site/1?from=2024-01-02', signature }), false);
  assert.equal(verify({ url: '/ocpp-logs/site/1?from=2024%2D01-01', signature }), false);
  assert.equal(verify({ url: '/ocpp-logs/site/1', signature }), false);
});

test('a path that a proxy shortened is signed as the client saw it, or as it arrived', () => {
  for (const path of ['/logs/rest/v1/sites', '/logs/sites', '/rest/v1/sites', '/sites']) {
    const signature = sign(`GET:${path}:1700000000:`);
    assert.equal(verify({ url: '/rest/v1/sites', signature }, '/logs'), true, path);
  }
  assert.equal(verify({ url: '/sites', signature: sign('GET:/logs/sites:1700000000:') }), false);
});

test('only the prefix itself is cut, not what begins like it', () => {
  assert.deepEqual(signedPaths('/rest/v10/x', ''), ['/rest/v10/x', '/rest/v1/rest/v10/x']);
  assert.deepEqual(signedPaths('/rest/v1?a', ''), ['?a', '/rest/v1?a']);
});

test('method, time, body and key count', () => {
  const body = Buffer.from('{"a":1}');
  const signature = sign('POST:/sites:1700000000:{"a":1}');
  assert.equal(verify({ method: 'POST', url: '/sites', body, signature }), true);
  assert.equal(verify({ method: 'PUT', url: '/sites', body, signature }), false);
  assert.equal(verify({ method: 'POST', url: '/sites', body, signature, timestamp: '1700000001' }), false);
  assert.equal(verify({ method: 'POST', url: '/sites', body: Buffer.from('{"a":2}'), signature }), false);
  const signed = request({ method: 'POST', url: '/sites', body, signature });
  assert.equal(isSigned(hmacKeyOf('b'.repeat(64)), signed, ''), false);
  assert.equal(isSigned(SECRET, signed, ''), false);
});

test('a body of any bytes is signed as it is', () => {
  const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const signature = createHmac('sha256', hmacKeyOf(SECRET))
    .update('POST:/sites:1700000000:')
    .update(body)
    .digest('hex');
  assert.equal(verify({ method: 'POST', url: '/sites', body, signature }), true);
});

test('hex digits may be of either case; anything else is no signature', () => {
  const signature = sign('GET:/sites:1700000000:');
  assert.equal(verify({ url: '/sites', signature: signature.toUpperCase() }), true);
  for (const wrong of [
    '',
    signature.slice(1),
    `${signature}0`,
    signature.replace(/./, 'g'),
    'é'.repeat(64),
  ]) {
    assert.equal(verify({ url: '/sites', signature: wrong }), false);
  }
});

test('the time may be off by the tolerance in either direction, and is whole seconds', () => {
  const now = 1_700_000_000_999;
  for (const time of ['1700000000', '1699999700', '1700000300'])
    assert.equal(isTimely(time, now, 300), true, time);
  for (const time of ['1699999699', '1700000301', '1700000000000', '-1', '1.7e9', '', ' 1700000000', '0x1']) {
    assert.equal(isTimely(time, now, 300), false, time);
  }
});

test('a signature is new once, until its time is over', () => {
  const seen = new SeenSignatures();
  assert.equal(seen.add('ab', 1_000, 0), 'new');
  assert.equal(seen.add('AB', 1_000, 999), 'seen');
  assert.equal(seen.add('ab', 2_000, 1_000), 'new');
});

test('memory of signatures is bounded: expired ones make room, live ones are never forgotten', () => {
  const seen = new SeenSignatures(2);
  seen.add('a', 10, 0);
  seen.add('b', 20, 0);
  assert.equal(seen.add('c', 30, 5), 'full');
  assert.equal(seen.add('c', 30, 10), 'new');
  assert.equal(seen.size, 2);
  assert.equal(seen.add('b', 20, 15), 'seen');
});
