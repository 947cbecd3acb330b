/**
 * ClickHouse is away in every way there is while stations talk: what they and their CSMS say comes out byte for byte, and
 * before a try to ship has ended, and so does how they end. All of it is recorded.
 */

import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { close, MASK } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually, type RunningServer, run } from '../e2e/running-server.ts';
import { endingTalks } from './endings.ts';
import { calls, joinedTalk, passes, type Talk } from './raw-talk.ts';
import { relayUnderTest } from './relay-record.ts';
import type { SeenEntry } from './site-entries.ts';

const STATIONS = 4;
const CALLS = 50;

/** A server in the place of ClickHouse: what becomes of a request is up to the test. */
class Stub {
  readonly #server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      this.tries += 1;
      this.answer(response);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  });
  readonly #waiting: (() => void)[] = [];
  tries = 0;
  answer: (response: ServerResponse) => void = () => undefined;

  async listen(t: TestContext): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    t.after(() => this.stop());
    // Safe: it listens on a port, so the address is no path.
    return (this.#server.address() as AddressInfo).port;
  }

  async tried(times: number): Promise<void> {
    while (this.tries < times) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** Several stations at a relay whose log goes to the stub; each call and each answer is compared. */
async function underTest(t: TestContext, port: number) {
  const store = `store:\n  clickhouse:\n    url: http://127.0.0.1:${port}\n    database: away\n`;
  const { server, csms } = await relayUnderTest(t, store);
  let said = 0;
  const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
  const talks: Talk[] = [];
  for (let at = 0; at < STATIONS; at += 1) talks.push(await joined(`CP${at}`));
  const leaving = [await endingTalks('BEFORE', joined)];
  return {
    server,
    /** Stations that were there before end in every way there is, others come and do so, too. */
    endings: async () => {
      await leaving[0]?.end();
      const came = await endingTalks('MEANWHILE', joined);
      await came.end();
      leaving.push(came);
    },
    /** So many calls of each station with their answers, one after the other. */
    talk: async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        said += 1;
        for (const talk of talks) await calls(talk, `m${said}`, `{"vendorId":"${'x'.repeat(500)}"}`);
      }
    },
    /** Each end is passed on as well; then all of it is in the folder. */
    end: async () => {
      for (const { station, backend } of talks) {
        await passes(station, backend, close(1000, 'bye', { mask: MASK }));
        await passes(backend, station, close(1000, 'bye'));
      }
      await eventually(
        () => metric(server, 'shipping_waiting_changes'),
        (changes) => changes >= STATIONS * said,
      );
      assert.equal(await server.stop(), 0);
      const { code, stdout, stderr } = await run([
        ...['export', '--data', server.folder, '--site', 'depot', '--format', 'ndjson', '-o', '-'],
        ...['--from', '2020-01-01', '--to', '2100-01-01', '--kinds', 'exchange,connection'],
        ...['--include', 'exchange'],
      ]);
      assert.equal(code, 0, stderr);
      // Safe: a line of NDJSON is an entry as the API gives it.
      const entries = stdout
        .split('\n')
        .filter(Boolean)
        .map((line): SeenEntry => JSON.parse(line));
      const answered = entries.filter(({ exchange }) => exchange.outcome === 'answered');
      assert.equal(answered.length, STATIONS * said, stdout.slice(0, 500));
      assert.equal(leaving.length, 2);
      for (const ended of leaving) ended.assertTold(entries);
    },
  };
}

test('while a try to ship hangs, whatever stations say has come out before it ends', async (t) => {
  const stub = new Stub();
  const held: ServerResponse[] = [];
  stub.answer = (response) => void held.push(response);
  const { talk, endings, end } = await underTest(t, await stub.listen(t));
  await stub.tried(1);
  await talk(CALLS);
  await endings();
  // One try, begun before the first frame: it is still under way after the last one.
  assert.deepEqual([stub.tries, held.length], [1, 1]);
  assert.equal(held[0]?.destroyed, false);
  // It goes on as slowly as can be, and fails in the end.
  held[0]?.write('1');
  await talk(CALLS);
  assert.equal(stub.tries, 1);
  held[0]?.destroy();
  await stub.tried(2);
  await talk(1);
  await end();
});

const FAILING: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['breaks every connection off', (response) => void response.destroy()],
  [
    'is read-only',
    (response) => {
      response.statusCode = 500;
      response.setHeader('X-ClickHouse-Exception-Code', '242');
      response.end('Code: 242. DB::Exception: Table is in readonly mode');
    },
  ],
];

for (const [name, answer] of FAILING) {
  test(`while ClickHouse ${name}, what stations say comes out as it went in, try after try`, async (t) => {
    const stub = new Stub();
    stub.answer = answer;
    const { talk, endings, end } = await underTest(t, await stub.listen(t));
    for (const tries of [1, 2]) {
      await stub.tried(tries);
      await talk(CALLS / 2);
    }
    await endings();
    await end();
  });
}

test('while ClickHouse refuses connections, what stations say comes out as it went in', async (t) => {
  const stub = new Stub();
  const port = await stub.listen(t);
  await stub.stop();
  const { server, talk, endings, end } = await underTest(t, port);
  await talk(1);
  await eventually(
    () => metric(server, 'shipping_away'),
    (away) => away === 1,
  );
  await talk(CALLS);
  await endings();
  await end();
});
