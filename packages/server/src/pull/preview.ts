/** What a run would read, asked with one request for each span and stored nowhere. */

import type { PullPlan } from './plan.ts';
import type { Remote } from './remote.ts';
import { lengthOf } from './span.ts';

/** Gaps that are asked for one by one; beyond it their count says enough. */
const GAPS_ASKED = 20;

export interface Preview {
  /** Of the span. */
  readonly entries: number;
  /** Of its gaps, the first 20. */
  readonly gapEntries: number;
}

export async function preview(
  remote: Remote,
  { checkpoint, span }: PullPlan,
  signal: AbortSignal,
): Promise<Preview> {
  const count = async (wish: { readonly from: number; readonly to: number }) =>
    (await remote.page({ ...wish, take: 1, skip: 0 }, signal)).count;
  let gapEntries = 0;
  for (const gap of checkpoint.gaps.slice(0, GAPS_ASKED)) gapEntries += await count(gap);
  return { gapEntries, entries: lengthOf(span) === 0 ? 0 : await count(span) };
}
