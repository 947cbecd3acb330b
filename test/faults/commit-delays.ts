/** From a call's arrival until the live tail told of it, ms: its commit and its reading. */

import assert from 'node:assert/strict';
import { type RunningServer, startServer } from '../e2e/running-server.ts';
import { answeringCsms, callingStations } from './calling-stations.ts';

/** Until the server is gone, which is an error to a client. */
export async function followDelays(
  server: Pick<RunningServer, 'get'>,
  site: string,
  told: (ms: number) => void,
): Promise<void> {
  const response = await server.get(`/ocpp-logs/site/${site}/stream?kinds=exchange`);
  const lines = response.body?.pipeThrough(new TextDecoderStream()) ?? assert.fail('no tail');
  let text = '';
  for await (const piece of lines) {
    const now = Date.now();
    const events = (text + piece).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const time = /^event: entry$/m.test(event) && /"occurrence_time":"([^"]+)"/.exec(event)?.[1];
      if (typeof time === 'string') told(now - Date.parse(time));
    }
  }
}

export interface DelayPlan {
  readonly folder: string;
  readonly stations: number;
  /** Calls a second of all stations. */
  readonly rate: number;
  /** So many are told of. */
  readonly calls: number;
}

/** At a rate that leaves the server time, and with nothing that breaks. */
export async function commitDelays({
  folder,
  stations: count,
  rate,
  calls,
}: DelayPlan): Promise<readonly number[]> {
  const csms = await answeringCsms();
  const stations = callingStations(count);
  const config = `sites:\n  - id: depot\n    upstream: ${csms.url}/{charger}\n`;
  const server = await startServer({ folder, config });
  const delays: number[] = [];
  try {
    await stations.connect(`${server.url.replace('http', 'ws')}/ocpp/depot`);
    const enough = Promise.withResolvers<void>();
    const ended = followDelays(server, 'depot', (ms) => {
      if (delays.push(ms) >= calls) enough.resolve();
    });
    stations.call(rate);
    await Promise.race([enough.promise, ended]);
    assert.ok(delays.length >= calls, 'the tail ended before it told of so many');
    assert.equal(await server.stop(), 0);
    await Promise.allSettled([ended, stations.stop()]);
    return delays;
  } finally {
    await server.stop('SIGKILL');
    csms.close();
  }
}

/** One line for people. */
export function delaysLine(of: string, given: readonly number[]): string {
  const delays = given.toSorted((a, b) => a - b);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => delays[Math.ceil(share * delays.length) - 1]);
  return `arrival to commit, as the live tail tells it, ${of}, of ${delays.length} calls: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}
