/** One source of an import: a file, or something that can be read once only. */

import { createReadStream, statSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';

export interface ImportInput {
  /** As it is shown. */
  readonly name: string;
  /** Bytes as they are stored, packed or not; null where that is not known. */
  readonly size: number | null;
  /** Whether it is gone once it was opened, as a pipe. */
  readonly once: boolean;
  /** As they are stored; ends with an AbortError when the signal comes. */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export function fileInput(path: string): ImportInput {
  const found = statSync(path, { throwIfNoEntry: false });
  // A named pipe, or what a shell makes of <(...), cannot be read a second time.
  const whole = found === undefined || found.isFile() || found.isDirectory();
  return {
    name: path,
    size: found?.isFile() === true ? found.size : null,
    once: !whole,
    open: (signal) => createReadStream(path, { signal }),
  };
}

export function pipeInput(name: string, stream: Readable): ImportInput {
  return { name, size: null, once: true, open: (signal) => addAbortSignal(signal, stream) };
}
