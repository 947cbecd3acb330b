import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config.ts';
import { welcome } from './welcome.ts';

const linesFor = (url: string) =>
  welcome({
    url,
    key: null,
    token: 'T',
    settings: readSettings({ environment: {}, flags: {} }),
    stations: '9,000',
    version: '1',
  }).split('\n');

test('a server on all addresses is opened as localhost, and stations are told a host to fill in', () => {
  for (const url of ['http://0.0.0.0:9016', 'http://[::]:9016']) {
    const lines = linesFor(url);
    assert.ok(lines.includes('  open         http://localhost:9016/sign-in#token=T'));
    assert.ok(lines.includes('  stations to  ws://HOST:9016/ocpp/{site}/{charger}'));
    assert.ok(lines.includes('               (9,000)'));
    assert.ok(lines.includes(`ocpp-logs listening on ${url}`));
  }
});

test('a server on one address is opened there, also with TLS', () => {
  const lines = linesFor('https://192.0.2.7:9016');
  assert.ok(lines.includes('  open         https://192.0.2.7:9016/sign-in#token=T'));
  assert.ok(lines.includes('  stations to  wss://192.0.2.7:9016/ocpp/{site}/{charger}'));
});
