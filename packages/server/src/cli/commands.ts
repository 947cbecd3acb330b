/** Every command; the first one is run where none is named. */

import { audit } from './audit.ts';
import { backup } from './backup/backup.ts';
import { restore } from './backup/restore.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { controlMigrate } from './control-migrate.ts';
import { diagnose } from './diagnose/diagnose.ts';
import { erase } from './erase/erase.ts';
import { exportCommand } from './export/export.ts';
import { importCommand } from './import/import.ts';
import { keyCreate } from './key-create.ts';
import { keyList } from './key-list.ts';
import { keyRevoke } from './key-revoke.ts';
import { migrate } from './migrate/migrate.ts';
import { nodeList } from './node-list.ts';
import { nodeRelease } from './node-release.ts';
import { pseudonym } from './pseudonym.ts';
import { pullCommand } from './pull/pull.ts';
import { search } from './search/search.ts';
import { serve } from './serve.ts';
import { signed } from './signed/signed.ts';
import { simulate } from './simulate.ts';
import { siteAdd } from './site-add.ts';
import { siteList } from './site-list.ts';
import { siteRemove } from './site-remove.ts';
import { stationCommand } from './station-command/station-command.ts';
import { stationForget } from './station-password/station-forget.ts';
import { stationList } from './station-password/station-list.ts';
import { stationPassword } from './station-password/station-password.ts';
import { userAdd } from './user-add.ts';
import { userLink } from './user-link.ts';
import { userList } from './user-list.ts';
import { userPassword } from './user-password.ts';
import { userRemove } from './user-remove.ts';
import { version } from './version.ts';

export const COMMANDS: readonly Command[] = [
  serve,
  keyCreate,
  keyList,
  keyRevoke,
  userAdd,
  userList,
  userRemove,
  userPassword,
  userLink,
  siteAdd,
  siteList,
  siteRemove,
  stationPassword,
  stationList,
  stationForget,
  importCommand,
  exportCommand,
  pseudonym,
  erase,
  pullCommand,
  stationCommand,
  simulate,
  backup,
  restore,
  check,
  audit,
  migrate,
  controlMigrate,
  nodeList,
  nodeRelease,
  search,
  diagnose,
  signed,
  version,
];
