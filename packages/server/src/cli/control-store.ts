/** The control data that a command works on: in the data folder, or in the PostgreSQL that is set. */

import { controlPlace } from '../config/control-place.ts';
import type { Settings } from '../config.ts';
import { ControlDatabase } from '../store/control/database.ts';
import type { ControlStore } from '../store/control-store.ts';
import type { Call } from './command.ts';
import { existingFolder, settingsOf, writableFolder } from './settings.ts';

interface Opening {
  /** Nothing will be changed, so that a folder need not be writable. */
  readonly reading?: boolean;
}

export async function openControlOf(
  settings: Settings,
  { reading = false }: Opening = {},
): Promise<ControlStore> {
  const place = controlPlace(settings);
  if ('folder' in place) return new ControlDatabase(place.folder, { reading });
  const { PostgresDatabase } = await import('../store/postgres/database.ts');
  return PostgresDatabase.open(place.postgres);
}

/** For commands that read or change what is there. */
export async function existingControl(call: Call, opening: Opening = {}): Promise<ControlStore> {
  const settings = settingsOf(call);
  if ('folder' in controlPlace(settings)) existingFolder(call);
  return openControlOf(settings, opening);
}

export interface WritableControl {
  readonly settings: Settings;
  readonly folder: string;
  readonly control: ControlStore;
}

/** For commands that may come before the first start. */
export async function writableControl(call: Call): Promise<WritableControl> {
  const { settings, folder } = writableFolder(call);
  return { settings, folder, control: await openControlOf(settings) };
}
