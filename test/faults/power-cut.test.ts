/** Power cuts in the midst of recording: some here, more by `npm run soak power`. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../e2e/running-server.ts';
import { seededRandom } from './kill-rounds.ts';
import { type PulledDisk, pulledDisk } from './mounts.ts';
import { type PowerPlan, powerCuts } from './power-cuts.ts';

const DISK_MIB = 128;

async function cut(t: TestContext, plan: Pick<PowerPlan, 'cuts' | 'pushes'>, disk?: PulledDisk) {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const cuts = await powerCuts({
    folder,
    ...plan,
    ...(disk === undefined ? {} : { disk }),
    stations: 10,
    rate: 300,
    random: seededRandom(seed),
    onCut: ({ acknowledged, synced, kept, lost, lostSinceMs }) =>
      t.diagnostic(
        `${acknowledged} acknowledged, ${synced} on the disk, ${kept} more kept, ${lost} lost, the first of them ${lostSinceMs} ms before the cut`,
      ),
  });
  assert.ok(cuts.every(({ synced }) => synced > 0));
  if (plan.pushes) assert.ok(cuts.every(({ acknowledged }) => acknowledged > 0));
  assert.ok(
    cuts.some(({ lost }) => lost > 0),
    'the cuts cut something',
  );
}

const notTested = (t: TestContext): boolean => {
  if (process.platform === 'linux') return false;
  t.skip('NOT TESTED: only Linux tells which file a descriptor is of');
  return true;
};

test('after a power cut all that was acknowledged or on the disk is there, and the folder is sound', async (t) => {
  if (!notTested(t)) await cut(t, { cuts: 4, pushes: true });
});

test('the same where stations are passed on and nothing else: all but about the last second is there', async (t) => {
  if (!notTested(t)) await cut(t, { cuts: 3, pushes: false });
});

test('the same on a disk of its own, of which all that the system had in memory alone is lost', async (t) => {
  if (notTested(t)) return;
  const disk = pulledDisk(t, DISK_MIB);
  if (disk !== null) await cut(t, { cuts: 0, pushes: false }, disk);
});
