/** Where the bytes of an export go: a file that is there when it is whole, or the standard output. */

import { once } from 'node:events';
import { statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { ByteSink } from '../../export/format.ts';
import { CommandError } from '../command.ts';

export interface Target extends ByteSink {
  /** Nothing may follow. */
  finish(): Promise<void>;
  /** Of an export that did not come to its end. What was left behind, in words. */
  discard(): Promise<string>;
}

export async function fileTarget(path: string): Promise<Target> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new CommandError(`${path} is a folder; name a file with --output FILE`);
  }
  const part = `${path}.part`;
  const file = await opened(part);
  return {
    write: async (bytes) => await file.appendFile(bytes),
    finish: async () => {
      await file.sync();
      await file.close();
      await rename(part, path);
    },
    discard: async () => {
      await file.close();
      await rm(part, { force: true });
      return 'nothing was written';
    },
  };
}

async function opened(part: string): Promise<FileHandle> {
  try {
    return await open(part, 'w');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new CommandError(`${dirname(part)} does not exist`);
  }
}

export function pipeTarget(output: Writable): Target {
  return {
    write: async (bytes) => {
      if (!output.write(bytes)) await once(output, 'drain');
    },
    finish: async () => undefined,
    discard: async () => 'the output is not whole',
  };
}
