/** Certificates for tests, made in memory: X.509 v3 (RFC 5280) in DER, as little of it as TLS needs. */

import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Issued {
  /** PEM */
  readonly cert: string;
  /** PEM */
  readonly key: string;
  readonly name: string;
}

export interface Wish {
  /** Common name. */
  readonly name: string;
  /** DNS names and addresses. */
  readonly alternatives?: readonly string[];
  /** Signs it; itself unless given. */
  readonly issuer?: Issued & { readonly privateKey: KeyObject };
  readonly kind?: 'ec' | 'rsa';
  readonly authority?: boolean;
  /** Of its validity, from now. */
  readonly days?: number;
}

const DAY = 86_400_000;
const OIDS = {
  commonName: '550403',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
  ecdsaSha256: '2a8648ce3d040302',
  rsaSha256: '2a864886f70d01010b',
} as const;

export function issue(wish: Wish): Issued & { readonly privateKey: KeyObject } {
  const { name, alternatives = [], kind = 'ec', authority = false, days = 30 } = wish;
  const pair =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = wish.issuer?.privateKey ?? pair.privateKey;
  const algorithm = algorithmOf(signer);
  const now = Date.now();
  const extensions = [
    ...(authority
      ? [
          sequence(
            oid(OIDS.basicConstraints),
            der(0x01, bytes('ff')),
            octets(sequence(der(0x01, bytes('ff')))),
          ),
        ]
      : []),
    ...(alternatives.length > 0
      ? [sequence(oid(OIDS.subjectAltName), octets(sequence(...alternatives.map(alternative))))]
      : []),
  ];
  const body = sequence(
    der(0xa0, der(0x02, bytes('02'))),
    der(0x02, Buffer.concat([bytes('01'), randomBytes(15)])),
    algorithm,
    nameOf(wish.issuer?.name ?? name),
    sequence(time(now - DAY), time(now + days * DAY)),
    nameOf(name),
    createPublicKey(pair.privateKey).export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign('sha256', body, signer);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([bytes('00'), signature])));
  return {
    name,
    cert: pem(certificate),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey: pair.privateKey,
  };
}

/** An authority, and a certificate of it for this machine. */
export function issueServer(kind: 'ec' | 'rsa' = 'ec') {
  const authority = issue({ name: 'Authority of a test', authority: true, kind });
  const server = issue({
    name: 'localhost',
    alternatives: ['localhost', '127.0.0.1'],
    issuer: authority,
    kind,
  });
  return { authority, server };
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, bytes(hex));
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid(OIDS.commonName), der(0x0c, Buffer.from(name)))));

function algorithmOf(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'ec'
    ? sequence(oid(OIDS.ecdsaSha256))
    : sequence(oid(OIDS.rsaSha256), der(0x05, Buffer.alloc(0)));
}

/** GeneralizedTime, to the second. */
function time(ms: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`));
}

function alternative(name: string): Buffer {
  return isIP(name) === 4
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
