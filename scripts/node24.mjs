// What the starters share: the pinned Node, the installation and the build. Plain JavaScript that needs nothing installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const MAJOR = 24;
const PINNED = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const PARENT_MS = 300;
const vite = join('node_modules', 'vite', 'bin', 'vite.js');
/** Arguments for Node 24 in the root. */
export const DASHBOARD_BUILD = [vite, 'build', 'packages/dashboard', '--logLevel', 'warn'];

/** What is built apart from each other, of which sources, by which arguments. */
const BUILDS = [
  {
    of: ['packages/core', 'packages/server'],
    folder: join('packages', 'server', 'dist'),
    args: [join('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'packages/server'],
  },
  {
    of: ['packages/core', 'packages/dashboard'],
    folder: join('packages', 'dashboard', 'dist'),
    args: DASHBOARD_BUILD,
  },
];

/** Ends with one clear line: something outside this project must be put right first. */
export function refuse(line) {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

/** The pinned Node of this platform, else the system's own if it is new enough. */
export function findNode24() {
  const inPackage = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const pinned = join(root, 'node_modules', PINNED, inPackage);
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  return refuse(
    `ocpp-logs needs Node ${MAJOR}: there is none from npm for ${process.platform} ${process.arch} and this is ${process.version}; install Node ${MAJOR} or newer from https://nodejs.org`,
  );
}

/** The system's own programs: npm must not run on the Node that it is about to replace. */
function systemPath() {
  const own = join('node_modules', '.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(own) && !folder.endsWith('node-gyp-bin'))
    .join(delimiter);
}

/** `folder` holds a package.json and its lockfile. */
export function needsInstall(folder = root) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(folder, 'package-lock.json')).mtimeMs;
}

/** Whether it is installed now; `failed` hears why not, and ends all unless it is given. */
export function installIfNeeded(say, folder = root, failed = refuse) {
  if (!needsInstall(folder)) return true;
  const where = folder === root ? '' : ` in ${relative(root, folder)}`;
  say(`installing what is missing${where} (npm ci), once`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(
    npm,
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: folder,
      env: { ...process.env, PATH: systemPath() },
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (run.status === 0) return true;
  failed(`npm ci${where} failed: see above; is the registry reachable?`);
  return false;
}

const SOURCE = /\.(?:tsx?|css|svg)$/;

function* filesOf(folder) {
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) yield* filesOf(path);
    else if (SOURCE.test(item.name) && !item.name.endsWith('.test.ts')) yield path;
  }
}

/** Beside the folder `src` of a workspace. */
const BESIDE = ['tsconfig.json', 'package.json', 'index.html', 'vite.config.ts'];

/** Changes when a source file is added, removed or written. */
export function sourceStamp(workspaces) {
  const hash = createHash('sha256');
  const files = [join(root, 'tsconfig.base.json')];
  for (const workspace of workspaces) {
    files.push(...BESIDE.map((name) => join(root, workspace, name)).filter(existsSync));
    files.push(...filesOf(join(root, workspace, 'src')));
  }
  for (const file of files.sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

export function buildIfNeeded(node, say) {
  // An image holds what was built, and no sources.
  if (!existsSync(join(root, 'packages', 'server', 'src'))) return;
  for (const { of, folder, args } of BUILDS) {
    const stamp = sourceStamp(of);
    const built = join(root, folder, '.built');
    if (existsSync(built) && readFileSync(built, 'utf8') === stamp) continue;
    if (!existsSync(join(root, args[0])))
      refuse('ocpp-logs is not built and what builds it is not installed: run npm ci');
    say(`building ${dirname(folder)}`);
    rmSync(built, { force: true });
    const run = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (run.status !== 0) refuse('the build failed: see above');
    mkdirSync(dirname(built), { recursive: true });
    writeFileSync(built, stamp);
  }
}

/** npm runs its scripts in a shell that does not pass signals on: killed, both would leave the server behind. */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    stop();
  }, PARENT_MS);
  watch.unref();
}

/**
 * Options of Node 24, pinned or the system's, by command; a later one may not know them. What an import reads dies young, and V8's own bounds would leave it lying:
 * 230 MB instead of 400 for a file of any size, for a tenth more CPU.
 */
const NODE_OPTIONS = { import: ['--max-semi-space-size=8', '--heap-growing-percent=50'] };

/**
 * What glibc keeps of the memory of each thread is never given back, and exports and imports have threads of their own:
 * with up to 16 such arenas a server took 408 MiB and five minutes later 495 under steady work, with two 393 and 404.
 * Fixed thresholds give back what is large as soon as it is free; without them glibc keeps more of it with time, and what is
 * smaller lies between what is in use: with 64 KiB a server grew by 43 MiB in 22 minutes, with 16 by 6 (docs/design/faults.md).
 */
export const SERVER_ENV = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '16384',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Runs the built program: in this very process if it is the right Node already, else in a child of it. */
export async function runServer(node, args) {
  const main = join(root, 'packages', 'server', 'dist', 'main.js');
  const knows = node !== process.execPath || process.versions.node.startsWith('24.');
  const options = knows ? (NODE_OPTIONS[args[0]] ?? []) : [];
  const bounded =
    args[0] !== 'serve' || process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX !== undefined;
  if (options.length === 0 && bounded && realpathSync(node) === realpathSync(process.execPath)) {
    stopWithNpm(() => process.kill(process.pid, 'SIGTERM'));
    process.argv = [process.execPath, main, ...args];
    await import(`file://${main.replaceAll('\\', '/').replace(/^([A-Za-z]:)/, '/$1')}`);
    return;
  }
  const env = bounded ? process.env : { ...process.env, ...SERVER_ENV };
  const child = spawn(node, [...options, main, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => refuse(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0)));
  });
}
