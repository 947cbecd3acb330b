/** What is measured, and how much of it. */

export const SECTIONS = ['pages', 'ingest', 'relay', 'clickhouse'] as const;
/** The engine of the last one is half a GB, and is installed only where it is asked for. */
export const UNASKED: readonly Section[] = ['pages', 'ingest', 'relay'];
export type Section = (typeof SECTIONS)[number];

export interface Options {
  readonly entries: number;
  /** Of the section clickhouse, the least first. */
  readonly sizes: readonly number[];
  readonly quick: boolean;
  /** Also into docs/benchmarks.md. */
  readonly write: boolean;
  /** ISO date that the figures are given. */
  readonly date: string;
  readonly only: readonly Section[];
  /** As it was typed. */
  readonly command: string;
}

const ENTRIES = 5_000_000;
const ENTRIES_QUICK = 200_000;
const ENTRIES_LEAST = 50_000;
const ENTRIES_MOST = 50_000_000;
const SIZES = [1_000_000, 20_000_000];
const SIZES_QUICK = [100_000, 1_000_000];
/** So dense that an hour of a site has some dozens. */
const ENTRIES_PER_SITE = 25_000;

export const USAGE = `usage: npm run bench [-- --quick] [--only ${SECTIONS.join(',')}] [--write [--date YYYY-MM-DD]]
BENCH_ENTRIES=N: entries in each store, ${ENTRIES} unless given; --quick takes ${ENTRIES_QUICK}
BENCH_SIZES=N,M: entries of the section clickhouse, ${SIZES} unless given; --quick takes ${SIZES_QUICK}`;

export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options | string {
  let quick = false;
  let write = false;
  let date = new Date().toISOString().slice(0, 10);
  let only: readonly Section[] = UNASKED;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--quick') quick = true;
    else if (arg === '--write') write = true;
    else if (arg === '--date') date = rest.shift() ?? '';
    else if (arg === '--only') only = SECTIONS.filter((name) => rest[0]?.split(',').includes(name));
    else return `unknown: ${arg}\n${USAGE}`;
    if (arg === '--only') rest.shift();
  }
  if (only.length === 0) return `--only takes ${SECTIONS.join(', ')}\n${USAGE}`;
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return `--date takes YYYY-MM-DD\n${USAGE}`;
  const given = environment.BENCH_ENTRIES;
  const entries = given === undefined ? (quick ? ENTRIES_QUICK : ENTRIES) : Number(given);
  if (!Number.isInteger(entries) || entries < ENTRIES_LEAST || entries > ENTRIES_MOST) {
    return `BENCH_ENTRIES is ${given}; allowed are ${ENTRIES_LEAST} to ${ENTRIES_MOST}`;
  }
  const wished = environment.BENCH_SIZES;
  const sizes =
    wished === undefined
      ? quick
        ? SIZES_QUICK
        : SIZES
      : wished
          .split(',')
          .map(Number)
          .sort((a, b) => a - b);
  if (sizes.some((size) => !Number.isInteger(size) || size < ENTRIES_LEAST || size > ENTRIES_MOST)) {
    return `BENCH_SIZES is ${wished}; allowed are numbers from ${ENTRIES_LEAST} to ${ENTRIES_MOST}`;
  }
  const prefix = [
    given === undefined ? '' : `BENCH_ENTRIES=${given} `,
    wished === undefined ? '' : `BENCH_SIZES=${wished} `,
  ].join('');
  const command = `${prefix}npm run bench${args.length === 0 ? '' : ` -- ${args.join(' ')}`}`;
  return { entries, sizes, quick, write, date, only, command };
}

/** At most as many as a writer keeps open. */
export function sitesFor(entries: number): number {
  return Math.max(1, Math.min(200, Math.round(entries / ENTRIES_PER_SITE)));
}
