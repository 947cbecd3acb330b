// npm test: the quality gate. Sets itself up, runs every step, tells how each ended. `-- --only unit,types` runs some.
const version = Number(process.versions.node.split('.')[0]);

if (version < 20) {
  console.error(
    `the tests of ocpp-logs need Node 20 or newer to start, this is ${process.version}: see https://nodejs.org`,
  );
  process.exitCode = 2;
} else {
  import('./gate.mjs').then((gate) => gate.run(process.argv.slice(2)));
}
