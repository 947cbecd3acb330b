/** Keeps the threads that remove entries told whether it is known what sites keep. */

import type { Control } from '../store/control.ts';
import { RetentionLease } from '../store/retention-lease.ts';

const EXTEND_MS = 2_000;

export interface FollowedRetention {
  /** For the threads that remove; absent: it always is. */
  readonly lease?: SharedArrayBuffer;
  readonly counters: () => Readonly<Record<string, number>>;
  readonly close: () => void;
}

export function followRetention(control: Pick<Control, 'shared' | 'isCurrent'>): FollowedRetention {
  if (!control.shared) return { counters: () => ({}), close: () => undefined };
  const lease = new RetentionLease();
  const extend = () => {
    if (control.isCurrent()) lease.extend(Date.now());
  };
  extend();
  const timer = setInterval(extend, EXTEND_MS);
  return {
    lease: lease.shared,
    counters: () => ({ retention_waiting: lease.holds(Date.now()) ? 0 : 1 }),
    close: () => clearInterval(timer),
  };
}
