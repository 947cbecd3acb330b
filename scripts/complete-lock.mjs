// After npm install: adds to package-lock.json the optional packages of other platforms that the registry at hand did
// not offer. Without them npm ci refuses the lockfile; with them every platform gets its own. node scripts/complete-lock.mjs [FOLDER]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/** What the name of a platform package says, such as `binding-linux-arm-musleabihf`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return {
    os: SYSTEMS.filter((system) => words.includes(system)),
    cpu: PROCESSORS.filter((processor) => words.includes(processor)),
    libc,
  };
}

const path = join(root, process.argv[2] ?? '.', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;
for (const [parent, { optionalDependencies = {}, dev, license, engines }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = [`node_modules/${name}`, `${parent}/node_modules/${name}`].some((at) => at in packages);
    if (known || parent === '') continue;
    const { os, cpu, libc } = platformOf(name);
    if (os.length === 0 || cpu.length === 0) throw new Error(`${name}: for which platform?`);
    packages[`node_modules/${name}`] = { version, cpu, dev, libc, license, optional: true, os, engines };
    console.log(`added ${name} ${version}`);
  }
}
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
