/** Power cuts in the midst of recording: four here, more by `npm run soak power`. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { temporaryFolder } from '../e2e/running-server.ts';
import { seededRandom } from './kill-rounds.ts';
import { powerCuts } from './power-cuts.ts';

const CUTS = 4;

test('after a power cut all that was acknowledged or on the disk is there, and the folder is sound', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('NOT TESTED: only Linux tells which file a descriptor is of');
    return;
  }
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const cuts = await powerCuts({
    folder,
    cuts: CUTS,
    stations: 10,
    rate: 300,
    lifeMs: 4_000,
    random: seededRandom(seed),
    onCut: ({ acknowledged, synced, kept, lost }) =>
      t.diagnostic(`${acknowledged} acknowledged, ${synced} on the disk, ${kept} more kept, ${lost} lost`),
  });
  assert.ok(cuts.every(({ acknowledged, synced }) => acknowledged > 0 && synced > 0));
  assert.ok(
    cuts.some(({ lost }) => lost > 0),
    'the cuts cut something',
  );
});
