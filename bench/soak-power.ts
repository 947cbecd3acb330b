/** Power cuts at one moment under load, each leaving something else of what had not reached the disk. */

import { seededRandom } from '../test/faults/kill-rounds.ts';
import { type PowerCut, powerCuts } from '../test/faults/power-cuts.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count, type Table } from './table.ts';

const STATIONS = 20;
const RATE = 400;

export const POWER: Soak = {
  name: 'power',
  what: 'cuts or spoils what was not on the disk in copies of the folder, and opens them; Linux only',
  times: 50,
  unit: 'cuts',
  run: async ({ times, progress }) => {
    const tables: Table[] = [];
    for (const pushes of [true, false]) {
      const folder = temporaryFolder();
      const seed = Date.now() % 1_000_000;
      const ways = pushes ? 'with pushes' : 'without pushes';
      progress(`power: ${ways}, seed ${seed}`);
      const cuts = await powerCuts({
        folder: folder.path,
        cuts: Math.ceil(times / 2),
        pushes,
        stations: STATIONS,
        rate: RATE,
        random: seededRandom(seed),
        onCut: ({ kept, lost }) => progress(`power: ${kept} calls more than on the disk, ${lost} lost`),
      });
      await folder.remove();
      const range = (of: (cut: PowerCut) => number) => {
        const values = cuts.map(of);
        return `${count(Math.min(...values))} to ${count(Math.max(...values))}`;
      };
      tables.push({
        title: `Power cuts, ${STATIONS} stations, ${RATE} calls a second, ${ways}, seed ${seed}`,
        header: ['of', 'frames'],
        rows: [
          ['pushed and answered with 200, all there', range(({ acknowledged }) => acknowledged)],
          ['committed before the last fsync, all there', range(({ synced }) => synced)],
          ['behind it and there', range(({ kept }) => kept)],
          ['behind it and lost', range(({ lost }) => lost)],
          ['the first of those, ms before the cut', range(({ lostSinceMs }) => lostSinceMs)],
        ],
        notes: [`${cuts.length} copies; each opened without damage and was sound by check.`],
      });
    }
    return tables;
  },
};
