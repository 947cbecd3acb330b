/** `control`: where control data is. The password that is in it is never part of a message. */

import type { ControlPlace } from '../store/control/opened.ts';
import { AddressError, readAddress } from '../store/postgres/address.ts';
import { SettingError } from './error.ts';
import type { FileSettings } from './schema.ts';

/** In the data folder unless there is an address. `named`: how a message calls a setting, with its source. */
export function controlPlace(
  { data, control }: Pick<FileSettings, 'data' | 'control'>,
  named: (path: string) => string = (path) => path,
): ControlPlace {
  const { postgres } = control;
  if (postgres.url === '') return { folder: data };
  try {
    return { postgres: readAddress(postgres) };
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw new SettingError(`${named('control.postgres.url')} ${error.message}`);
  }
}
