import { setTimeout } from 'node:timers/promises';

/** Waits for what is done at the end of a run, and no longer than this: ClickHouse may never answer. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, setTimeout(ms, undefined, { ref: false })]);
}
