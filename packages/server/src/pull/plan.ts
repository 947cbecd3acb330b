/** What a run is to read: the gaps, then from a little before the checkpoint until shortly before now. */

import { type Checkpoint, fresh, type MirrorPair, readAgain } from './checkpoint.ts';
import type { TimeSpan } from './span.ts';

const BACKFILL_MS = 30 * 86_400_000;

export interface PlanWish {
  readonly pair: MirrorPair;
  /** ms; null: where the checkpoint is, or 30 days ago. */
  readonly from: number | null;
  /** Entries this young are left to the next run: their answers may be on the way. */
  readonly settleMs: number;
  /** Read again before the checkpoint: entries may come late. */
  readonly overlapMs: number;
}

export interface PullPlan {
  /** Where the run starts from; its gaps come first. */
  readonly checkpoint: Checkpoint;
  readonly span: TimeSpan;
}

export function planOf(saved: Checkpoint | null, wish: PlanWish, now: number): PullPlan {
  const { pair, from, settleMs, overlapMs } = wish;
  const begun = saved ?? fresh(pair, from ?? now - BACKFILL_MS);
  const checkpoint = saved === null || from === null ? begun : readAgain(saved, from);
  const begin = Math.max(checkpoint.from, checkpoint.through - overlapMs);
  return { checkpoint, span: { from: begin, to: Math.max(begin, now - settleMs) } };
}
