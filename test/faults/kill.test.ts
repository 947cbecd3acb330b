/** `kill -9` at random moments under load: five rounds of each kind here, fifty by `npm run soak kill`. */

import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../e2e/running-server.ts';
import { commitDelays, delaysLine } from './commit-delays.ts';
import { killRounds, seededRandom } from './kill-rounds.ts';

const ROUNDS = 5;
/** Calls a second. */
const MODERATE = 50;

/** Most connections live within the last commit of a server that is killed. */
const VISIT_MS = 100;

async function killed(t: TestContext, visitMs: number | null): Promise<void> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const rounds = await killRounds({
    folder,
    rounds: ROUNDS,
    stations: 20,
    visitMs,
    rate: 400,
    lifeMs: 1_500,
    random: seededRandom(seed),
    onRound: ({ killedAfterMs, calls, lost, connectionLost, pages, exports }) =>
      t.diagnostic(
        `killed after ${killedAfterMs} ms: ${calls} calls, ${lost} behind the commit, ${connectionLost} without answer so far; ${pages} pages and ${exports} exports read beside`,
      ),
  });
  const delays = rounds.flatMap((round) => round.delays);
  t.diagnostic(delaysLine('at 400 calls a second between kills', delays));
}

test('killed at random moments under load, nothing captured is lost, nothing is twice, nothing waits for ever', (t) =>
  killed(t, null));

test('the same where stations come and go: what is lost lies within a gap, also of connections that left no trace', (t) =>
  killed(t, VISIT_MS));

test('at a moderate rate the live tail tells of each call; how soon is printed', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const delays = await commitDelays({ folder, stations: 20, rate: MODERATE, calls: MODERATE * 5 });
  t.diagnostic(delaysLine(`at ${MODERATE} calls a second`, delays));
});
