import { audited } from './audited.ts';
import { type Command, CommandError } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { linkFor, nameOf, userNamed } from './users.ts';

export const userLink: Command = {
  name: ['user', 'link'],
  summary: 'Print a link that signs a person in once, within 15 minutes.',
  words: 'NAME',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs user link ada', 'for who forgot the password']],
  async run(call) {
    const control = await existingControl(call);
    try {
      const user = await userNamed(control, nameOf(call, 'link'));
      if (user.disabled) throw new CommandError(`${user.name} is disabled, and no link signs in`);
      await audited(control, 'user-link-made', { target: user.id, details: { name: user.name } });
      call.terminal.output.write(`${await linkFor(call, control, user)}\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};
