/**
 * Decisions by control data that other nodes change, too. What is refused is looked at once more with what they have
 * done meanwhile: whoever signs in at one node goes on at another. What cannot be confirmed for some seconds decides nothing.
 */

import { Problem } from '../errors.ts';
import type { Control } from '../store/control.ts';

type Shared = Pick<Control, 'snapshot' | 'isCurrent' | 'refresh'>;

const RETRY_SECONDS = '2';

function away(): Problem {
  return new Problem(
    'unavailable',
    'The database that says who may do what does not answer; recording goes on. Try again.',
    { headers: { 'retry-after': RETRY_SECONDS } },
  );
}

/** Somebody may have been locked out who is not yet known to be. */
export async function confirmed(control: Shared): Promise<void> {
  if (control.isCurrent()) return;
  await refreshed(control);
  if (!control.isCurrent()) throw away();
}

async function refreshed(control: Shared): Promise<void> {
  try {
    await control.refresh();
  } catch (error) {
    // Its reason is in the log, once, and not with every request.
    if (error instanceof Error && 'code' in error) throw away();
    throw error;
  }
}

/** True where there is anything new. */
export async function learnt(control: Shared): Promise<boolean> {
  const before = control.snapshot();
  await refreshed(control);
  return control.snapshot() !== before;
}

/** `check` once more, where it refuses credentials that are unknown here and another node may know. */
export async function byNewest<T>(control: Shared, check: () => T): Promise<T> {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'credentials-invalid') throw error;
    if (!(await learnt(control))) throw error;
    return check();
  }
}
