/** `kill -9` at random moments under load and reading, many times over one data folder. */

import { commitDelays, delaysLine } from '../test/faults/commit-delays.ts';
import { type KillRound, killRounds, seededRandom } from '../test/faults/kill-rounds.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

const STATIONS = 50;
const RATE = 600;
/** Most connections live within the last commit of a server that is killed. */
const VISIT_MS = 100;
/** Calls a second that leave the server time. */
const MODERATE = 50;

export const KILL: Soak = {
  name: 'kill',
  what: 'kills the server under load and compares what it holds then',
  times: 50,
  unit: 'rounds',
  run: async ({ times, progress }) => {
    const staying = await killed(Math.ceil(times / 2), null, progress);
    const visiting = await killed(Math.ceil(times / 2), VISIT_MS, progress);
    const calm = temporaryFolder();
    const moderate = await commitDelays({
      folder: calm.path,
      stations: STATIONS,
      rate: MODERATE,
      calls: MODERATE * 60,
    });
    await calm.remove();
    const row = (what: string, of: (round: KillRound) => number) => [
      what,
      ...[staying, visiting].map((rounds) => count(rounds.reduce((all, round) => all + of(round), 0))),
    ];
    return {
      title: `kill -9 under load, ${STATIONS} stations, ${RATE} calls a second`,
      header: ['calls', 'stations stay', `for ${VISIT_MS} ms each`],
      rows: [
        row('received by the CSMS', ({ calls }) => calls),
        row('behind the last commit, within a gap entry', ({ lost }) => lost),
        row('ended as connection_lost', ({ connectionLost }) => connectionLost),
        row('captured and lost, or there twice, or read and lost', () => 0),
        row('pages read beside', ({ pages }) => pages),
        row('exports made beside', ({ exports }) => exports),
      ],
      notes: [
        `${staying.length} and ${visiting.length} kills; both folders are sound after them.`,
        ...[staying, visiting].map((rounds, place) =>
          delaysLine(
            `at ${RATE} calls a second between kills, ${place === 0 ? 'stations stay' : 'stations come and go'}`,
            rounds.flatMap((round) => round.delays),
          ),
        ),
        delaysLine(`at ${MODERATE} calls a second`, moderate),
      ],
    };
  },
};

async function killed(
  rounds: number,
  visitMs: number | null,
  progress: (text: string) => void,
): Promise<readonly KillRound[]> {
  const folder = temporaryFolder();
  const seed = Date.now() % 1_000_000;
  progress(`kill: stations ${visitMs === null ? 'stay' : 'come and go'}, seed ${seed}`);
  const ended = await killRounds({
    folder: folder.path,
    rounds,
    stations: STATIONS,
    visitMs,
    rate: RATE,
    lifeMs: 2_000,
    random: seededRandom(seed),
    onRound: ({ killedAfterMs, calls, lost, pages, exports }) =>
      progress(
        `kill: after ${killedAfterMs} ms, ${calls} calls, ${lost} behind the commit, ${pages} pages and ${exports} exports beside`,
      ),
  });
  await folder.remove();
  return ended;
}
