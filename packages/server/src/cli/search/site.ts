/** The site that a command is about. */

import { ControlDatabase } from '../../store/control/database.ts';
import type { Site } from '../../store/control.ts';
import { type Call, CommandError, textFlag, UsageError } from '../command.ts';

/** That of `--site`, or the only one. */
export function chosenSite(call: Call, folder: string): Site {
  const control = new ControlDatabase(folder);
  const { sites } = control.snapshot();
  control.close();
  const id = textFlag(call, 'site');
  const names = [...sites.keys()].slice(0, 10).join(', ');
  if (id === undefined) {
    const [only, another] = sites.values();
    if (only === undefined) throw new CommandError('there are no sites yet');
    if (another !== undefined) throw new UsageError(`--site is needed; there are ${names}`);
    return only;
  }
  const site = sites.get(id);
  if (site === undefined) throw new CommandError(`no site ${id}; there are ${names === '' ? 'none' : names}`);
  return site;
}
