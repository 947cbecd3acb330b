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
  ['Forwarded', 'for=192.0.2.1;proto=https'],
  ['X_Forwarded_Proto', 'https'],
  ['x_forwarded_for', '192.0.2.1'],
  ['Client_Cert', ':c2FpZA==:'],
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
  const more =
    'Forwarded: for=192.0.2.1;proto=https\r\nX_Forwarded_Proto: https\r\nx_forwarded_for: 192.0.2.1\r\n';
  const end = 'X-Own: 1\r\nX-Forwarded-For: 192.0.2.7\r\n';
  const all = `${START}${forwarded}${certificates}${more}Client_Cert: :c2FpZA==:\r\n${end}\r\n`;
  assert.equal(sent({ believed: true }), all);
  assert.equal(sent({ believed: true, certificate: { der: null } }), `${START}${forwarded}${more}${end}\r\n`);
});

test('a station cannot have what is told of it taken away on the way to the CSMS', () => {
  const peer = { address: '192.0.2.7', secure: false, believed: false, certificate: null };
  const connectionOf = (value: string) =>
    /^Connection: (.*)$/m.exec(requestHead(['Connection', value], UPSTREAM, peer).toString('latin1'))?.[1];
  assert.equal(connectionOf('Upgrade,  x-forwarded-for , Client-Cert,X-Own'), 'Upgrade, X-Own');
  assert.equal(connectionOf('keep-alive,Upgrade'), 'keep-alive,Upgrade');
});
