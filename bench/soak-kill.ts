/** `kill -9` at random moments under load, many times over one data folder. */

import { delaysLine, type KillRound, killRounds, seededRandom } from '../test/faults/kill-rounds.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

const STATIONS = 50;
const RATE = 600;

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
      notes: [`${rounds.length} kills; the folder is sound after them.`, delaysLine(rounds)],
    };
  },
};
