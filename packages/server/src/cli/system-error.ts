/** What the system or SQLite refused, as one line for a person; everything else is a fault of the program. */

const COPY = 'ocpp-logs needs files that it may read and write: give it the rights, or work on a copy';

/** By the code of a failed system call. */
const SYSTEM: Readonly<Record<string, string>> = {
  EROFS: `lies on a read-only file system; ${COPY}`,
  EACCES: `may not be opened by this user; ${COPY}`,
  EPERM: `may not be changed by this user; ${COPY}`,
  ENOSPC: 'cannot be written: the disk is full',
  EDQUOT: 'cannot be written: the quota of this user is used up',
  EIO: 'cannot be read or written: the disk reports an error',
  EMFILE: 'cannot be opened: this process has too many files open (ulimit -n)',
  ENFILE: 'cannot be opened: the system has too many files open',
  ENOTDIR: 'lies in something that is no folder',
  EISDIR: 'is a folder and no file',
};

/** By the primary result code of SQLite. */
const SQLITE: Readonly<Record<number, string>> = {
  3: `a file may not be opened by this user; ${COPY}`,
  5: 'another process keeps a file locked; try again',
  8: `a file may not be written; ${COPY}`,
  10: 'a file cannot be read or written: the disk reports an error',
  13: 'the disk is full',
  14: `a file cannot be opened; ${COPY}`,
};
const PRIMARY = 0xff;

export function systemErrorLine(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const text = SQLITE[error.errcode & PRIMARY];
    return text === undefined ? null : `data folder: ${text} (${error.message})`;
  }
  if (!('syscall' in error && 'code' in error)) return null;
  const text = SYSTEM[String(error.code)];
  if (text === undefined) return null;
  return `${'path' in error ? error.path : 'a file'} ${text} (${error.code})`;
}
