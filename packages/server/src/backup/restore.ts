/** A data folder made of a back-up. */

import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupError, differences, type Manifest, readManifest } from './manifest.ts';

/** Files are copied, so that the back-up stays what it is. The folder must be new or empty. */
export async function restoreBackup(
  backup: string,
  folder: string,
  onFile: (file: { readonly at: number; readonly of: number; readonly bytes: number }) => void,
): Promise<Manifest> {
  const manifest = readManifest(backup);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new BackupError(`${folder} is not empty; restore into a new folder, or move it away first`);
  }
  await verified(backup, manifest);
  for (const [at, { path, bytes }] of manifest.files.entries()) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(join(backup, path), target);
    onFile({ at: at + 1, of: manifest.files.length, bytes });
  }
  return manifest;
}

/** Throws a {@link BackupError} that names what is not as it was backed up. */
export async function verified(backup: string, manifest: Manifest): Promise<void> {
  const faults = await differences(backup, manifest);
  if (faults.length === 0) return;
  const more = faults.length > 3 ? ` and ${faults.length - 3} more` : '';
  throw new BackupError(`${backup} is not whole: ${faults.slice(0, 3).join('; ')}${more}`);
}
