/** Times in microseconds, counted in buckets of at most 3 %: millions of them take no memory, and two can be added. */

/** Below this each microsecond has its own bucket. */
const EXACT = 64;
const EXACT_BITS = 6;
/** Buckets of one octave. */
const PARTS_BITS = 5;
const PARTS = 1 << PARTS_BITS;
const OCTAVES = 26;
const MOST_US = 2 ** 31;

export interface Times {
  readonly counts: Uint32Array;
  /** Exact, microseconds; 0 where there are none. */
  readonly max: number;
}

export class Histogram {
  readonly #counts = new Uint32Array(EXACT + OCTAVES * PARTS);
  #max = 0;

  add(us: number): void {
    const whole = Math.max(0, Math.min(MOST_US - 1, Math.round(us)));
    const place = placeOf(whole);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    if (us > this.#max) this.#max = us;
  }

  /** What was added so far; it begins anew. */
  take(): Times {
    const times = { counts: this.#counts.slice(), max: this.#max };
    this.#counts.fill(0);
    this.#max = 0;
    return times;
  }
}

function placeOf(us: number): number {
  if (us < EXACT) return us;
  const octave = 31 - Math.clz32(us);
  return EXACT + (octave - EXACT_BITS) * PARTS + ((us >>> (octave - PARTS_BITS)) & (PARTS - 1));
}

export function sumOf(all: readonly Times[]): Times {
  const counts = new Uint32Array(EXACT + OCTAVES * PARTS);
  for (const times of all) {
    for (const [place, count] of times.counts.entries()) counts[place] = (counts[place] ?? 0) + count;
  }
  return { counts, max: Math.max(0, ...all.map(({ max }) => max)) };
}

/** Nearest rank, in ms, the upper end of its bucket; `share` is 0..1, 1 the exact greatest. NaN of nothing. */
export function msAt(times: Times, share: number): number {
  const total = times.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return Number.NaN;
  let left = Math.ceil(share * total);
  for (const [place, count] of times.counts.entries()) {
    left -= count;
    if (left <= 0) return Math.min(endOf(place), times.max) / 1000;
  }
  return times.max / 1000;
}

function endOf(place: number): number {
  if (place < EXACT) return place;
  const octave = Math.floor((place - EXACT) / PARTS) + EXACT_BITS;
  const part = (place - EXACT) % PARTS;
  return 2 ** octave + (part + 1) * 2 ** (octave - PARTS_BITS) - 1;
}
