import { rolesText } from '../auth/user.ts';
import type { UserRecord } from '../store/people.ts';
import type { Command } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { table } from './table.ts';

export const userList: Command = {
  name: ['user', 'list'],
  summary: 'List the people who may sign in, and what each may do.',
  words: '',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs user list', 'names, roles, and by what each signs in']],
  async run(call) {
    const control = await existingControl(call, { reading: true });
    const users = [...(await control.users.all()).values()].map(publicPart);
    await control.close();
    const { output, columns } = call.terminal;
    if (call.flags.json === true) {
      for (const user of users) output.write(`${JSON.stringify(user)}\n`);
      return 0;
    }
    const rows = users.map(({ name, roles, methods, disabled, created }) => [
      name,
      rolesText(roles),
      methods.join(',') || 'link',
      disabled ? 'disabled' : 'active',
      created,
    ]);
    const titles = ['NAME', 'ROLES', 'SIGNS IN BY', 'STATE', 'CREATED'];
    output.write(
      table(
        titles.map((title) => ({ title })),
        rows,
        columns,
      ),
    );
    return 0;
  },
};

function publicPart({ id, name, roles, password, oidc, disabled, created }: UserRecord) {
  const methods = [...(password === null ? [] : ['password']), ...(oidc === null ? [] : ['oidc'])];
  return { id, name, roles, methods, disabled, created: new Date(created).toISOString() };
}
