/** A checkpoint in memory, for tests. */

import type { Checkpoint } from './checkpoint.ts';
import { checkpointText, readCheckpoint } from './checkpoint-text.ts';
import type { CheckpointStore } from './pull.ts';

export class CheckpointDouble implements CheckpointStore {
  #text: string | null = null;
  /** Called before each write: the place to throw. */
  onWrite: () => void = () => undefined;

  read(): Checkpoint | null {
    return this.#text === null ? null : readCheckpoint(this.#text);
  }

  write(checkpoint: Checkpoint): void {
    this.onWrite();
    this.#text = checkpointText(checkpoint);
  }

  remove(): void {
    this.#text = null;
  }
}
