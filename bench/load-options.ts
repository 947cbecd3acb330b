/** What `npm run soak -- load` takes. */

import { parseArgs } from 'node:util';

export const LOAD_MODES = ['relay', 'csms'] as const;
export type LoadMode = (typeof LOAD_MODES)[number];

export interface LoadOptions {
  readonly modes: readonly LoadMode[];
  /** null: 9,000 of the relay, 10,000 of the built-in CSMS. */
  readonly stations: number | null;
  /** Calls a second of each station. */
  readonly rate: number;
  readonly sites: number;
  readonly minutes: number;
  readonly readers: number;
  /** Within which all come back after all were cut, and within which all connect at first. */
  readonly stormSeconds: number;
  /** Seconds of a trial of one rate, and of the readers' turn. */
  readonly trialSeconds: number;
  readonly readerSeconds: number;
  /** Before memory is looked at, and after a rate was set. */
  readonly restSeconds: number;
  /** Between two questions of one reader. */
  readonly questionSeconds: number;
  /** Entries that are compared one by one at the end, at least; all are counted. */
  readonly compared: number;
  /** Of all cores; beyond it the rate is lowered. */
  readonly cpu: number;
  readonly markdown: boolean;
}

export const LOAD_USAGE = `npm run soak -- load [options]: thousands of stations at once, with everything on this machine

  --mode relay,csms   who answers: a CSMS behind the relay, or the built-in one; both in turns unless given
  --stations N        connections of stations; 9000 through the relay, 10000 at the built-in CSMS unless given
  --rate N            calls a second of each station: 1 unless given. Where the cores would be busier than
                      --cpu allows, the highest rate that is not is found first, held, and told
  --minutes N         how long the rate is held: 10 unless given
  --sites N           over which the stations are spread: 20 unless given
  --readers N         people at the dashboard beside it, after that time and through the storm: 200 unless given,
                      0 for none. Where recording falls behind with them, the rate is lowered for both, and told
  --cpu N             percent of all cores that may be used: 90 unless given
  --storm N           seconds within which all come back after all lines were cut: 30 unless given
  --markdown          tables for docs/benchmarks.md
  --quick             400 stations, 6 s, 20 readers, 2 s for the storm: both in under a minute, figures of no worth

What it does: connects all, lets them rest, finds the rate, holds it, counts what is stored, lets readers
in, cuts all lines while calls are under way and readers read on, and compares what is stored with what was
said. Every five seconds it tells how far it is.
Needs Linux, and two descriptors a relayed station: raise "ulimit -n" to the hard limit first.
It ends with 1 where something was lost, stored twice, or refused, and where memory, descriptors, the event
loop or answers go beyond their bounds, which the first table tells; those are meant for a machine that has
nothing else to do.`;

/** A text is what is wrong with them. */
export function readLoadOptions(args: readonly string[]): LoadOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        mode: { type: 'string' },
        stations: { type: 'string' },
        rate: { type: 'string' },
        minutes: { type: 'string' },
        sites: { type: 'string' },
        readers: { type: 'string' },
        cpu: { type: 'string' },
        storm: { type: 'string' },
        markdown: { type: 'boolean' },
        quick: { type: 'boolean' },
      },
    });
    const quick = values.quick === true;
    const named = values.mode?.split(',') ?? LOAD_MODES;
    const modes = LOAD_MODES.filter((mode) => named.includes(mode));
    if (modes.length !== named.length) return `--mode takes ${LOAD_MODES.join(', ')}`;
    const number = (name: string, given: string | undefined, otherwise: number, most: number, least = 0) => {
      const value = given === undefined ? otherwise : Number(given);
      if (!(value >= least && value <= most)) throw new RangeError(`--${name} takes ${least} to ${most}`);
      return value;
    };
    return {
      modes,
      stations:
        values.stations === undefined && !quick
          ? null
          : Math.floor(number('stations', values.stations, 400, 50_000, 10)),
      rate: number('rate', values.rate, 1, 50, 0.01),
      sites: Math.floor(number('sites', values.sites, 20, 200, 1)),
      minutes: number('minutes', values.minutes, quick ? 0.1 : 10, 1_440, 0.1),
      readers: Math.floor(number('readers', values.readers, quick ? 20 : 200, 1_000)),
      stormSeconds: number('storm', values.storm, quick ? 2 : 30, 600, 1),
      trialSeconds: quick ? 2 : 10,
      readerSeconds: quick ? 4 : 60,
      restSeconds: quick ? 1 : 5,
      questionSeconds: quick ? 1 : 5,
      compared: quick ? 1_000_000 : 500_000,
      cpu: number('cpu', values.cpu, 90, 100, 5) / 100,
      markdown: values.markdown === true,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
