// npm start: installs what is missing, builds what has changed, serves. Runs on the system's Node, which only has to
// be able to read this: nothing is imported before its version is known.
const version = Number(process.versions.node.split('.')[0]);

async function start() {
  const { buildIfNeeded, findNode24, installIfNeeded, runServer } = await import('./node24.mjs');
  const say = (line) => process.stderr.write(`ocpp-logs: ${line}\n`);
  installIfNeeded(say);
  const node = findNode24();
  buildIfNeeded(node, say);
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
