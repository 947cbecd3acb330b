/** Why a file cannot be read. */

import { UnpackedTooMuchError } from './unpacked-budget.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder; name the files in it',
  EACCES: 'cannot be read: this user may not',
};

/** Of the system or of unpacking; null for what is no failure of reading. */
export function readFailure(error: unknown): string | null {
  if (error instanceof UnpackedTooMuchError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return null;
  const code = String(error.code);
  if ('syscall' in error) return WORDS[code] ?? `cannot be read: ${error.message}`;
  return code.startsWith('Z') ? `cannot be unpacked: ${error.message}` : null;
}
