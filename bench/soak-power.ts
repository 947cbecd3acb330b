/** Power cuts at one moment under load, each leaving something else of what had not reached the disk. */

import { seededRandom } from '../test/faults/kill-rounds.ts';
import { type PowerCut, powerCuts } from '../test/faults/power-cuts.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

const STATIONS = 20;
const RATE = 400;

export const POWER: Soak = {
  name: 'power',
  what: 'cuts or spoils what was not on the disk in copies of the folder, and opens them; Linux only',
  times: 50,
  unit: 'cuts',
  run: async ({ times, progress }) => {
    const folder = temporaryFolder();
    const seed = Date.now() % 1_000_000;
    progress(`power: seed ${seed}`);
    const cuts = await powerCuts({
      folder: folder.path,
      cuts: times,
      stations: STATIONS,
      rate: RATE,
      lifeMs: 6_000,
      random: seededRandom(seed),
      onCut: ({ kept, lost }) => progress(`power: ${kept} calls more than on the disk, ${lost} lost`),
    });
    await folder.remove();
    const range = (of: (cut: PowerCut) => number) => {
      const values = cuts.map(of);
      return `${count(Math.min(...values))} to ${count(Math.max(...values))}`;
    };
    return {
      title: `Power cuts, ${STATIONS} stations, ${RATE} calls a second, seed ${seed}`,
      header: ['of', 'frames'],
      rows: [
        ['pushed and answered with 200, all there', range(({ acknowledged }) => acknowledged)],
        ['committed before the last fsync, all there', range(({ synced }) => synced)],
        ['behind it and there', range(({ kept }) => kept)],
        ['behind it and lost', range(({ lost }) => lost)],
      ],
      notes: [`${cuts.length} copies; each opened without damage and was sound by check.`],
    };
  },
};
