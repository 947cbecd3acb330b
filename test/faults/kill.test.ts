/** `kill -9` at random moments under load: five rounds of each kind here, more by `npm run soak -- kill`. */

import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../e2e/running-server.ts';
import { commitDelays, delaysLine } from './commit-delays.ts';
import { type KillRound, killRounds, seededRandom } from './kill-rounds.ts';

const ROUNDS = 5;
/** Calls a second. */
const MODERATE = 50;

/** Most connections live within the last commit of a server that is killed. */
const VISIT_MS = 100;

function toldOf(round: KillRound): string {
  const { killedAfterMs, calls, acknowledged, acknowledgedAnswers, acknowledgedStations } = round;
  const { lost, connectionLost, connections, pages, exports, read, numbers, repeated } = round;
  return [
    `killed after ${killedAfterMs} ms: ${calls} calls`,
    `${acknowledged} and ${acknowledgedAnswers} answers of ${acknowledgedStations} stations acknowledged and there`,
    `${connections} connections`,
    `${lost} behind the commit, ${connectionLost} without answer so far`,
    `${pages} pages and ${exports} exports beside, with ${read} calls`,
    ...(numbers === 0 ? [] : [`${numbers} numbers given, ${repeated} the same again`]),
  ].join('; ');
}

async function killed(t: TestContext, way: 'relay' | 'csms', visitMs: number | null): Promise<void> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const rounds = await killRounds({
    folder,
    rounds: ROUNDS,
    way,
    stations: 20,
    visitMs,
    rate: 400,
    exports: 0,
    lifeMs: 1_500,
    random: seededRandom(seed),
    onRound: (round) => t.diagnostic(toldOf(round)),
  });
  const delays = rounds.flatMap((round) => round.delays);
  t.diagnostic(delaysLine('at 400 calls a second between kills', delays));
}

test('killed at random moments under load, nothing captured is lost, nothing is twice, nothing waits for ever', (t) =>
  killed(t, 'relay', null));

test('the same where stations come and go: what is lost lies within a gap, also of connections that left no trace', (t) =>
  killed(t, 'relay', VISIT_MS));

test('the same at the built-in CSMS, and no number of a transaction is given twice: a start that is made again gets its own', (t) =>
  killed(t, 'csms', null));

test('at a moderate rate the live tail tells of each call; how soon is printed', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const delays = await commitDelays({ folder, stations: 20, rate: MODERATE, calls: MODERATE * 5 });
  t.diagnostic(delaysLine(`at ${MODERATE} calls a second`, delays));
});
