/**
 * Uploads on their way to an import, in a folder of the data folder. They hold secrets that are masked only when they are
 * recorded (extraction rules 1), so they are on the disk under a key that is in memory alone: what a crash leaves
 * behind nobody can read. AES-256-CTR, because a reader may stop anywhere and nothing is decided by what is read.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImportInput } from '../input.ts';
import { freeBytes, NoRoomError, ROOM_KEPT, type RoomOf } from '../room.ts';

const CIPHER = 'aes-256-ctr';
const KEY_BYTES = 32;
const IV_BYTES = 16;
const OURS = /^[0-9a-f]{32}\.spool$/;
/** The room is looked at again after so much. */
const ROOM_EVERY = 64 * 1024 * 1024;

/** One uploaded file. Can be handed to a thread. */
export interface SpooledFile {
  /** As its sender names it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export class Spool {
  readonly #folder: string;
  readonly #roomOf: RoomOf;

  /** `folder` is the data folder. */
  constructor(folder: string, roomOf: RoomOf = freeBytes) {
    this.#folder = join(folder, 'imports');
    this.#roomOf = roomOf;
  }

  /** Once, before anything else: what an earlier run left cannot be read by anyone. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (OURS.test(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Bytes that are free. */
  room(): Promise<number> {
    return this.#roomOf(this.#folder);
  }

  /** Throws a NoRoomError where `bytes` more would fill the disk. */
  async demand(bytes: number): Promise<void> {
    if ((await this.room()) >= bytes + ROOM_KEPT) return;
    throw new NoRoomError('the disk of the data folder has too little room for the upload');
  }

  /** Writes all of `chunks`. What fails leaves nothing behind. */
  async write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    const [key, iv] = [randomBytes(KEY_BYTES), randomBytes(IV_BYTES)];
    const path = join(this.#folder, `${randomBytes(16).toString('hex')}.spool`);
    let bytes = 0;
    const demand = (more: number) => this.demand(more);
    async function* watched(): AsyncIterable<Uint8Array> {
      let next = 0;
      for await (const chunk of chunks) {
        if (bytes >= next) {
          await demand(ROOM_EVERY);
          next = bytes + ROOM_EVERY;
        }
        bytes += chunk.length;
        yield chunk;
      }
    }
    try {
      await pipeline(
        watched(),
        createCipheriv(CIPHER, key, iv),
        createWriteStream(path, { flags: 'wx', mode: 0o600 }),
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { name, path, bytes, key, iv };
  }

  async remove(files: readonly SpooledFile[]): Promise<void> {
    for (const { path } of files) await rm(path, { force: true });
  }
}

export function spooledInput({ name, path, bytes, key, iv }: SpooledFile): ImportInput {
  return {
    name,
    size: bytes,
    once: false,
    open: (signal) => {
      const stored = createReadStream(path, { signal });
      const clear = createDecipheriv(CIPHER, key, iv);
      // An error of the file ends the decipher with it, and its reader sees it.
      pipeline(stored, clear).catch(() => undefined);
      return clear;
    },
  };
}
