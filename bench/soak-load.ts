/** Thousands of stations at once: what the server takes, what it adds, and that nothing is lost. */

import { openFilesMax, socketsOf } from '../packages/server/src/serve/sockets.ts';
import { LOAD_USAGE, readLoadOptions } from './load-options.ts';
import { loadRun } from './load-run.ts';
import { loadTables } from './load-tables.ts';
import type { Soak } from './soak-plan.ts';
import { markdownTable, type Table } from './table.ts';

export const LOAD: Soak = {
  name: 'load',
  what: 'connects thousands of stations, relayed and at the built-in CSMS, and compares what is stored; Linux only',
  times: 10,
  unit: 'minutes each',
  usage: LOAD_USAGE,
  refusal: (args) => {
    const options = readLoadOptions(args);
    return typeof options === 'string' ? options : null;
  },
  run: async ({ args, progress }) => {
    const options = readLoadOptions(args);
    if (typeof options === 'string') throw new Error(options);
    if (process.platform !== 'linux') throw new Error('CPU, memory and descriptors are read from /proc');
    const sockets = socketsOf(openFilesMax()) ?? Number.POSITIVE_INFINITY;
    progress(`this process may open files for ${sockets} sockets`);
    const tables: Table[] = [];
    const problems: string[] = [];
    for (const mode of options.modes) {
      const run = await loadRun(mode, options, progress);
      const found = loadTables(run);
      tables.push(...found);
      // At once: a run takes long, and the next one may fail.
      if (options.markdown) process.stdout.write(`${found.map(markdownTable).join('\n')}\n`);
      problems.push(...run.problems.map((problem) => `${mode}: ${problem}`));
    }
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
    return options.markdown ? [] : tables;
  },
};
