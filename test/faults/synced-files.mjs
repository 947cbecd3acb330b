// Loaded into the server by tests, before anything of it: of each log of writes that is brought to the disk a copy is
// kept as it was then, and the time is noted. So is each second that passes in the thread that does so. Nothing else
// changes.
import { appendFileSync, copyFileSync, readlinkSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.TEST_SYNCED_FOLDER;
const handle = await open(fileURLToPath(import.meta.url), 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { sync } = prototype;

const note = (what) =>
  appendFileSync(join(folder, 'synced'), `${JSON.stringify({ ...what, at: Date.now() })}\n`);
let counts = false;

prototype.sync = async function () {
  if (!counts) setInterval(() => note({ what: 'second' }), 1000).unref();
  counts = true;
  const path = readlinkSync(`/proc/self/fd/${this.fd}`);
  const name = basename(path);
  note({ what: 'begun', name });
  // In the thread that writes: nothing is written meanwhile.
  if (name.endsWith('-wal')) copyFileSync(path, join(folder, `${name}.new`));
  await sync.call(this);
  if (name.endsWith('-wal')) renameSync(join(folder, `${name}.new`), join(folder, name));
  note({ what: 'synced', name });
};
