/** `upstream.ca_file`: a file without a certificate would leave every upstream untrusted, and say so much later. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingError } from './error.ts';

/** A file that cannot be read is the server's to tell: other commands do not need it. */
export function checkCaFile(path: string): void {
  const text = textOf(path);
  if (text === null || isCertificate(text)) return;
  throw new SettingError(
    `upstream.ca_file: ${path} holds no PEM certificate; allowed is a file with -----BEGIN CERTIFICATE----- in it`,
  );
}

function textOf(path: string): string | null {
  if (path === '') return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
