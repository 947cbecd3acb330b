import { hashPassword } from '../auth/password.ts';
import { audited } from './audited.ts';
import type { Command } from './command.ts';
import { existingControl } from './control-store.ts';
import { readPassword } from './password-input.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { nameOf, orOneLine, userNamed } from './users.ts';

export const userPassword: Command = {
  name: ['user', 'password'],
  summary: 'Give a person another password, asked for or read from standard input; sessions end.',
  words: 'NAME',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs user password ada', 'asks for it twice, unseen']],
  async run(call) {
    const control = await existingControl(call);
    try {
      const { id, name } = await userNamed(control, nameOf(call, 'password'));
      const password = await hashPassword(await readPassword(call.terminal, name));
      await orOneLine(name, () => control.users.change(id, { password }));
      await control.sessions.endOf(id);
      await audited(control, 'user-changed', { target: id, details: { name, changed: ['password'] } });
      call.terminal.output.write(`${name} has another password\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};
