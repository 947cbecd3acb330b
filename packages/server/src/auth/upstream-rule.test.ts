import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAllowedHost } from '../config/upstream-allow.ts';
import { isPublicAddress, UpstreamRule } from './upstream-rule.ts';

for (const [address, open] of [
  ['93.184.216.34', true],
  ['172.32.0.1', true],
  ['2606:2800:220:1::1', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['fe80::1%eth0', false],
  ['fd00:ec2::254', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  ['not an address', false],
] as const) {
  test(`${address} is ${open ? '' : 'not '}of the public internet`, () => {
    assert.equal(isPublicAddress(address), open);
  });
}

const refused = (allow: readonly string[], upstream: string) =>
  new UpstreamRule(allow).refusal(upstream) !== null;

test('without a list every public host may be named, and nothing else', () => {
  assert.equal(refused([], 'wss://csms.example/{charger}'), false);
  assert.equal(refused([], 'wss://93.184.216.34/{charger}'), false);
  for (const host of [
    'localhost',
    'a.localhost',
    'LOCALHOST.',
    '127.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '10.0.0.1',
    '169.254.169.254',
  ]) {
    assert.equal(refused([], `ws://${host}:80/{charger}`), true, host);
  }
});

test('with a list only what is in it may be named', () => {
  const allow = ['csms.example', '*.grid.example', '10.0.0.0/8'];
  assert.equal(refused(allow.slice(0, 2), 'wss://CSMS.example/{charger}'), false);
  assert.equal(refused(allow.slice(0, 2), 'wss://eu.grid.example/{charger}'), false);
  for (const host of [
    'grid.example',
    'evil-csms.example',
    'csms.example.evil',
    'evilgrid.example',
    '93.184.216.34',
  ]) {
    assert.equal(refused(allow.slice(0, 2), `wss://${host}/{charger}`), true, host);
  }
  assert.equal(refused(allow, 'ws://10.1.2.3/{charger}'), false);
  assert.equal(refused(allow, 'ws://11.1.2.3/{charger}'), true);
  assert.equal(refused(allow, 'ws://by-its-address.example/{charger}'), false, 'told when it is dialled');
});

function lookup(rule: UpstreamRule, host: string): Promise<string> {
  return new Promise((resolve) => {
    rule.lookup(host, { all: true }, (error, addresses) => {
      resolve(error === null ? JSON.stringify(addresses) : error.message);
    });
  });
}

test('what a name means is looked at when it is dialled', async () => {
  assert.match(await lookup(new UpstreamRule([]), 'localhost'), /^localhost is .* does not allow$/);
  assert.match(await lookup(new UpstreamRule(['10.0.0.0/8']), 'localhost'), /does not allow$/);
  assert.match(await lookup(new UpstreamRule(['localhost']), 'localhost'), /127\.0\.0\.1|::1/);
  assert.match(await lookup(new UpstreamRule(['127.0.0.0/8', '::1']), 'localhost'), /127\.0\.0\.1|::1/);
});

test('a list holds names, wildcards and networks, and no slips', () => {
  for (const text of ['*.example', 'a-b.example', 'csms', '10.0.0.0/8', '::1', '2001:db8::/32']) {
    assert.notEqual(readAllowedHost(text), null, text);
  }
  for (const text of [
    '',
    '*',
    '*.',
    'a..b',
    'wss://a',
    'a:80',
    '10.0.0.0/33',
    '10.0.0.300',
    'a.*.b',
    '-a.example',
    'fe80::1%eth0',
  ]) {
    assert.equal(readAllowedHost(text), null, text);
  }
});
