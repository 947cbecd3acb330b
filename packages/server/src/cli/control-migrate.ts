import { join } from 'node:path';
import { sharedSecretKey } from '../auth/shared-secret-key.ts';
import { controlPlace } from '../config/control-place.ts';
import type { Settings } from '../config.ts';
import { DataFolder } from '../folder.ts';
import { ControlDatabase } from '../store/control/database.ts';
import { type Call, type Command, textFlag, UsageError } from './command.ts';
import { countText } from './quantity.ts';
import { FOLDER_OPTIONS, folderWith, settingsOf } from './settings.ts';
import { table } from './table.ts';

export const controlMigrate: Command = {
  name: ['control', 'migrate'],
  summary:
    'Copy sites, keys, people and all else of control.db into an empty PostgreSQL, for several nodes. The server of the folder must be stopped.',
  words: '',
  options: {
    to: {
      value: 'URL',
      describe:
        'postgres://USER@HOST/DATABASE; the setting control.postgres.url unless given. Of two processes on a machine each can read what the other was called with: leave the password to control.postgres.password_file.',
    },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    [
      'ocpp-logs control migrate --to postgres://ocpp_logs@db.example/ocpp_logs',
      'control.db of ./data stays',
    ],
    ['ocpp-logs control migrate', 'the same, to where the configuration file says'],
  ],
  async run(call) {
    const settings = withAddress(settingsOf(call), textFlag(call, 'to'));
    const place = controlPlace(settings, () => '--to');
    if ('folder' in place) {
      throw new UsageError('ocpp-logs control migrate: --to is needed, or the setting control.postgres.url');
    }
    const folder = DataFolder.hold(folderWith(settings.data, 'control.db'), 'control migrate');
    try {
      // Of this version, whichever it was before.
      new ControlDatabase(folder.path).close();
      const [{ PostgresDatabase }, { takeOver }, { PooledStatements }] = await Promise.all([
        import('../store/postgres/database.ts'),
        import('../store/postgres/take-over.ts'),
        import('../store/postgres/statements.ts'),
      ]);
      const control = await PostgresDatabase.open(place.postgres);
      const statements = new PooledStatements(place.postgres);
      try {
        await sharedSecretKey(control, folder.path, settings.secret_key);
        const taken = await takeOver(join(folder.path, 'control.db'), statements, place.postgres.shown);
        tell(call, taken, place.postgres.shown);
        return 0;
      } finally {
        await Promise.all([control.close(), statements.close()]);
      }
    } finally {
      folder.release();
    }
  },
};

function withAddress(settings: Settings, url: string | undefined): Settings {
  if (url === undefined) return settings;
  return { ...settings, control: { ...settings.control, postgres: { ...settings.control.postgres, url } } };
}

interface Taken {
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly sha256: string }[];
  readonly before: boolean;
}

function tell(call: Call, { tables, before }: Taken, shown: string): void {
  const { output, columns } = call.terminal;
  if (call.flags.json === true) {
    output.write(`${JSON.stringify({ to: shown, before, tables })}\n`);
    return;
  }
  const rows = tables.map(({ table: name, rows: count, sha256 }) => [name, countText(count), sha256]);
  output.write(table([{ title: 'TABLE' }, { title: 'ROWS' }, { title: 'SHA-256 OF BOTH' }], rows, columns));
  output.write(
    before
      ? `all of it was in ${shown} already\n`
      : `copied to ${shown} and compared; set control.postgres.url on every node, and the same secret key\n`,
  );
}
