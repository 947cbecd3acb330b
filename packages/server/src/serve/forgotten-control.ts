/** A folder whose control data was not taken along: starting with none would make a new key and lock everybody out. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FolderError } from '../folder.ts';
import { ControlDatabase } from '../store/control/database.ts';
import type { ControlSnapshot } from '../store/control.ts';

function isEmpty({ sites, keys, users }: ControlSnapshot): boolean {
  return sites.size === 0 && keys.length === 0 && users.size === 0;
}

/** `snapshot` is that of PostgreSQL. Throws a FolderError. */
export function refuseForgotten(snapshot: ControlSnapshot, folder: string): void {
  if (!isEmpty(snapshot) || !existsSync(join(folder, 'control.db'))) return;
  const control = new ControlDatabase(folder, { reading: true });
  const forgotten = !isEmpty(control.snapshot());
  control.close();
  if (!forgotten) return;
  throw new FolderError(
    `PostgreSQL holds no control data yet, and control.db in ${folder} does: copy it by ocpp-logs control migrate, or move it away to begin anew`,
  );
}
