/**
 * Does to as many at once as can be: what fails for some of many is tried again in halves, so that a few that cannot be
 * cost a few tries and not one for each of the others.
 */

export interface Halving<T> {
  /** All of them or none: then it throws. */
  readonly attempt: (part: readonly T[]) => void;
  /** Whether the error is one of the part, so that others may go; otherwise it is thrown on. */
  readonly ofThePart: (error: unknown) => boolean;
  /** Why it need not be tried any more; null: it is tried. */
  readonly hopeless: (one: T) => unknown;
  readonly refused: (one: T, error: unknown) => void;
}

/** In their order: whatever is tried comes after all before it were done or refused. */
export function inHalves<T>(all: readonly T[], halving: Halving<T>): void {
  const { attempt, ofThePart, hopeless, refused } = halving;
  const open = all.filter((one) => {
    const reason = hopeless(one);
    if (reason !== null) refused(one, reason);
    return reason === null;
  });
  const [first] = open;
  if (first === undefined) return;
  try {
    attempt(open);
    return;
  } catch (error) {
    if (!ofThePart(error)) throw error;
    if (open.length === 1) {
      refused(first, error);
      return;
    }
  }
  const middle = Math.ceil(open.length / 2);
  inHalves(open.slice(0, middle), halving);
  inHalves(open.slice(middle), halving);
}
