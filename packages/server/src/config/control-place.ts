/** `control`: where control data is. The password that is in it is never part of a message. */

import type { ControlPlace } from '../store/control/opened.ts';
import { AddressError, readAddress } from '../store/postgres/address.ts';
import { SettingError } from './error.ts';
import type { FileSettings } from './schema.ts';

/** null where nothing is passed on between nodes. */
export function nodeUrl(
  { control }: Pick<FileSettings, 'control'>,
  named: (path: string) => string = (path) => path,
): string | null {
  const { node_url: given, postgres } = control;
  if (given === '') return null;
  const url = URL.parse(given);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  if (isOrigin && postgres.url !== '') return url.origin;
  const rule = isOrigin
    ? 'is for nodes that share control.postgres.url'
    : 'must be such as http://10.0.0.5:9016';
  throw new SettingError(`${named('control.node_url')} ${rule}`);
}

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
