import { createKey, KEY_NAME_MAX, keyJson } from '../auth/keys.ts';
import { sharedSecretKey } from '../auth/shared-secret-key.ts';
import { SCOPES, type Scope } from '../store/control.ts';
import type { ControlStore } from '../store/control-store.ts';
import { audited } from './audited.ts';
import { type Call, type Command, listFlag, textFlag, UsageError } from './command.ts';
import { writableControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { readSpan, readTime } from './time.ts';

export const keyCreate: Command = {
  name: ['key', 'create'],
  summary:
    'Make an API key; its secret and its bearer are shown this once. A running server knows it at once.',
  words: '',
  options: {
    name: { value: 'NAME', describe: 'Whose key it is; shown in lists.' },
    scopes: {
      value: 'A,B',
      describe: 'Any of read, ingest, admin; read unless given. admin includes the others.',
    },
    sites: { value: 'A,B', aliases: ['site'], describe: 'Ids of the sites it may see; all unless given.' },
    expires: {
      value: 'WHEN',
      describe: 'After a span such as 90d or at a time such as 2027-01-31; never unless given.',
    },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs key create --name dashboard', 'a key that reads every site'],
    [
      'ocpp-logs key create --name csms --scopes ingest --sites depot --expires 90d',
      'a CSMS that pushes its frames',
    ],
    ['ocpp-logs key create --name ci --json', 'for scripts'],
  ],
  async run(call) {
    const now = Date.now();
    const name = textFlag(call, 'name');
    if (name === undefined || name.length > KEY_NAME_MAX) {
      throw new UsageError(`--name is needed: whose key it is, at most ${KEY_NAME_MAX} characters`);
    }
    const wish = {
      name,
      scopes: scopesOf(call),
      sites: listFlag(call, 'sites') ?? null,
      expires: expiryOf(call, now),
    };
    const { settings, folder, control } = await writableControl(call);
    try {
      const secretKey = await sharedSecretKey(control, folder, settings.secret_key);
      const { record, shown } = createKey(wish, secretKey, now);
      await control.putKey(record);
      const { scopes, sites } = record;
      await audited(control, 'key-made', { target: record.id, details: { name, scopes, sites } });
      await warnOfUnknown(call, control, wish.sites ?? []);
      const { output } = call.terminal;
      if (call.flags.json === true) output.write(`${keyJson(shown)}\n`);
      else
        output.write(
          lines({ ...shown, scopes: shown.scopes.join(','), sites: shown.sites?.join(',') ?? 'all' }),
        );
      return 0;
    } finally {
      await control.close();
    }
  },
};

function lines(shown: Readonly<Record<string, string | null>>): string {
  const rows = Object.entries(shown).map(([name, value]) => `${name.padEnd(8)}  ${value ?? 'never'}`);
  return `${rows.join('\n')}\n\nThis is shown once. A person's script sends "Authorization: Bearer" and the bearer.\n`;
}

function scopesOf(call: Call): readonly Scope[] {
  const wanted = listFlag(call, 'scopes') ?? ['read'];
  const scopes = SCOPES.filter((scope) => wanted.includes(scope));
  const wrong = wanted.find((scope) => !SCOPES.some((known) => known === scope));
  if (wrong === undefined && scopes.length > 0) return scopes;
  throw new UsageError(`--scopes: "${wrong ?? ''}" is not allowed; allowed are ${SCOPES.join(', ')}`);
}

function expiryOf(call: Call, now: number): number | null {
  const text = textFlag(call, 'expires');
  if (text === undefined) return null;
  const span = readSpan(text);
  const at = span === null ? readTime('expires', text, now) : now + span;
  if (at > now) return at;
  throw new UsageError(`--expires: "${text}" has passed; allowed are a span such as 90d and a time to come`);
}

/** Not an error: a site may come later, with its first station. */
async function warnOfUnknown(call: Call, control: ControlStore, sites: readonly string[]): Promise<void> {
  const known = (await control.snapshot()).sites;
  const unknown = sites.filter((site) => !known.has(site));
  if (unknown.length === 0) return;
  call.terminal.errors.write(
    `no such site yet: ${unknown.join(', ')}; the key will see it when there is one\n`,
  );
}
