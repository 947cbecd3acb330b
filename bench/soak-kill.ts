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

/** Who answers, and whether stations stay. */
const KINDS = [
  { name: 'relay, stations stay', way: 'relay', visitMs: null },
  { name: `relay, for ${VISIT_MS} ms each`, way: 'relay', visitMs: VISIT_MS },
  { name: 'built-in CSMS', way: 'csms', visitMs: null },
] as const;

export const KILL: Soak = {
  name: 'kill',
  what: 'kills the server under load and compares what it holds then',
  times: 51,
  unit: 'rounds',
  run: async ({ times, progress }) => {
    const all: (readonly KillRound[])[] = [];
    for (const kind of KINDS) all.push(await killed(Math.ceil(times / KINDS.length), kind, progress));
    const calm = temporaryFolder();
    const moderate = await commitDelays({
      folder: calm.path,
      stations: STATIONS,
      rate: MODERATE,
      calls: MODERATE * 60,
    });
    await calm.remove();
    const sum = (rounds: readonly KillRound[], of: (round: KillRound) => number) =>
      rounds.reduce((total, round) => total + of(round), 0);
    const row = (what: string, of: (round: KillRound) => number) => [
      what,
      ...all.map((rounds) => count(sum(rounds, of))),
    ];
    const least = (what: string, of: (round: KillRound) => number) => [
      what,
      ...all.map((rounds) => count(Math.min(...rounds.map(of)))),
    ];
    return {
      title: `kill -9 under load, ${STATIONS} stations, ${RATE} calls a second`,
      header: ['', ...KINDS.map(({ name }) => name)],
      rows: [
        ['kills', ...all.map(({ length }) => count(length))],
        row('calls that arrived', ({ calls }) => calls),
        row(
          'acknowledged by captured_through before the kill, and there',
          ({ acknowledged }) => acknowledged,
        ),
        least('of a round, at least', ({ acknowledged }) => acknowledged),
        row('answers acknowledged likewise, and there', (round) => round.acknowledgedAnswers),
        least('stations with such a call in a round, at least', (round) => round.acknowledgedStations),
        row('connections on record', ({ connections }) => connections),
        row('calls given to readers before the kill, and there', ({ read }) => read),
        row('pages read beside', ({ pages }) => pages),
        row('exports made beside', ({ exports }) => exports),
        row('numbers of transactions given, each once', ({ numbers }) => numbers),
        row('the same again when a start was made again after the kill', ({ repeated }) => repeated),
        row('behind the last commit, within a gap entry', ({ lost }) => lost),
        row('ended as connection_lost', ({ connectionLost }) => connectionLost),
      ],
      notes: [
        'what is acknowledged and not there, or there twice or otherwise, ends the run; so does a round in which too little is acknowledged or read to prove anything',
        'all folders are sound after the last kill, by ocpp-logs check',
        ...all.map((rounds, place) =>
          delaysLine(
            `at ${RATE} calls a second between kills, ${KINDS[place]?.name}`,
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
  { name, way, visitMs }: (typeof KINDS)[number],
  progress: (text: string) => void,
): Promise<readonly KillRound[]> {
  const folder = temporaryFolder();
  const seed = Date.now() % 1_000_000;
  progress(`kill: ${name}, seed ${seed}`);
  const ended = await killRounds({
    folder: folder.path,
    rounds,
    way,
    stations: STATIONS,
    visitMs,
    rate: RATE,
    exports: 1,
    lifeMs: 2_000,
    random: seededRandom(seed),
    onRound: ({ killedAfterMs, calls, acknowledged, lost, pages, exports }) =>
      progress(
        `kill: after ${killedAfterMs} ms, ${calls} calls, ${acknowledged} acknowledged and there, ${lost} behind the commit, ${pages} pages and ${exports} exports beside`,
      ),
  });
  await folder.remove();
  return ended;
}
