/** `kill -9` at random moments under load, many times over one data folder. */

import { commitDelays, delaysLine } from '../test/faults/commit-delays.ts';
import { type KillRound, killRounds, seededRandom } from '../test/faults/kill-rounds.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

const STATIONS = 50;
const RATE = 600;
/** Calls a second that leave the server time. */
const MODERATE = 50;

export const KILL: Soak = {
  name: 'kill',
  what: 'kills the server under load and compares what it holds then',
  times: 50,
  unit: 'rounds',
  run: async ({ times, progress }) => {
    const folder = temporaryFolder();
    const seed = Date.now() % 1_000_000;
    progress(`kill: seed ${seed}`);
    const rounds = await killRounds({
      folder: folder.path,
      rounds: times,
      stations: STATIONS,
      visitMs: null,
      rate: RATE,
      lifeMs: 2_000,
      random: seededRandom(seed),
      onRound: ({ killedAfterMs, calls, lost }) =>
        progress(`kill: after ${killedAfterMs} ms, ${calls} calls, ${lost} behind the commit`),
    });
    await folder.remove();
    const calm = temporaryFolder();
    const moderate = await commitDelays({
      folder: calm.path,
      stations: STATIONS,
      rate: MODERATE,
      calls: MODERATE * 60,
    });
    await calm.remove();
    const sum = (of: (round: KillRound) => number) =>
      count(rounds.reduce((all, round) => all + of(round), 0));
    return {
      title: `kill -9 under load, ${STATIONS} stations, ${RATE} calls a second, seed ${seed}`,
      header: ['of', 'calls'],
      rows: [
        ['received by the CSMS', sum(({ calls }) => calls)],
        ['behind the last commit, within a gap entry', sum(({ lost }) => lost)],
        ['ended as connection_lost', sum(({ connectionLost }) => connectionLost)],
        ['captured and lost, or there twice', '0'],
      ],
      notes: [
        `${rounds.length} kills; the folder is sound after them.`,
        delaysLine(
          `at ${RATE} calls a second between kills`,
          rounds.flatMap((round) => round.delays),
        ),
        delaysLine(`at ${MODERATE} calls a second`, moderate),
      ],
    };
  },
};
