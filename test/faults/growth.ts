/** Whether the time that something takes grows as what it is given does, or with the square of it. */

/** Sixteen times as much takes sixteen times as long, and with a square in it 256 times. */
const TIMES = 16;
const SHORT = 2 * 1024;
const GROWTH_MAX = 64;
/** What takes less for the longer text is not slow, whatever a cold start made of the shorter one; ms. */
const QUICK = 50;
const LEAST = 0.1;
/** Something else may use the processor, or memory be collected. */
const TRIES = 3;

/** null where it grows as it should; else what was measured. In time of this process's processor, not of the clock. */
export function growthOf(make: (length: number) => string, work: (text: string) => void): string | null {
  const long = make(SHORT * TIMES);
  let slow = leastOf(1, () => work(long));
  if (slow <= QUICK) return null;
  const short = make(SHORT);
  const quick = Math.max(
    LEAST,
    leastOf(TRIES, () => work(short)),
  );
  if (slow / quick > GROWTH_MAX)
    slow = Math.min(
      slow,
      leastOf(TRIES, () => work(long)),
    );
  if (slow <= QUICK || slow / quick <= GROWTH_MAX) return null;
  return `${quick.toFixed(1)} ms for ${short.length} characters, ${slow.toFixed(1)} ms for ${long.length}`;
}

function leastOf(tries: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < tries; at++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
