/** A terminal for tests: what was written to it is text. */

import { Readable, Writable } from 'node:stream';
import type { Command, Terminal } from './command.ts';
import { runCommandLine } from './run.ts';

export interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export interface Surroundings {
  readonly input?: string;
  readonly interactive?: boolean;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly commands?: readonly Command[];
}

function collector(into: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      into.push(chunk.toString());
      done();
    },
  });
}

export async function runFor(args: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const output: string[] = [];
  const errors: string[] = [];
  const terminal: Terminal = {
    input: Readable.from([Buffer.from(around.input ?? '')]),
    output: collector(output),
    errors: collector(errors),
    interactive: around.interactive ?? false,
    watched: around.interactive ?? false,
    columns: around.columns ?? 120,
    environment: around.environment ?? {},
  };
  const status = await runCommandLine(args, terminal, around.commands);
  return { status, output: output.join(''), errors: errors.join('') };
}
