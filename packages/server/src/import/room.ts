/** The room on the disk that imports leave free: what stations say is recorded there too. */

import { statfs } from 'node:fs/promises';
import type { FrameSink, SinkAnswer } from './sink.ts';

export const ROOM_KEPT = 512 * 1024 * 1024;

/** Bytes that are free on the disk of a folder. */
export type RoomOf = (folder: string) => Promise<number>;

export const freeBytes: RoomOf = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** The disk has no room for what is being uploaded or imported. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** Takes nothing more once the disk of the data folder has less room than is kept. */
export class RoomySink implements FrameSink {
  readonly #sink: FrameSink;
  readonly #room: () => Promise<number>;
  #refused: NoRoomError | null = null;

  constructor(sink: FrameSink, room: () => Promise<number>) {
    this.#sink = sink;
    this.#room = room;
  }

  /** Why it has taken nothing more; null while it does. */
  get refused(): NoRoomError | null {
    return this.#refused;
  }

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    if ((await this.#room()) < ROOM_KEPT) {
      this.#refused = new NoRoomError(
        'the disk of the data folder has less than 512 MiB free, which are kept for what stations say; make room and import again, nothing is added twice',
      );
      throw this.#refused;
    }
    return await this.#sink.ingest(body, last);
  }
}
