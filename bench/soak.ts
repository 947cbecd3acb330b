/** npm run soak: what is repeated or goes on for longer than a gate may take; prints a table for each. */

import { cleanUp } from './cleanup.ts';
import { machine } from './machine.ts';
import { FRAMES } from './soak-frames.ts';
import { HTTP } from './soak-http.ts';
import { KILL } from './soak-kill.ts';
import { LOAD } from './soak-load.ts';
import type { Soak } from './soak-plan.ts';
import { POWER } from './soak-power.ts';
import { STEADY } from './soak-steady.ts';
import { textTable } from './table.ts';

/** In the order in which they run. */
const SOAKS: readonly Soak[] = [KILL, POWER, LOAD, STEADY, HTTP, FRAMES];

const USAGE = [
  'usage: npm run soak [-- NAME[,NAME...] [--times N]]; all of them unless named. Instead of --times: --rounds, --minutes and so on',
  ...SOAKS.map(
    ({ name, what, times, unit, usage }) =>
      `  ${name.padEnd(10)}${what}; ${times} ${unit} ${usage === undefined ? 'unless given' : `unless told otherwise: ${name} --help`}`,
  ),
].join('\n');

interface Wish {
  readonly soaks: readonly Soak[];
  /** null: as many as each has of its own. */
  readonly times: number | null;
  /** Of the one that is named, where it takes options of its own. */
  readonly args: readonly string[];
}

/** A text is what to say instead. */
function readWish(args: readonly string[]): Wish | { readonly say: string; readonly status: number } {
  const own = SOAKS.find(({ name, usage }) => usage !== undefined && name === args[0]);
  const isHelp = args.some((arg) => arg === '--help' || arg === '-h');
  if (isHelp) return { say: own?.usage ?? USAGE, status: 0 };
  if (own !== undefined) {
    const refusal = own.refusal?.(args.slice(1)) ?? null;
    if (refusal !== null) return { say: `${refusal}\n\n${own.usage}`, status: 2 };
    return { soaks: [own], times: null, args: args.slice(1) };
  }
  const rest = [...args];
  let names = SOAKS.map(({ name }) => name);
  let times: number | null = null;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--times' || SOAKS.some(({ unit }) => arg === `--${unit}`)) times = Number(rest.shift());
    else names = arg.split(',');
  }
  if (times !== null && !(Number.isInteger(times) && times > 0)) return { say: USAGE, status: 2 };
  const soaks = SOAKS.filter(({ name }) => names.includes(name));
  return soaks.length === names.length ? { soaks, times, args: [] } : { say: USAGE, status: 2 };
}

const started = performance.now();
const progress = (text: string): void => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(`[${seconds.padStart(5)} s] ${text}\n`);
};

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    cleanUp().finally(() => process.exit(130));
  });
}

const wish = readWish(process.argv.slice(2));
if ('say' in wish) {
  (wish.status === 0 ? console.log : console.error)(wish.say);
  process.exitCode = wish.status;
} else {
  process.stdout.write(`${machine()}\n\n`);
  for (const soak of wish.soaks) {
    try {
      const found = await soak.run({ times: wish.times ?? soak.times, args: wish.args, progress });
      const tables = 'title' in found ? [found] : found;
      for (const table of tables) process.stdout.write(`${textTable(table)}\n`);
    } catch (error) {
      // What is under way fails because it is ended.
      if (!interrupted) console.error(`${soak.name} failed:`, error);
      process.exitCode = 1;
    } finally {
      await cleanUp();
    }
  }
}
