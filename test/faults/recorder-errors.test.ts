/** Our own code fails at every frame, and takes as long for it as it likes: nobody whose frames are passed on notices. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually, run, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { endingTalks, hangsUp } from './endings.ts';
import { joinedTalk, passes, type Talk } from './raw-talk.ts';
import { entriesOf, metric, type SeenEntry } from './site-entries.ts';

/** One after the other, with the side that calls. */
const SAID: readonly (readonly ['station' | 'csms', action: string, call: string, answer: string])[] = [
  [
    'station',
    'BootNotification',
    '{"chargePointVendor":"V","chargePointModel":"M"}',
    '{"status":"Accepted"}',
  ],
  ['station', 'StatusNotification', '{"connectorId":1,"errorCode":"NoError","status":"Preparing"}', '{}'],
  ['csms', 'RemoteStartTransaction', '{"connectorId":1,"idTag":"A"}', '{"status":"Accepted"}'],
  [
    'station',
    'StartTransaction',
    '{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-01-05T10:00:00Z"}',
    '{"transactionId":7,"idTagInfo":{"status":"Accepted"}}',
  ],
  [
    'station',
    'MeterValues',
    '{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-01-05T10:00:00Z","sampledValue":[{"value":"12.50"}]}]}',
    '{}',
  ],
];

async function underTest(t: TestContext, failing: string) {
  const folder = await temporaryFolder();
  const marks = join(folder, 'marks');
  mkdirSync(marks);
  const csms = await RawCsms.listen();
  const preload = new URL('./failing-code.mjs', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import=${preload}`, TEST_FAILING: failing, TEST_FAILING_FOLDER: marks };
  const server = await startServer({
    folder,
    config: `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`,
    env,
  });
  t.after(async () => {
    await server.stop('SIGKILL');
    csms.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
  return {
    folder,
    server,
    joined,
    begun: () =>
      eventually(
        async () => existsSync(join(marks, 'begun')),
        (begun) => begun,
      ),
    mayEnd: () => writeFileSync(join(marks, 'may-end'), ''),
  };
}

/** All of {@link SAID}, byte for byte; the texts in their order. */
async function talks({ station, backend }: Talk, turn: string): Promise<readonly string[]> {
  const said: string[] = [];
  for (const [n, [by, action, call, answer]] of SAID.entries()) {
    const id = `${turn}${n}`;
    for (const [content, ofStation] of [
      [`[2,"${id}","${action}",${call}]`, by === 'station'],
      [`[3,"${id}",${answer}]`, by === 'csms'],
    ] as const) {
      said.push(content);
      if (ofStation) await passes(station, backend, text(content, { mask: MASK }));
      else await passes(backend, station, text(content));
    }
  }
  return said;
}

/** Whatever fails, what stations and their CSMS say and how they end is passed on while it does. */
async function assertPassedOn(t: TestContext, failing: string) {
  const { folder, server, joined, begun, mayEnd } = await underTest(t, failing);
  const talk = await joined('CP1');
  const before = await endingTalks('BEFORE', joined);
  const said = [...(await talks(talk, 'first'))];
  // The recorder has come to the first of them, and goes no further.
  await begun();
  said.push(...(await talks(talk, 'then')));
  await before.end();
  const meanwhile = await endingTalks('MEANWHILE', joined);
  await meanwhile.end();
  said.push(...(await talks(talk, 'last')));
  await hangsUp(talk, 'station', 1000, 'bye');
  mayEnd();
  for (const ended of [before, meanwhile]) await ended.told(server, 'depot');
  const closed = await eventually(
    () => entriesOf(server, 'depot', 'connection&charger_id=CP1'),
    (entries) => entries.length === 2,
  );
  assert.equal(closed[1]?.exchange.event?.how, 'close_frame');
  assert.match(server.output(), /an error in ocpp-logs: an error that a test has made/);
  assert.deepEqual(await entriesOf(server, 'depot', 'gap'), []);
  assert.equal(await metric(server, 'unrecorded_total'), 0);
  const kept = await entriesOf(server, 'depot', 'exchange,orphan,malformed', 'exchange,raw,validation');
  const faults = await metric(server, 'faults_total');
  assert.equal(await server.stop(), 0, server.output());
  assert.equal((await run(['check', '--data', folder])).code, 0);
  return { said, kept, faults };
}

const textsOf = ({ raw }: SeenEntry) => [raw?.request_text, raw?.response_text];

for (const [what, failing] of [
  ['the fields of each frame fail to be read', 'core/src/extract/index.ts#extract'],
  ['the transaction of each frame fails to be read', 'core/src/extract/context.ts#transactionIn'],
]) {
  test(`while ${what}, all goes on and is kept with its texts`, async (t) => {
    const { said, kept, faults } = await assertPassedOn(t, failing ?? '');
    assert.deepEqual(kept.flatMap(textsOf), said);
    for (const { action, exchange, validation } of kept) {
      const codes = validation?.findings.map(({ code }) => code) ?? [];
      assert.deepEqual([exchange.outcome, codes.includes('not-extracted')], ['answered', true], action ?? '');
    }
    assert.ok(faults >= kept.length, `${faults} errors are counted`);
  });
}

for (const [what, failing] of [
  ['each frame fails to be read', 'core/src/read-frame.ts#readFrame'],
  ['the secrets of each frame fail to be masked', 'core/src/redact.ts#redact'],
]) {
  test(`while ${what}, all goes on and is kept by its length and digest alone`, async (t) => {
    const { said, kept, faults } = await assertPassedOn(t, failing ?? '');
    const digest = (content: string) => createHash('sha256').update(content).digest('hex');
    assert.deepEqual(
      kept.map(({ exchange }) => [exchange.kind, exchange.event?.length, exchange.event?.sha256]),
      said.map((content) => ['malformed', Buffer.byteLength(content), digest(content)]),
    );
    assert.deepEqual(
      kept.flatMap(textsOf).filter((content) => content != null),
      [],
    );
    assert.equal(faults, said.length);
  });
}
