/** Options that are settings, and the data folder that a command works on. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { controlPlace } from '../config/control-place.ts';
import { flagOf } from '../config/sources.ts';
import { readSettings, SETTING_FLAGS, type Settings } from '../config.ts';
import { makeFolder, refuseUnfinished } from '../folder.ts';
import { type Call, CommandError, type Option } from './command.ts';

export const FOLDER_OPTIONS: Readonly<Record<string, Option>> = {
  data: { value: 'DIR', describe: 'Data folder (./data unless set otherwise).' },
  config: { value: 'FILE', describe: 'Configuration file, YAML.' },
};

const PLACEHOLDERS: Readonly<Record<string, string>> = { integer: 'N', array: 'A,B', string: 'TEXT' };
const NAMED: Readonly<Record<string, string>> = { host: 'ADDRESS', port: 'PORT', data: 'DIR' };

/** Every setting as an option of `serve`. */
export const SETTING_OPTIONS: Readonly<Record<string, Option>> = Object.fromEntries(
  SETTING_FLAGS.map((scalar) => {
    const { type = 'string', enum: choices, description = '' } = scalar.shape;
    const placeholder = NAMED[flagOf(scalar)] ?? (choices === undefined ? PLACEHOLDERS[type] : 'NAME');
    return [
      flagOf(scalar),
      type === 'boolean'
        ? { describe: description }
        : isSwitchOrList(scalar.shape)
          ? { value: 'A,B', preset: 'true', describe: description }
          : { value: placeholder ?? 'TEXT', describe: description },
    ];
  }),
);

function isSwitchOrList({ anyOf = [] }: (typeof SETTING_FLAGS)[number]['shape']): boolean {
  return anyOf.some(({ type }) => type === 'boolean') && anyOf.some(({ type }) => type === 'array');
}

export function settingsOf(call: Call): Settings {
  const known = [...Object.keys(SETTING_OPTIONS), 'config', 'demo'];
  const flags = Object.fromEntries(Object.entries(call.flags).filter(([name]) => known.includes(name)));
  return readSettings({ environment: call.terminal.environment, flags });
}

/** For commands that read or change what is there: a mistyped folder must not become a new one. */
export function existingFolder(call: Call): string {
  const settings = settingsOf(call);
  // With control data elsewhere it is the recorded that makes it one.
  return folderWith(settings.data, 'folder' in controlPlace(settings) ? 'control.db' : 'logs');
}

export function folderWith(folder: string, sign: string): string {
  refuseUnfinished(folder);
  if (existsSync(join(folder, sign))) return folder;
  throw new CommandError(
    `${folder} is no data folder of ocpp-logs (it has no ${sign}); name it with --data DIR`,
  );
}

/** For commands that may come before the first start: makes the folder if there is none, and says so. */
export function writableFolder(call: Call): { readonly settings: Settings; readonly folder: string } {
  const settings = settingsOf(call);
  const fresh = statSync(settings.data, { throwIfNoEntry: false }) === undefined;
  refuseUnfinished(settings.data);
  makeFolder(settings.data);
  if (fresh) call.terminal.errors.write(`made the data folder ${settings.data}\n`);
  return { settings, folder: settings.data };
}
