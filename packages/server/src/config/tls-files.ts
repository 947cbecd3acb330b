/** `tls` and the certificate for upstreams: what belongs together, and what their files hold. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SettingError } from './error.ts';
import type { FileSettings } from './schema.ts';

/** `named`: how a message calls a setting, with its source. */
export function checkTls({ tls, upstream }: FileSettings, named: (path: string) => string): void {
  checkPair('tls', tls, named);
  checkPair('upstream', upstream, named);
  for (const key of ['port', 'client_ca_file'] as const) {
    if (tls.cert_file === '' && tls[key] !== '' && tls[key] !== null) {
      throw new SettingError(`${named(`tls.${key}`)}: needs tls.cert_file and tls.key_file beside it`);
    }
  }
}

interface Pair {
  readonly cert_file: string;
  readonly key_file: string;
}

function checkPair(at: 'tls' | 'upstream', pair: Pair, named: (path: string) => string): void {
  const { cert_file, key_file } = pair;
  if ((cert_file === '') === (key_file === '')) return;
  const absent = cert_file === '' ? 'cert_file' : 'key_file';
  const given = absent === 'cert_file' ? 'key_file' : 'cert_file';
  throw new SettingError(`${named(`${at}.${given}`)}: needs ${at}.${absent} beside it`);
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Of files that a setting names. Throws a SettingError with what is wrong with them. */
export function readKeyPair(at: 'tls' | 'upstream', { cert_file, key_file }: Pair): KeyPair {
  const pair = {
    cert: readPem(`${at}.cert_file`, cert_file),
    key: readPem(`${at}.key_file`, key_file),
  };
  const fault = pairFault(pair);
  if (fault !== null)
    throw new SettingError(`${at}.cert_file ${cert_file} and ${at}.key_file ${key_file}: ${fault}`);
  return pair;
}

/** What is wrong with a certificate and its key; null where nothing is. */
export function pairFault({ cert, key }: KeyPair): string | null {
  if (key.includes('ENCRYPTED')) return 'the key has a passphrase, which is not supported';
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      return 'the key is not that of the certificate';
    }
    createSecureContext({ cert, key });
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `no certificate and key in PEM (${error.message})`;
    throw error;
  }
}

/** Throws a SettingError where there is no certificate in the file. */
export function readAuthorities(setting: string, path: string): string {
  const text = readPem(setting, path);
  const fault = authoritiesFault(text);
  if (fault !== null) throw new SettingError(`${setting}: ${path}: ${fault}`);
  return text;
}

/** A file that is being written may end anywhere: each certificate in it is read. */
export function authoritiesFault(text: string): string | null {
  const blocks = text.match(
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*(?:-----END [^-]*-----)?/g,
  ) ?? [''];
  for (const [at, block] of blocks.entries()) {
    const fault = certificateFault(block);
    if (fault !== null)
      return blocks.length === 1 ? fault : `certificate ${at + 1} of ${blocks.length}: ${fault}`;
  }
  return null;
}

function certificateFault(block: string): string | null {
  try {
    return new X509Certificate(block).raw.length > 0 ? null : 'no certificate';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `no certificate in PEM (${error.message})`;
    throw error;
  }
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new SettingError(`${setting}: ${path} cannot be read (${code})`);
  }
}
