// What the dashboard's first page loads: at most 200 kB of JavaScript, as it goes over the wire by gzip. And what every
// bundle has besides its entries: a file that is mailed should not be large for its page.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refuse, root } from './node24.mjs';

const MAX = 200_000;

const dist = join(root, 'packages', 'dashboard', 'dist');
const manifestFile = join(dist, '.vite', 'manifest.json');
if (!existsSync(manifestFile)) refuse('the dashboard is not built: npm test -- --only build');
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));

/** The entry and all that it imports without being asked to. */
function initial(key, found = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) initial(imported, found);
  return found;
}

const sizes = [...initial('index.html')]
  .filter((file) => file.endsWith('.js'))
  .map((file) => ({ file, bytes: gzipSync(readFileSync(join(dist, file)), { level: 9 }).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
for (const { file, bytes } of sizes) console.log(`${String(bytes).padStart(7)}  ${file}`);
console.log(`${String(total).padStart(7)}  bytes of ${MAX}`);
if (total === 0 || total > MAX) {
  console.error(`the first page of the dashboard must load 1 to ${MAX} bytes of JavaScript`);
  process.exitCode = 1;
}

const PAGE_MAX = 450_000;
const page = readFileSync(join(dist, 'bundle.html')).length;
console.log(`${String(page).padStart(7)}  bundle.html, bytes of ${PAGE_MAX}`);
if (page > PAGE_MAX) {
  console.error(`the page of bundles must have at most ${PAGE_MAX} bytes`);
  process.exitCode = 1;
}
