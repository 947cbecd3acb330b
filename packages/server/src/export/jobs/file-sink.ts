/** Writes an export to its file, within the bytes it may take and with room left on the disk. */

import { type FileHandle, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExportRefusedError } from '../export-refused.ts';
import type { ByteSink } from '../format.ts';

/** Between two looks at the disk. */
const LOOK_BYTES = 16 * 1024 * 1024;
/** Recording goes on beside an export, and comes first. */
export const FREE_MIN = 256 * 1024 * 1024;

export interface FileLimits {
  /** Bytes that the file may have. */
  readonly room: number;
  /** Bytes that must stay free on its disk. */
  readonly free?: number;
}

export const NO_ROOM =
  'the exports that are kept would take more than the setting exports.max_bytes allows; remove some, or narrow this one';
const DISK_FULL = 'the disk of the data folder is nearly full; free some of it, or narrow the export';

export class FileSink implements ByteSink {
  readonly #file: FileHandle;
  readonly #folder: string;
  readonly #limits: FileLimits;
  #written = 0;
  #looked = 0;

  private constructor(file: FileHandle, folder: string, limits: FileLimits) {
    this.#file = file;
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Over what an earlier attempt left. */
  static async open(path: string, limits: FileLimits): Promise<FileSink> {
    const sink = new FileSink(await open(path, 'w', 0o600), dirname(path), limits);
    try {
      await sink.#look();
    } catch (error) {
      await sink.close();
      throw error;
    }
    return sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#written + bytes.length > this.#limits.room) throw new ExportRefusedError(NO_ROOM);
    for (let at = 0; at < bytes.length; ) {
      at += (await this.#file.write(bytes, at).catch(asRefused)).bytesWritten;
    }
    this.#written += bytes.length;
    if (this.#written - this.#looked >= LOOK_BYTES) await this.#look();
  }

  /** Resolves when all of it is on the disk. */
  async sync(): Promise<void> {
    await this.#file.sync().catch(asRefused);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #look(): Promise<void> {
    this.#looked = this.#written;
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < (this.#limits.free ?? FREE_MIN)) throw new ExportRefusedError(DISK_FULL);
  }
}

function asRefused(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') throw new ExportRefusedError(DISK_FULL);
  throw error;
}
