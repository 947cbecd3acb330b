import { audited } from './audited.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';

export const keyRevoke: Command = {
  name: ['key', 'revoke'],
  summary: 'Revoke API keys for good; a running server refuses them at once.',
  words: 'ID...',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs key revoke key_0123456789abcdef', 'the id is in ocpp-logs key list']],
  async run(call) {
    if (call.words.length === 0)
      throw new UsageError('ocpp-logs key revoke: the id of a key must follow (see key list)');
    const control = await existingControl(call);
    try {
      const unknown: string[] = [];
      for (const id of call.words) {
        if (await control.revokeKey(id)) await audited(control, 'key-revoked', { target: id });
        else unknown.push(id);
      }
      if (unknown.length > 0)
        throw new CommandError(`no such key: ${unknown.join(', ')} (see ocpp-logs key list)`);
      call.terminal.output.write(`revoked ${call.words.join(', ')}\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};
