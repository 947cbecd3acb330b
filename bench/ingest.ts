/** How fast entries are stored, from frames as they come. In turns, so that a noisy machine is noisy for both. */

import { forkScript } from './child.ts';
import { insertTraffic } from './ingest-insert.ts';
import { pushTraffic } from './ingest-push.ts';
import type { Recorded } from './ingest-recorder.ts';
import { median } from './percentile.ts';
import type { Cluster } from './postgres.ts';
import type { SeedPlan } from './seed.ts';

export interface IngestPlan extends SeedPlan {
  readonly rounds: number;
}

/** Medians over the rounds, entries a second. */
export interface IngestFigures {
  readonly recorded: number;
  /** Microseconds of CPU an entry. */
  readonly recordedCpu: number;
  readonly pushed: number;
  readonly inserted: number | null;
}

export async function measureIngest(
  plan: IngestPlan,
  cluster: Cluster | null,
  progress: (text: string) => void,
): Promise<IngestFigures> {
  const recorded: Recorded[] = [];
  const pushed: number[] = [];
  const inserted: number[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    progress(`ingest: round ${round + 1} of ${plan.rounds}`);
    recorded.push(await recordTraffic(plan));
    if (cluster !== null) inserted.push(await insertTraffic(cluster, plan));
    pushed.push(await pushTraffic(plan));
  }
  return {
    recorded: median(recorded.map(({ entries, seconds }) => entries / seconds)),
    recordedCpu: median(recorded.map(({ cpu }) => cpu)),
    pushed: median(pushed),
    inserted: inserted.length === 0 ? null : median(inserted),
  };
}

async function recordTraffic(plan: SeedPlan): Promise<Recorded> {
  const child = forkScript('./ingest-recorder.ts', [String(plan.entries), String(plan.sites)]);
  // Safe: ingest-recorder.ts tells nothing else.
  const recorded = (await child.next()) as Recorded;
  await child.stop();
  return recorded;
}
