import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Peer, requestHead } from './request-head.ts';

const UPSTREAM = { secure: true, hostname: 'csms.example', port: 443, host: 'csms.example', path: '/CP1' };
const SAID = [
  ['Host', 'logs.example'],
  ['X-Forwarded-Proto', 'https'],
  ['x-forwarded-HOST', 'said.example'],
  ['Client-Cert', ':c2FpZA==:'],
  ['client-cert-chain', ':c2FpZA==:'],
  ['Content-Length', '5'],
  ['Transfer-Encoding', 'chunked'],
  ['X-Own', '1'],
] as const;

function sent(peer: Partial<Peer>): string {
  const whole = { address: '192.0.2.7', secure: false, believed: false, certificate: null, ...peer };
  return requestHead(SAID.flat(), UPSTREAM, whole).toString('latin1');
}

const START = 'GET /CP1 HTTP/1.1\r\nHost: csms.example\r\n';

test('what a station says of a proxy, of its certificate or of a body does not reach the CSMS', () => {
  assert.equal(
    sent({}),
    `${START}X-Own: 1\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: logs.example\r\n\r\n`,
  );
});

test('what a proxy that is believed says goes on, save of a certificate that this server tells of itself', () => {
  const forwarded = 'X-Forwarded-Proto: https\r\nx-forwarded-HOST: said.example\r\n';
  const certificates = 'Client-Cert: :c2FpZA==:\r\nclient-cert-chain: :c2FpZA==:\r\n';
  const end = 'X-Own: 1\r\nX-Forwarded-For: 192.0.2.7\r\n';
  assert.equal(sent({ believed: true }), `${START}${forwarded}${certificates}${end}\r\n`);
  assert.equal(sent({ believed: true, certificate: { der: null } }), `${START}${forwarded}${end}\r\n`);
});
