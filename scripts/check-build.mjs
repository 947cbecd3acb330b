// Builds everything from nothing and sees that the result runs.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARD_BUILD, root } from './node24.mjs';

function must(args) {
  const run = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status === 0) return run.stdout;
  process.stdout.write(run.stdout);
  console.error(`failed: node ${args.join(' ')}`);
  return process.exit(1);
}

must([join('node_modules', 'typescript', 'bin', 'tsc'), '-b', '--force']);
must(DASHBOARD_BUILD);
const told = must([join('packages', 'server', 'dist', 'main.js'), 'version']).trim();
const { version } = JSON.parse(readFileSync(join(root, 'packages', 'server', 'package.json'), 'utf8'));
if (!told.includes(version)) {
  console.error(`the built program says ${JSON.stringify(told)} and not version ${version}`);
  process.exitCode = 1;
}
