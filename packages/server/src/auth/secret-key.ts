/** The key that seals HMAC keys at rest: from `OCPP_LOGS_SECRET_KEY`, else `secret.key` in the data folder. */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SecretKeyError extends Error {
  readonly code = 'SECRET_KEY';
}

function parse(text: string): Uint8Array {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new SecretKeyError('secret.key in the data folder must hold 64 hexadecimal digits; restore it');
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function failedWith(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Never over an existing file and never half written, also when two processes start at once. */
function makeFile(path: string): void {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, {
    flag: 'wx',
    mode: 0o600,
    flush: true,
  });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!failedWith(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}

/** Whether there is one without making it. */
export function hasSecretKey(folder: string, variable: string | null): boolean {
  return variable !== null || existsSync(join(folder, 'secret.key'));
}

/** `variable` is `OCPP_LOGS_SECRET_KEY`, a text of any form; without it the file is read, or made if there is none. */
export function loadSecretKey(folder: string, variable: string | null): Uint8Array {
  if (variable !== null) return new Uint8Array(createHash('sha256').update(variable, 'utf8').digest());
  const path = join(folder, 'secret.key');
  if (!existsSync(path)) makeFile(path);
  return parse(readFileSync(path, 'utf8'));
}

/** AES-256-GCM; `owner` is bound to the text, so that a sealed secret cannot be moved to another key. */
export function seal(secretKey: Uint8Array, owner: string, text: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secretKey, nonce);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

/** null where it was sealed under another secret key, for another owner, or was altered. */
export function unseal(secretKey: Uint8Array, owner: string, sealed: Uint8Array): string | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', secretKey, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    // GCM gives no other reason to fail here than that the tag does not fit.
    return null;
  }
}
