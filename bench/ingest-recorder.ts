/**
 * Run as a process of its own: seeded frames into the recorder as a relay hands them in, as fast as they are committed.
 * The recorder's thread masks, reads, pairs, extracts and stores; the clock stops when all of it is on the disk.
 */

import { RecorderClient } from '../packages/server/src/capture/recorder/recorder-client.ts';
import { endWithParent, tellParent } from './child.ts';
import { temporaryFolder } from './cleanup.ts';
import type { Spoken } from './said.ts';
import { type SeedPlan, traffic } from './seed.ts';

export interface Recorded {
  readonly entries: number;
  readonly seconds: number;
  /** Microseconds of CPU an entry, all threads. */
  readonly cpu: number;
}

/** Exchanges handed in and not committed yet, at most. */
const AHEAD = 20_000;
const TURN = 1_000;

const [entries = '', sites = ''] = process.argv.slice(2);

async function record(plan: SeedPlan): Promise<Recorded> {
  const folder = temporaryFolder();
  const recorder = new RecorderClient({
    folder: folder.path,
    timeoutMs: 60_000,
    redact: [],
    onReport: console.error,
  });
  await recorder.ready();
  const spoken = [...traffic(plan)];
  const connections = open(recorder, spoken);
  let committed = 0;
  let wake = () => {};
  recorder.onCommit((_site, changes) => {
    for (const { change } of changes) if (change === 'entry') committed += 1;
    wake();
  });
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let first = 0; first < spoken.length; first += TURN) {
    for (const said of spoken.slice(first, first + TURN))
      hand(recorder, connections.get(said.charger) ?? 0, said);
    while (first + TURN - committed > AHEAD) await new Promise<void>((resolve) => (wake = resolve));
    // Commits are told by messages: let them in.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await recorder.close();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { unrecorded_total: unrecorded = 0 } = recorder.counters();
  if (unrecorded > 0) throw new Error(`${unrecorded} frames went unrecorded`);
  await folder.remove();
  return { entries: plan.entries, seconds, cpu: (user + system) / plan.entries };
}

function open(recorder: RecorderClient, spoken: readonly Spoken[]): Map<string, number> {
  const connections = new Map<string, number>();
  for (const { site, charger, version } of spoken) {
    if (connections.has(charger)) continue;
    const subprotocol = `ocpp${version}`;
    const opened = { site, charger, subprotocol, remoteAddress: '127.0.0.1', mode: 'relay' as const };
    connections.set(charger, recorder.opened(opened));
  }
  return connections;
}

function hand(recorder: RecorderClient, connection: number, said: Spoken): void {
  const at = Date.now();
  const arrival = Math.round(performance.now() * 1000);
  const toCsms = said.direction === 'station_to_csms';
  const frame = (text: string, up: boolean) =>
    recorder.frame(connection, {
      direction: up ? 'station_to_csms' : 'csms_to_station',
      bytes: Buffer.from(text),
      binary: false,
      cut: null,
      at,
      arrival,
    });
  frame(said.call, toCsms);
  if (said.answer !== null) frame(said.answer, !toCsms);
}

endWithParent();
tellParent(await record({ entries: Number(entries), sites: Number(sites) }));
process.disconnect?.();
