import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName, isOwnHost } from './host.ts';

const bound = (address: string, ...names: string[]) => ({ bound: address, names });

test('the name is read without port, brackets, case and final dot', () => {
  assert.equal(hostName('Example.COM:9016'), 'example.com');
  assert.equal(hostName('[::1]:9016'), '::1');
  assert.equal(hostName('example.com.'), 'example.com');
  for (const wrong of ['', 'a b', 'a/b', 'user@host', 'host:port', '::1'])
    assert.equal(hostName(wrong), null, wrong);
});

test('the bound address, loopback and configured names are answered, nothing else', () => {
  const own = bound('192.168.1.5', 'Logs.example');
  for (const host of ['192.168.1.5:9016', 'localhost', '127.0.0.1:1', '[::1]', 'logs.example:443']) {
    assert.equal(isOwnHost(host, own), true, host);
  }
  for (const host of [
    'evil.example',
    '192.168.1.6',
    'localhost.evil.example',
    'xlogs.example',
    undefined,
    '',
  ]) {
    assert.equal(isOwnHost(host, own), false, String(host));
  }
});

test('bound to every address, each address is its own and names are not', () => {
  assert.equal(isOwnHost('10.0.0.7:9016', bound('0.0.0.0')), true);
  assert.equal(isOwnHost('[fe80::1]:9016', bound('::')), true);
  assert.equal(isOwnHost('evil.example', bound('0.0.0.0')), false);
});
