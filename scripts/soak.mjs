// npm run soak: sets itself up and runs what takes long on the pinned Node. Arguments: bench/soak.ts.
const version = Number(process.versions.node.split('.')[0]);

async function soak() {
  const { spawn } = await import('node:child_process');
  const { join } = await import('node:path');
  const { findNode24, installIfNeeded, refuse, root } = await import('./node24.mjs');
  installIfNeeded((line) => process.stderr.write(`${line}\n`));
  const node = findNode24();
  const main = join(root, 'bench', 'soak.ts');
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

if (version < 20) {
  console.error(
    `the long runs of ocpp-logs need Node 20 or newer to start, this is ${process.version}: see https://nodejs.org`,
  );
  process.exitCode = 2;
} else {
  soak();
}
