// The Chromium of the tests in a browser: one that CHROMIUM_PATH names, the system's, or where there is none one from npm.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installIfNeeded, root } from './node24.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** As CHROMIUM_PATH: the one from npm, whatever else is there. */
const FROM_NPM = 'npm';
const FOLDER = join(root, 'test', 'chromium');
const UNPACKED = join(FOLDER, 'node_modules', '.unpacked');

/** Its path and what its environment needs besides; null where there is none yet. */
export function findChromium(named = process.env.CHROMIUM_PATH ?? '', places = PLACES, unpacked = UNPACKED) {
  if (named !== '' && named !== FROM_NPM) return { path: named, env: {} };
  const system = named === FROM_NPM ? undefined : places.find((path) => existsSync(path));
  if (system !== undefined) return { path: system, env: {} };
  const path = join(unpacked, 'chromium');
  if (!existsSync(path)) return null;
  // It brings along what a bare system has not.
  const libraries = join(unpacked, 'al2023', 'lib');
  return { path, env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(unpacked, 'fonts') } };
}

/** Without one the tests in a browser are skipped, which is said here and by each of them. */
export function getChromiumIfNeeded(node, say) {
  const found = findChromium();
  if (found !== null && !found.path.startsWith(FOLDER)) return;
  const without = (why) => say(`NO CHROMIUM, so that the tests in a browser are SKIPPED: ${why}`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    without(`npm has none for ${process.platform} ${process.arch}; name one with CHROMIUM_PATH`);
    return;
  }
  if (!installIfNeeded(say, FOLDER, without) || existsSync(join(UNPACKED, 'chromium'))) return;
  const unpacked = spawnSync(node, [join(FOLDER, 'unpack.mjs'), UNPACKED], { stdio: ['ignore', 2, 2] });
  if (unpacked.status !== 0) without('the one from npm cannot be unpacked, see above');
}
