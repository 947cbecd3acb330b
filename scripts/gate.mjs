// The steps of the quality gate, in the order in which they are worth knowing.
import { join } from 'node:path';
import { getChromiumIfNeeded } from './chromium.mjs';
import { findNode24, installIfNeeded, refuse, root } from './node24.mjs';
import { getPostgresIfNeeded } from './postgres.mjs';
import { runStep } from './step.mjs';

const bin = (path) => join('node_modules', path);
/** `files`: run at once. `limit`: ms that one test may take. */
const tests = (pattern, files = 1, limit = 120_000) => [
  '--conditions=source',
  '--test',
  '--test-reporter=spec',
  `--test-timeout=${limit}`,
  `--test-concurrency=${files}`,
  pattern,
];

/** Large, and for the gate alone: whoever only runs the program never installs them. */
const ENGINES = join(root, 'test', 'engines');
const CLICKHOUSE = join(root, 'test', 'clickhouse');

/** Together with the other tests of faults they take longer than a step may on slow cores. */
const KILLS = 'kill|erasure-kill|power-cut|control-cut';

/**
 * Each is run by Node 24 with these arguments; ends well with status 0. `installs`: a folder it needs installed;
 * `browses`: it needs a Chromium; `keeps`: a PostgreSQL; `starts`: it starts the program itself, as it was built where the build came before;
 * `env`: what it is told.
 */
const STEPS = [
  {
    name: 'lint',
    what: 'format and lint',
    args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
  },
  { name: 'types', what: 'types', args: [bin('typescript/bin/tsc'), '-b'] },
  { name: 'imports', what: 'dependency direction', args: ['scripts/check-imports.mjs'] },
  { name: 'lengths', what: 'file length', args: ['scripts/check-lengths.mjs'] },
  { name: 'unused', what: 'unused code', args: [bin('knip/bin/knip.js'), '--no-progress'] },
  { name: 'gate', what: 'tests of the gate itself', args: tests('scripts/*.test.mjs') },
  {
    name: 'unit',
    what: 'unit and conformance tests',
    args: tests('{packages/*/src/**/*,bench/*}.test.ts', 2),
  },
  { name: 'build', what: 'build', args: ['scripts/check-build.mjs'] },
  { name: 'bundle', what: 'size of the dashboard', args: ['scripts/check-bundle.mjs'] },
  {
    name: 'browser',
    what: 'tests in a browser',
    args: tests('test/browser/**/*.test.ts', 2),
    browses: true,
    starts: true,
  },
  { name: 'e2e', what: 'end-to-end tests', args: tests('test/{e2e,load}/**/*.test.ts', 2), starts: true },
  {
    name: 'faults',
    what: 'tests that break what the server stands on',
    args: tests(`test/faults/!(${KILLS}).test.ts`),
  },
  {
    name: 'kills',
    what: 'tests that kill the server, and cut its power',
    args: tests(`test/faults/@(${KILLS}).test.ts`),
  },
  {
    name: 'postgres',
    what: 'control data in PostgreSQL',
    args: tests('test/postgres/*.test.ts', 2),
    keeps: true,
    starts: true,
  },
  {
    name: 'engine-types',
    what: 'types of the tests with engines of others',
    args: [bin('typescript/bin/tsc'), '-b', 'test/engines'],
    installs: ENGINES,
  },
  {
    name: 'engines',
    what: 'engines of others read what is exported',
    args: tests('test/engines/*.test.ts'),
    installs: ENGINES,
  },
  {
    name: 'clickhouse-types',
    what: 'types of the tests with ClickHouse',
    args: [bin('typescript/bin/tsc'), '-b', 'test/clickhouse'],
    installs: CLICKHOUSE,
  },
  {
    name: 'clickhouse',
    what: 'the store over ClickHouse, on its engine as a library',
    // The suite for all stores asks thousands of questions in one test, each of which costs this engine 6 ms of CPU.
    args: tests('test/clickhouse/*.test.ts', 2, 300_000),
    installs: CLICKHOUSE,
    keeps: true,
    starts: true,
    env: { STORE_HISTORIES: process.env.STORE_HISTORIES ?? '6' },
  },
];

/** Against a step that hangs: twice the longest, `unit`, which took 480 s on two cores that others used as well. */
const STEP_LIMIT_MS = 16 * 60_000;

/** The lines with which node's test runner sums up. */
function closingLines(output) {
  return output
    .split('\n')
    .filter((line) => /^. (tests|suites|pass|fail|cancelled|skipped|todo) \d+$/.test(line));
}

/** At most so many are shown of a step. */
const TOLD_MAX = 100;

/** What a step that passed tells all the same: which tests were left out and why, and what tests measured. */
function toldLines(output) {
  const closing = closingLines(output);
  const told = output.split('\n').filter((line) => /^\s*(?:﹣ |ℹ )/.test(line) && !closing.includes(line));
  const shown = told.filter((line) => !/^ℹ duration_ms /.test(line));
  return shown.length > TOLD_MAX
    ? [...shown.slice(0, TOLD_MAX), `... and ${shown.length - TOLD_MAX} more lines`]
    : shown;
}

function chosenSteps(args) {
  if (args.length === 0) return STEPS;
  const names = args[0] === '--only' ? (args[1] ?? '').split(',') : null;
  const known = STEPS.map((step) => step.name);
  if (names === null || names.some((name) => !known.includes(name))) {
    return refuse(`usage: npm test [-- --only ${known.join(',')}]`);
  }
  return STEPS.filter((step) => names.includes(step.name));
}

const line = (text) => process.stdout.write(`${text}\n`);

export async function run(args) {
  const steps = chosenSteps(args);
  installIfNeeded(line);
  const node = findNode24();
  const summary = [];
  let built = false;
  for (const step of steps) {
    line(`== ${step.what}`);
    if (step.installs !== undefined) installIfNeeded(line, step.installs);
    if (step.browses) getChromiumIfNeeded(node, line);
    if (step.keeps) getPostgresIfNeeded(node, line);
    const start = performance.now();
    const { passed, output } = await runStep(node, step.args, {
      env: { ...step.env, ...(built && step.starts ? { TEST_OF_BUILD: '1' } : {}) },
      limitMs: STEP_LIMIT_MS,
    });
    if (step.name === 'build') built = passed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (!passed) line(output);
    else for (const told of toldLines(output)) line(told);
    for (const closing of closingLines(output)) line(closing);
    summary.push({
      passed,
      text: `${passed ? 'pass' : 'FAIL'}  ${seconds.padStart(6)} s  ${step.name}: ${step.what}`,
    });
  }
  line('');
  for (const { text } of summary) line(text);
  const failed = summary.filter((step) => !step.passed).length;
  line(failed === 0 ? `all ${summary.length} steps passed` : `${failed} of ${summary.length} steps failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
