import { ControlDatabase } from '../store/control/database.ts';
import type { KeyRecord } from '../store/control.ts';
import type { Command } from './command.ts';
import { existingFolder, FOLDER_OPTIONS } from './settings.ts';
import { table } from './table.ts';

export const keyList: Command = {
  name: ['key', 'list'],
  summary: 'List API keys; never their secrets.',
  words: '',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs key list', 'who may ask, until when, and when each last did']],
  async run(call) {
    const control = new ControlDatabase(existingFolder(call));
    const keys = control.snapshot().keys;
    control.close();
    const { output, columns } = call.terminal;
    if (call.flags.json === true) {
      for (const key of keys) output.write(`${JSON.stringify(publicPart(key))}\n`);
      return 0;
    }
    const rows = keys
      .map(publicPart)
      .map((key) => [
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

function publicPart(key: KeyRecord) {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    sites: key.sites,
    state: stateOf(key),
    created: iso(key.created),
    expires: iso(key.expires),
    last_used: iso(key.lastUsed),
  };
}

function stateOf(key: KeyRecord): 'active' | 'expired' | 'revoked' {
  if (key.revoked) return 'revoked';
  return key.expires !== null && key.expires <= Date.now() ? 'expired' : 'active';
}
