// Loaded into the server by tests, before anything of it: of each log of writes that is brought to the disk a copy is
// kept as it was then, and the time is noted. Nothing else changes.
import { appendFileSync, copyFileSync, readlinkSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.TEST_SYNCED_FOLDER;
const handle = await open(fileURLToPath(import.meta.url), 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { sync } = prototype;

prototype.sync = async function () {
  const path = readlinkSync(`/proc/self/fd/${this.fd}`);
  const name = basename(path);
  const at = Date.now();
  // In the thread that writes: nothing is written meanwhile.
  if (name.endsWith('-wal')) copyFileSync(path, join(folder, `${name}.new`));
  await sync.call(this);
  if (name.endsWith('-wal')) renameSync(join(folder, `${name}.new`), join(folder, name));
  appendFileSync(join(folder, 'synced'), `${JSON.stringify({ name, at })}\n`);
};
