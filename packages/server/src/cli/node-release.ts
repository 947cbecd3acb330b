import { NODES_MAX } from '../store/node-number.ts';
import { NodeRunsError } from '../store/nodes.ts';
import { audited } from './audited.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { existingControl } from './control-store.ts';
import { NOT_SHARED } from './node-list.ts';
import { FOLDER_OPTIONS } from './settings.ts';

export const nodeRelease: Command = {
  name: ['node', 'release'],
  summary:
    'Give back the number of a data folder that is gone for good, for another one. What it had not shipped is lost to the others.',
  words: 'NUMBER',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs node release 7', 'the numbers are in ocpp-logs node list']],
  async run(call) {
    const [word = '', ...more] = call.words;
    const number = Number(word);
    if (!/^\d+$/.test(word) || number >= NODES_MAX || more.length > 0)
      throw new UsageError(`ocpp-logs node release: one number from 0 to ${NODES_MAX - 1} must follow`);
    const control = await existingControl(call);
    try {
      if (control.nodes === null) throw new CommandError(NOT_SHARED);
      if (!(await control.nodes.release(number, Date.now())))
        throw new CommandError(`no folder has the number ${number} (see ocpp-logs node list)`);
      await audited(control, 'node-released', { target: String(number) });
      call.terminal.output.write(`released node ${number}\n`);
      return 0;
    } catch (error) {
      throw error instanceof NodeRunsError ? new CommandError(error.message) : error;
    } finally {
      await control.close();
    }
  },
};
