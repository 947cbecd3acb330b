/** Half an hour of everything at once and not much of it: what the server takes must not grow. */

import { SERVER_ENV } from '../scripts/node24.mjs';
import { startServer } from '../test/e2e/running-server.ts';
import { medianOf } from '../test/load/slope.ts';
import { onCleanup, temporaryFolder } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { addPerson, CONFIG, startLoad, upstream } from './steady-load.ts';
import { type Bound, judge, look, type Quantity, type Sample } from './steady-samples.ts';
import type { Table } from './table.ts';

const EVERY_MS = 10_000;
const ROW_SECONDS = 300;
/** Of the whole time: caches fill, engines learn. */
const WARM_UP = 1 / 3;

const MIB = 1024 * 1024;
const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
const millis = (seconds: number) => `${(seconds * 1000).toFixed(1)} ms`;
const whole = (value: number) => value.toFixed(0);

const BOUNDS: readonly Bound[] = [
  { of: 'resident', name: 'memory (resident)', share: 0.05, least: 8 * MIB, show: mib },
  { of: 'heap', name: 'heap of the main thread', share: 0.1, least: 4 * MIB, show: mib },
  { of: 'external', name: 'outside of the heap', share: 0.1, least: 4 * MIB, show: mib },
  { of: 'descriptors', name: 'open descriptors', share: 0, least: 2, show: whole },
  { of: 'threads', name: 'threads', share: 0, least: 0, show: whole },
  { of: 'delayP50', name: 'event-loop delay p50', share: 0, least: 0.002, show: millis },
  { of: 'delayP99', name: 'event-loop delay p99', share: 0, least: 0.02, show: millis },
];

export const STEADY: Soak = {
  name: 'steady',
  what: 'works at everything, slowly, and watches memory, descriptors and the event loop; Linux only',
  times: 30,
  unit: 'minutes',
  run: async ({ times, progress }) => {
    const folder = temporaryFolder();
    const csms = await upstream();
    onCleanup(csms.close);
    await addPerson(folder.path);
    const server = await startServer({
      folder: folder.path,
      config: CONFIG(csms.url),
      env: SERVER_ENV,
    });
    const stop = onCleanup(async () => void (await server.stop('SIGKILL')));
    const load = startLoad(server);
    const samples: Sample[] = [];
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const metrics = async () => (await server.get('/metrics')).text();
    try {
      for (let next = EVERY_MS; next <= times * 60_000; next += EVERY_MS) {
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, started + next - performance.now())));
        load.check();
        const sample = await look({ pid: server.pid, folder: folder.path, metrics }, seconds());
        samples.push(sample);
        if (Math.round(sample.at) % 60 < EVERY_MS / 1000)
          progress(
            `steady: ${mib(sample.resident)}, ${sample.descriptors} descriptors, p99 ${millis(sample.delayP99)}, ${load.said()}`,
          );
      }
    } finally {
      await load.stop();
    }
    const ended = await server.stop();
    if (ended !== 0) throw new Error(`the server ended with ${ended}:\n${server.output()}`);
    await stop();
    return concluded(samples, load.said());
  },
};

function rowOf(samples: readonly Sample[], first: Sample, end: number): readonly string[] {
  const of = (quantity: Quantity) => medianOf(samples.map((sample) => sample[quantity]));
  const [begun, last] = [samples[0] ?? first, samples.at(-1) ?? first];
  const cpu = (last.cpu - begun.cpu) / Math.max(1, last.at - begun.at);
  return [
    `to minute ${(end / 60).toFixed(0)}`,
    mib(of('resident')),
    mib(of('heap')),
    mib(of('external')),
    whole(of('descriptors')),
    whole(of('threads')),
    millis(of('delayP50')),
    millis(of('delayP99')),
    `${(cpu * 100).toFixed(0)} %`,
    mib(last.folder),
  ];
}

function concluded(samples: readonly Sample[], did: string): Table {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was looked at');
  const rows: (readonly string[])[] = [];
  for (let begin = 0; begin < last.at - EVERY_MS / 1000; begin += ROW_SECONDS) {
    const end = Math.min(begin + ROW_SECONDS, last.at);
    const within = samples.filter(({ at }) => at > begin && at <= begin + ROW_SECONDS);
    rows.push(rowOf(within, first, end));
  }
  const warm = samples.filter(({ at }) => at > last.at * WARM_UP);
  const verdicts = BOUNDS.map((bound) => judge(warm, bound));
  const table: Table = {
    title: `${(last.at / 60).toFixed(0)} minutes of steady work, medians`,
    header: ['', 'memory', 'heap', 'external', 'open', 'threads', 'late p50', 'late p99', 'CPU', 'folder'],
    rows,
    notes: [
      `Done: ${did}.`,
      `Growth by the slope after the first ${(WARM_UP * 100).toFixed(0)} % of the time, and what is allowed:`,
      ...verdicts.map(
        ({ bound, growth, allowed, holds }) =>
          `${bound.name}: ${bound.show(growth)} of ${bound.show(allowed)}: ${holds ? 'flat' : 'GROWS'}`,
      ),
    ],
  };
  if (verdicts.every(({ holds }) => holds)) return table;
  throw new Error(`it grows\n${[...rows.map((row) => row.join('  ')), ...table.notes].join('\n')}`);
}
