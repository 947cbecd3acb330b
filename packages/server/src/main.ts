/** The program: the command line on the process's own terminal. */

import { runCommandLine } from './cli/run.ts';

// What is written is somebody's conversation, in data folders, back-ups and exports alike: for its own user alone.
if (process.platform !== 'win32') process.umask(0o077);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `ocpp-logs search | head` closes the pipe early; that is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interactive: process.stdout.isTTY === true,
  watched: process.stderr.isTTY === true,
  // The window may be made larger or smaller meanwhile.
  get columns() {
    return process.stdout.columns ?? process.stderr.columns ?? 120;
  },
  environment: process.env,
});
