import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';

/** Of this program, from its package. */
export function versionOf(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  // Safe: our own package.json always has a version.
  return (JSON.parse(text) as { readonly version: string }).version;
}

export const version: Command = {
  name: ['version'],
  summary: 'Print the version of ocpp-logs and of the Node that runs it.',
  words: '',
  options: {},
  examples: [['ocpp-logs version', 'what is installed']],
  async run({ terminal }) {
    terminal.output.write(`ocpp-logs ${versionOf()} (Node ${process.version})\n`);
    return 0;
  },
};
