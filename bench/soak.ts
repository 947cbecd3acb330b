/** npm run soak: what is repeated or goes on for longer than a gate may take; prints a table for each. */

import { cleanUp } from './cleanup.ts';
import { machine } from './machine.ts';
import { KILL } from './soak-kill.ts';
import type { Soak } from './soak-plan.ts';
import { POWER } from './soak-power.ts';
import { textTable } from './table.ts';

/** In the order in which they run. */
const SOAKS: readonly Soak[] = [KILL, POWER];

const USAGE = [
  'usage: npm run soak [-- NAME[,NAME...] [--times N]]; all of them unless named',
  ...SOAKS.map(({ name, what, times, unit }) => `  ${name.padEnd(10)}${what}; ${times} ${unit} unless given`),
].join('\n');

interface Wish {
  readonly soaks: readonly Soak[];
  /** null: as many as each has of its own. */
  readonly times: number | null;
}

function readWish(args: readonly string[]): Wish | null {
  const rest = [...args];
  let names = SOAKS.map(({ name }) => name);
  let times: number | null = null;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--times') times = Number(rest.shift());
    else names = arg.split(',');
  }
  if (times !== null && !(Number.isInteger(times) && times > 0)) return null;
  const soaks = SOAKS.filter(({ name }) => names.includes(name));
  return soaks.length === names.length ? { soaks, times } : null;
}

const started = performance.now();
const progress = (text: string): void => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(`[${seconds.padStart(5)} s] ${text}\n`);
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void cleanUp().finally(() => process.exit(130)));
}

const wish = readWish(process.argv.slice(2));
if (wish === null) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  process.stdout.write(`${machine()}\n\n`);
  for (const soak of wish.soaks) {
    try {
      const table = await soak.run({ times: wish.times ?? soak.times, progress });
      process.stdout.write(`${textTable(table)}\n`);
    } catch (error) {
      console.error(`${soak.name} failed:`, error);
      process.exitCode = 1;
    } finally {
      await cleanUp();
    }
  }
}
