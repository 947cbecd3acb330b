import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Proxies } from './proxies.ts';

const FORWARDED = {
  'x-forwarded-for': '198.51.100.9, 192.0.2.7, 10.1.2.3',
  'x-forwarded-host': 'inner.example, logs.example',
  'x-forwarded-proto': 'HTTPS',
};

test('nobody is believed where no proxy is trusted', () => {
  const direct = { address: '10.0.0.1', host: null, scheme: null };
  assert.deepEqual(new Proxies(false).peerOf(FORWARDED, '::ffff:10.0.0.1'), direct);
  assert.equal(new Proxies(false).any, false);
});

test('an unnamed proxy is believed its own word, which is the last', () => {
  assert.deepEqual(new Proxies(true).peerOf(FORWARDED, '203.0.113.1'), {
    address: '10.1.2.3',
    host: 'logs.example',
    scheme: 'https',
  });
  assert.equal(new Proxies(true).peerOf({}, '203.0.113.1').address, '203.0.113.1');
});

test('of named proxies a chain is followed to the first that is none of them, whatever it says', () => {
  const proxies = new Proxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
  assert.equal(proxies.peerOf(FORWARDED, '::ffff:10.0.0.1').address, '198.51.100.9');
  const spoofed = { 'x-forwarded-for': '10.9.9.9, 198.51.100.9' };
  assert.equal(proxies.peerOf(spoofed, '10.0.0.1').address, '198.51.100.9');
  const ports = { 'x-forwarded-for': '198.51.100.9:4711, [2001:db8::5]:443' };
  assert.equal(proxies.peerOf(ports, '10.0.0.1').address, '198.51.100.9');
});

test('a stranger with forwarding headers is who it is', () => {
  const proxies = new Proxies(['10.0.0.0/8']);
  const stranger = { address: '198.51.100.66', host: null, scheme: null };
  assert.deepEqual(proxies.peerOf(FORWARDED, '198.51.100.66'), stranger);
  assert.equal(proxies.peerOf(FORWARDED, undefined).address, 'unknown');
});
