import { versionOf } from '../version.ts';
import type { Command } from './command.ts';

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
