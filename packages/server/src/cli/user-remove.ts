import { audited } from './audited.ts';
import { type Command, UsageError } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { orOneLine, userNamed } from './users.ts';

export const userRemove: Command = {
  name: ['user', 'remove'],
  summary: 'Remove people; a running server ends their sessions at once. The last admin of all sites stays.',
  words: 'NAME...',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs user remove ben', 'with his sessions and the searches that he did not share']],
  async run(call) {
    if (call.words.length === 0) {
      throw new UsageError('ocpp-logs user remove: a name must follow (see ocpp-logs user list)');
    }
    const control = await existingControl(call);
    try {
      const users = await Promise.all(call.words.map((name) => userNamed(control, name)));
      for (const user of users) {
        await orOneLine(user.name, () => control.users.remove(user.id));
        await audited(control, 'user-removed', { target: user.id, details: { name: user.name } });
        call.terminal.output.write(`removed ${user.name}\n`);
      }
      return 0;
    } finally {
      await control.close();
    }
  },
};
