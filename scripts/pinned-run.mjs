// Runs a script of bench/ on the pinned Node, with what it needs installed, whatever Node it is asked with.
const version = Number(process.versions.node.split('.')[0]);

/** `folders` with a package of their own are installed, too; `what` it is, in words, where that Node is too old to set it up. */
export function runPinned(what, script, folders = []) {
  if (version >= 20) return run(script, folders);
  console.error(
    `${what} of ocpp-logs need Node 20 or newer to start, this is ${process.version}: see https://nodejs.org`,
  );
  process.exitCode = 2;
}

async function run(script, folders) {
  const { spawn } = await import('node:child_process');
  const { join } = await import('node:path');
  const { findNode24, installIfNeeded, refuse, root } = await import('./node24.mjs');
  const say = (line) => process.stderr.write(`${line}\n`);
  installIfNeeded(say);
  for (const folder of folders) installIfNeeded(say, join(root, folder));
  const node = findNode24();
  const main = join(root, 'bench', script);
  const child = spawn(node, ['--conditions=source', main, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  // It undoes what it has made and ends itself; a terminal tells it of Ctrl-C anyway.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
