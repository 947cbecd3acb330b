/** A data folder made of a back-up. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataFolder, FolderError, UNFINISHED_RESTORE } from '../folder.ts';
import { flush } from './flush.ts';
import { BackupError, differences, type Manifest, readManifest } from './manifest.ts';

/** Of whoever holds the folder; the lock has to stay the very file that is locked. */
const HELD = new Set(['lock', 'run.json', UNFINISHED_RESTORE]);

/**
 * Files are copied, so that the back-up stays what it is. The folder must be new or empty, or hold what a restore that
 * was cut off left there; until all is on the disk nothing else takes it for a data folder.
 */
export async function restoreBackup(
  backup: string,
  folder: string,
  onFile: (file: { readonly at: number; readonly of: number; readonly bytes: number }) => void,
): Promise<Manifest> {
  const manifest = readManifest(backup);
  const mark = join(folder, UNFINISHED_RESTORE);
  if (existsSync(folder) && !existsSync(mark) && readdirSync(folder).length > 0) {
    throw new BackupError(`${folder} is not empty; restore into a new folder, or move it away first`);
  }
  await verified(backup, manifest);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(mark, '', { mode: 0o600 });
  flush(folder);
  const held = holding(folder);
  try {
    for (const name of readdirSync(folder))
      if (!HELD.has(name)) rmSync(join(folder, name), { recursive: true });
    for (const [at, { path, bytes }] of manifest.files.entries()) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      copyFileSync(join(backup, path), target);
      flush(target);
      onFile({ at: at + 1, of: manifest.files.length, bytes });
    }
    for (const path of new Set(manifest.files.map((file) => dirname(join(folder, file.path))))) flush(path);
    rmSync(mark);
    flush(folder);
  } finally {
    held.release();
  }
  return manifest;
}

function holding(folder: string): DataFolder {
  try {
    return DataFolder.hold(folder, 'restore');
  } catch (error) {
    throw error instanceof FolderError ? new BackupError(error.message) : error;
  }
}

/** Throws a {@link BackupError} that names what is not as it was backed up. */
export async function verified(backup: string, manifest: Manifest): Promise<void> {
  const faults = await differences(backup, manifest);
  if (faults.length === 0) return;
  const more = faults.length > 3 ? ` and ${faults.length - 3} more` : '';
  throw new BackupError(`${backup} is not whole: ${faults.slice(0, 3).join('; ')}${more}`);
}
