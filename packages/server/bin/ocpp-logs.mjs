#!/usr/bin/env node
// npx ocpp-logs: the command line on the pinned Node; builds first where the sources have changed.
const version = Number(process.versions.node.split('.')[0]);

async function start() {
  const { buildIfNeeded, findNode24, runServer } = await import('../../../scripts/node24.mjs');
  const node = findNode24();
  buildIfNeeded(node, (line) => process.stderr.write(`ocpp-logs: ${line}\n`));
  await runServer(node, process.argv.slice(2));
}

if (version < 20) {
  console.error(
    `ocpp-logs needs Node 20 or newer to start, this is ${process.version}: see https://nodejs.org`,
  );
  process.exitCode = 2;
} else {
  start();
}
