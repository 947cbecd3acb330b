/** Requests that nobody meant, many of them. */

import { fuzz, openSockets, startFuzzed, told, unharmed } from '../test/e2e/fuzz/http-fuzz.ts';
import { onCleanup, temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

/** Of one seed, so that a fault is soon there again. */
const ROUND = 1_000;

export const HTTP: Soak = {
  name: 'http',
  what: 'asks what nobody means to ask, from the description of the API',
  times: 20_000,
  unit: 'requests',
  run: async ({ times, progress }) => {
    const folder = temporaryFolder();
    const fuzzed = await startFuzzed(folder.path);
    const stop = onCleanup(async () => void (await fuzzed.server.stop('SIGKILL')));
    const sockets = openSockets(fuzzed.server);
    const first = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    for (let done = 0; done < times; done += ROUND) {
      const seed = first + done / ROUND;
      const result = await fuzz(fuzzed, seed, Math.min(ROUND, times - done));
      for (const [status, of] of result.statuses) statuses.set(status, (statuses.get(status) ?? 0) + of);
      progress(`http: seed ${seed}, ${result.faults.length} faults`);
      if (result.faults.length > 0) {
        faults.push(told(result.faults, seed));
        progress(told(result.faults, seed));
      }
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));
    await unharmed(fuzzed, sockets);
    const ended = await fuzzed.server.stop();
    if (ended !== 0) throw new Error(`the server ended with ${ended}:\n${fuzzed.server.output()}`);
    await stop();
    return {
      title: `${count(times)} requests that nobody meant, from seed ${first}`,
      header: ['status', 'answers'],
      rows: [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, of]) => [status === 0 ? 'hung up' : String(status), count(of)]),
      notes: [
        'Every status is declared for its route, every body is as declared; nothing recorded has changed.',
      ],
    };
  },
};
