/**
 * Checkpoints on the disk: one small file for each mirror, replaced as a whole, so that whatever happens there is
 * either the old one or the new one.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { FolderError, type HeldFile, holdFile } from '../folder.ts';
import type { Checkpoint, MirrorPair } from './checkpoint.ts';
import { checkpointText, readCheckpoint } from './checkpoint-text.ts';

const FOLDER = 'pull';

export class CheckpointFile {
  readonly path: string;
  readonly #folder: string;
  readonly #lock: HeldFile;

  private constructor(folder: string, name: string, lock: HeldFile) {
    this.#folder = folder;
    this.path = join(folder, `${name}.json`);
    this.#lock = lock;
  }

  /** Throws a FolderError where another process pulls into the same checkpoint. */
  static hold(dataFolder: string, pair: MirrorPair): CheckpointFile {
    const folder = join(dataFolder, FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = digestOf(pair);
    const lock = holdFile(join(folder, `${name}.lock`));
    if (lock !== null) return new CheckpointFile(folder, name, lock);
    throw new FolderError(`another process is pulling ${pair.site} of ${pair.url} into ${pair.into} already`);
  }

  /** null before the first run. */
  read(): Checkpoint | null {
    return readSure(this.path);
  }

  /** On the disk when it returns. */
  write(checkpoint: Checkpoint): void {
    const next = `${this.path}.new`;
    const file = openSync(next, 'w', 0o600);
    try {
      writeSync(file, checkpointText(checkpoint));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, this.path);
    syncFolder(this.#folder);
  }

  remove(): void {
    rmSync(this.path, { force: true });
    syncFolder(this.#folder);
  }

  release(): void {
    this.#lock.release();
  }
}

/** Of a mirror that is only looked at; null before its first run. */
export function savedCheckpoint(dataFolder: string, pair: MirrorPair): Checkpoint | null {
  return readSure(join(dataFolder, FOLDER, `${digestOf(pair)}.json`));
}

/** Of all mirrors of a data folder, and the names of files that are no checkpoints. */
export function checkpointsIn(dataFolder: string): {
  readonly checkpoints: readonly Checkpoint[];
  readonly unreadable: readonly string[];
} {
  const folder = join(dataFolder, FOLDER);
  if (!existsSync(folder)) return { checkpoints: [], unreadable: [] };
  const checkpoints: Checkpoint[] = [];
  const unreadable: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const found = readOne(join(folder, name));
    if (found === 'unreadable') unreadable.push(join(folder, name));
    else if (found !== null) checkpoints.push(found);
  }
  return { checkpoints, unreadable };
}

function digestOf({ url, site, into }: MirrorPair): string {
  return createHash('sha256')
    .update(JSON.stringify([url, site, into]))
    .digest('hex')
    .slice(0, 32);
}

function readSure(path: string): Checkpoint | null {
  const found = readOne(path);
  if (found !== 'unreadable') return found;
  throw new FolderError(`${path} is no checkpoint; remove it to begin anew, nothing is stored twice`);
}

function readOne(path: string): Checkpoint | 'unreadable' | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return readCheckpoint(text) ?? 'unreadable';
}

/** A file that was renamed is there after a power cut only if its folder is. Windows opens no folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
