/** The wall clock is set while the server runs. */

import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { endingTalks, hangsUp } from './endings.ts';
import { joinedTalk, passes } from './raw-talk.ts';
import { capturedThrough, entriesOf } from './site-entries.ts';

const HOUR = 3_600_000;
/** A step is seen within a turn of the recorder, at most so late here; the rest is the machine's. */
const SEEN_WITHIN_MS = 20_000;

async function steppedServer(t: TestContext) {
  const folder = await temporaryFolder();
  const file = join(folder, 'clock');
  const setWrongBy = (ms: number) => {
    // At once for whoever reads it.
    writeFileSync(`${file}.new`, String(ms));
    renameSync(`${file}.new`, file);
  };
  setWrongBy(0);
  const csms = await RawCsms.listen();
  const preload = new URL('./stepped-clock.mjs', import.meta.url).href;
  const server = await startServer({
    folder,
    config: `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`,
    env: { NODE_OPTIONS: `--import=${preload}`, TEST_CLOCK_FILE: file },
  });
  t.after(async () => {
    await server.stop('SIGKILL');
    csms.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, csms, setWrongBy };
}

for (const [name, step, reason] of [
  ['forward by two hours', 2 * HOUR, /^the clock was set forward by 7(199|200)\.\d{3} s$/],
  ['back by an hour', -HOUR, /^the clock was set back by 3(599|600)\.\d{3} s$/],
] as const) {
  test(`the clock is set ${name}: a gap with both times, and pairing and latencies go on by the other clock`, async (t) => {
    const { server, csms, setWrongBy } = await steppedServer(t);
    const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
    const talk = await joined('CP1');
    const leaving = await endingTalks('BEFORE', joined);
    const call = (id: string) =>
      passes(talk.station, talk.backend, text(`[2,"${id}","Heartbeat",{}]`, { mask: MASK }));
    const answer = (id: string) => passes(talk.backend, talk.station, text(`[3,"${id}",{}]`));
    await call('before');
    await answer('before');
    await call('across');
    const calledBy = performance.now();
    await eventually(
      () => entriesOf(server, 'depot', 'exchange'),
      (entries) => entries.length === 2,
    );

    const before = Date.now();
    setWrongBy(step);
    const [gap] = await eventually(
      () => entriesOf(server, 'depot', 'gap'),
      (entries) => entries.length > 0,
    );
    const { from, to, reason: told } = gap?.exchange.event ?? {};
    const after = Date.now();
    assert.match(String(told), reason);
    assert.ok(
      Date.parse(String(from)) >= before - 1000 && Date.parse(String(from)) <= after + 1000,
      `${from}`,
    );
    const right = Date.parse(String(to)) - step;
    assert.ok(right >= before && right <= after, `${to}`);
    assert.equal(gap?.charger_id, '', 'it is a matter of the site');

    await answer('across');
    const answeredBy = performance.now();
    await call('after');
    await answer('after');
    const entries = await eventually(
      () => entriesOf(server, 'depot', 'exchange'),
      (all) => all.filter(({ exchange }) => exchange.outcome === 'answered').length === 3,
    );
    const latencies = new Map(entries.map(({ exchange }) => [exchange.message_id, exchange.latency_ms]));
    const across = latencies.get('across') ?? Number.NaN;
    assert.ok(across > 0 && across <= answeredBy - calledBy + SEEN_WITHIN_MS, `it took ${across} ms`);
    assert.ok((latencies.get('after') ?? Number.NaN) < SEEN_WITHIN_MS);
    const last = entries.find(({ exchange }) => exchange.message_id === 'after');
    assert.ok(Math.abs(Date.parse(last?.occurrence_time ?? '') - step - Date.now()) < SEEN_WITHIN_MS);
    await eventually(
      () => capturedThrough(server, 'depot'),
      (through) => (through.get('CP1') ?? 0) >= Date.parse(last?.occurrence_time ?? ''),
    );
    const through = (await capturedThrough(server, 'depot')).get('CP1') ?? 0;
    assert.ok(Math.abs(through - step - Date.now()) < SEEN_WITHIN_MS, 'it follows the clock, also back');
    assert.equal((await entriesOf(server, 'depot', 'gap')).length, 1);
    await leaving.end();
    await leaving.told(server, 'depot');
    await hangsUp(talk, 'csms', 1012, 'restart');
    assert.deepEqual(await entriesOf(server, 'depot', 'orphan'), []);
    assert.equal(await server.stop(), 0);
  });
}
