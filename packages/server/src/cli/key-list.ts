import { publicKey } from '../auth/keys.ts';
import type { Command } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { table } from './table.ts';

export const keyList: Command = {
  name: ['key', 'list'],
  summary: 'List API keys; never their secrets.',
  words: '',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs key list', 'who may ask, until when, and when each last did']],
  async run(call) {
    const control = await existingControl(call, { reading: true });
    const now = Date.now();
    const keys = (await control.snapshot()).keys.map((key) => publicKey(key, now));
    await control.close();
    const { output, columns } = call.terminal;
    if (call.flags.json === true) {
      for (const key of keys) output.write(`${JSON.stringify(key)}\n`);
      return 0;
    }
    const rows = keys.map((key) => [
      key.id,
      key.name,
      key.scopes.join(','),
      key.sites?.join(',') ?? 'all',
      key.state,
      key.expires ?? 'never',
      key.last_used ?? 'never',
    ]);
    const titles = ['ID', 'NAME', 'SCOPES', 'SITES', 'STATE', 'EXPIRES', 'LAST USED'];
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
