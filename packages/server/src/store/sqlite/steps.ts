/** Long work in steps: at every one others get their turn. */

/** A generator that yields nothing until it is done. */
export type Steps<T> = Generator<undefined, T>;

/** All steps at once, for those who have a thread of their own. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
