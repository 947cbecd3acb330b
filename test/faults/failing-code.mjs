// Loaded into the server by tests, before anything of it: the function of the code that TEST_FAILING names fails at every
// call, in the thread that records alone. The first call first notes that it has begun, and none ends before it may.
import { existsSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

const folder = process.env.TEST_FAILING_FOLDER;
const [file, name] = process.env.TEST_FAILING.split('#');
const never = new Int32Array(new SharedArrayBuffer(4));

globalThis.failsForTests = () => {
  writeFileSync(join(folder, 'begun'), '');
  while (!existsSync(join(folder, 'may-end'))) Atomics.wait(never, 0, 0, 20);
  throw new TypeError('an error that a test has made');
};

function failing(source) {
  const begin = `export function ${name}`;
  if (source.split(begin).length !== 2) throw new Error(`${file} has no function ${name}`);
  return source.replace(begin, `export function ${name}(): never { failsForTests(); }\nfunction was_${name}`);
}

// Its options name what is masked.
if (workerData?.redact !== undefined) {
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      return url.endsWith(file) ? { ...loaded, source: failing(String(loaded.source)) } : loaded;
    },
  });
}
