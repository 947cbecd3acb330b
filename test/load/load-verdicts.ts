/**
 * What a run under load is held to beside losing nothing: what it takes of the machine must not grow, and nobody may wait.
 * Meant for a machine that has nothing else to do.
 */

import { medianOf, slopeOf } from './slope.ts';

const MIB = 2 ** 20;

export const LOAD_BOUNDS = {
  /** Of the time that the load is held: caches fill, engines learn. */
  warmUp: 1 / 3,
  /** Memory may grow after it by this share of its median, or by so many bytes if that is more; by the slope. */
  memoryShare: 0.05,
  memoryBytes: 8 * MIB,
  /** Open descriptors may grow by so many; by the slope. */
  descriptors: 2,
  /** More sockets than before the first station, when all have left: connections of HTTP that are kept for the next question. */
  socketsLeft: 8,
  /** ms: p99 of the delay of the event loop in the worst ten seconds of the load. A charging station gives an answer 30 s and more. */
  loopP99: 50,
  /** ms: the same with readers, and in the storm; from here on docs/deployment.md calls for an alarm. */
  busyLoopP99: 250,
  /** ms: what the relay adds to p99 of call and answer in the worst part of the load; without a relay all of p99. */
  answerP99: 50,
  /** ms: the same with readers. */
  busyAnswerP99: 250,
  /** Of all frames of the load this share, at least, is committed and on the disk within the promised times: {@link STORED_WITHIN}. */
  storedShare: 0.99,
  /** A shorter load tells nothing of growth and of the worst. */
  minutes: 5,
} as const;

/** s from a frame's arrival, as docs/design/recording.md promises; ends of buckets of the metrics. */
export const STORED_WITHIN = { committed: 0.25, onDisk: 1 } as const;

export const LOAD_PHASES = [
  'starting',
  'connecting',
  'finding the rate',
  'holding the load',
  'settling',
  'readers',
  'storm',
  'comparing',
  'leaving',
] as const;
export type LoadPhase = (typeof LOAD_PHASES)[number];

/** One look at the server. */
export interface Beat {
  /** s since the run began. */
  readonly at: number;
  readonly phase: LoadPhase;
  /** Bytes. */
  readonly resident: number;
  readonly descriptors: number;
  /** ms, of the last full {@link WINDOW_S}. */
  readonly loopP99: number;
}

/** Of `ocpp_logs_event_loop_delay_seconds`, s. */
const WINDOW_S = 10;

export interface JudgedLoad {
  /** For which the load was held. */
  readonly minutes: number;
  readonly beats: readonly Beat[];
  /** p99 of each part of the load, ms: what the relay adds, or where there is none all of it. */
  readonly isAdded: boolean;
  readonly heldP99: readonly number[];
  /** With readers; null: there were none. */
  readonly busyP99: number | null;
  /** Shares of the frames of the load that were so within {@link STORED_WITHIN}, 0 to 1. */
  readonly stored: { readonly committed: number; readonly onDisk: number };
  /** Open sockets of the server before any station came, and after all have left. */
  readonly sockets: { readonly before: number; readonly left: number };
}

export interface LoadVerdict {
  readonly what: string;
  readonly found: string;
  readonly allowed: string;
  /** null: too short a load to tell. */
  readonly holds: boolean | null;
}

const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
const millis = (ms: number) => `${ms.toFixed(1)} ms`;
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const count = (many: number) => many.toFixed(0);

export function loadVerdicts(load: JudgedLoad): readonly LoadVerdict[] {
  const { minutes, beats, heldP99, busyP99, isAdded, stored, sockets } = load;
  const bounds = LOAD_BOUNDS;
  const isLong = minutes >= bounds.minutes;
  // What was not seen is NaN, which is within no bound.
  const most = (what: string, found: number, allowed: number, show: (value: number) => string) => ({
    what,
    found: Number.isNaN(found) ? 'not seen' : show(found),
    allowed: show(allowed),
    holds: found <= allowed,
  });
  const enough = (what: string, share: number) => ({
    what,
    found: Number.isNaN(share) ? 'not seen' : percent(share),
    allowed: `at least ${percent(bounds.storedShare)}`,
    holds: share >= bounds.storedShare,
  });
  const ifLong = (verdict: LoadVerdict) => (isLong ? verdict : { ...verdict, holds: null });
  const warm = warmOf(beats);
  const memory = growthOf(warm, ({ resident }) => resident);
  const middle = medianOf(warm.map(({ resident }) => resident));
  const answer = isAdded ? 'added p99' : 'p99 of an answer';
  const hasReaders = busyP99 !== null;
  return [
    ifLong(
      most(
        'growth of memory after the first third of the load',
        memory,
        Math.max(bounds.memoryBytes, middle * bounds.memoryShare),
        mib,
      ),
    ),
    ifLong(
      most(
        'growth of open descriptors, likewise',
        growthOf(warm, ({ descriptors }) => descriptors),
        bounds.descriptors,
        count,
      ),
    ),
    most('sockets left over when all have left', sockets.left - sockets.before, bounds.socketsLeft, count),
    ifLong(
      most(
        'event loop, p99 of the worst ten seconds of the load',
        worstLoop(beats, ['holding the load']),
        bounds.loopP99,
        millis,
      ),
    ),
    ifLong(
      most(
        hasReaders ? 'the same with readers and in the storm' : 'the same in the storm',
        worstLoop(beats, ['readers', 'storm']),
        bounds.busyLoopP99,
        millis,
      ),
    ),
    ifLong(most(`${answer}, worst part of the load`, worstOf(heldP99), bounds.answerP99, millis)),
    ifLong(enough(`frames committed within ${STORED_WITHIN.committed * 1000} ms`, stored.committed)),
    ifLong(enough(`frames on the disk within ${STORED_WITHIN.onDisk * 1000} ms`, stored.onDisk)),
    ...(hasReaders ? [ifLong(most(`${answer}, with readers`, busyP99, bounds.busyAnswerP99, millis))] : []),
  ];
}

function warmOf(beats: readonly Beat[]): readonly Beat[] {
  const held = beats.filter(({ phase }) => phase === 'holding the load');
  const [first, last] = [held[0]?.at ?? 0, held.at(-1)?.at ?? 0];
  return held.filter(({ at }) => at >= first + (last - first) * LOAD_BOUNDS.warmUp);
}

/** The slope over all the time that was watched; NaN of less than two looks. */
function growthOf(beats: readonly Beat[], of: (beat: Beat) => number): number {
  const [first, last] = [beats[0], beats.at(-1)];
  if (first === undefined || last === undefined || beats.length < 2) return Number.NaN;
  return slopeOf(beats.map((beat) => ({ at: beat.at, value: of(beat) }))) * (last.at - first.at);
}

/** Of the windows that lie within these phases: what is told is of the last full one, so the first looks tell of what was before. */
function worstLoop(beats: readonly Beat[], phases: readonly LoadPhase[]): number {
  const within = beats.filter(({ phase }) => phases.includes(phase));
  const begin = (within[0]?.at ?? 0) + 2 * WINDOW_S;
  return worstOf(within.filter(({ at }) => at >= begin).map(({ loopP99 }) => loopP99));
}

/** NaN of nothing, and where one of them is. */
function worstOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.max(...values);
}
