/** Bytes of the databases change or are missing, at the start and under the running server, anywhere. */

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import {
  ADMIN_TOKEN,
  eventually,
  launch,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { endingTalks } from './endings.ts';
import { seededRandom } from './kill-rounds.ts';
import { calls, joinedTalk } from './raw-talk.ts';
import { entriesOf } from './site-entries.ts';

const ENTRIES = 400;
const SEED = Number(process.env.FAULTS_SEED ?? 159_598);
const random = seededRandom(SEED);
const CONFIG = 'sites:\n  - id: one\n  - id: two\n';

type Damage = (path: string) => string;

/** Some bytes anywhere. */
const flip: Damage = (path) => {
  const bytes = readFileSync(path);
  const count = 1 + Math.floor(random() * 200);
  for (let number = 0; number < count; number++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
  }
  writeFileSync(path, bytes);
  return `${count} bytes of ${bytes.length} flipped`;
};
/** A part of a page, or several pages, are zero. */
const blank: Damage = (path) => {
  const bytes = readFileSync(path);
  const at = Math.floor(random() * bytes.length);
  const end = Math.min(bytes.length, at + Math.floor(random() * 20_000));
  bytes.fill(0, at, end);
  writeFileSync(path, bytes);
  return `${at} to ${end} of ${bytes.length} zeroed`;
};
const shorten: Damage = (path) => {
  const { length } = readFileSync(path);
  const left = Math.floor(random() * length);
  truncateSync(path, left);
  return `cut to ${left} of ${length} bytes`;
};
const DAMAGES = [flip, blank, shorten] as const;

describe('a damaged database', () => {
  let sound = '';

  before(async () => {
    sound = await temporaryFolder();
    const server = await startServer({ folder: sound, config: CONFIG });
    for (const site of ['one', 'two']) assert.equal(await push(server, site, 0, ENTRIES), 200);
    assert.equal(await server.stop(), 0);
  });

  after(() => rmSync(sound, { recursive: true, force: true }));

  const copied = async (t: { after: (end: () => unknown) => void }) => {
    const folder = await temporaryFolder();
    cpSync(sound, folder, { recursive: true });
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  for (const file of ['logs/00000001.db', 'logs/index.db']) {
    for (const [place, damage] of DAMAGES.entries()) {
      it(`${file}, at the start, ${place + 1}: the others are served, and the site goes on`, async (t) => {
        const folder = await copied(t);
        t.diagnostic(`seed ${SEED}: ${damage(join(folder, file))}`);
        const server = await startServer({ folder, config: CONFIG });
        t.after(() => server.stop('SIGKILL'));
        await othersAreWhole(server);
        await goesOn(server);
        assert.equal(await server.stop(), 0, server.output());
        const again = await startServer({ folder, config: CONFIG });
        t.after(() => again.stop('SIGKILL'));
        await othersAreWhole(again);
        assert.equal(await again.stop(), 0, 'and so does the next start');
      });
    }
  }

  it('index.db, after a kill: what it knew of the run is lost, so each site has a gap from its newest entry on', async (t) => {
    const folder = await copied(t);
    const killed = await startServer({ folder, config: CONFIG });
    await killed.stop('SIGKILL');
    const index = join(folder, 'logs/index.db');
    writeFileSync(index, 'no database'.repeat(1000));
    for (const beside of ['-wal', '-shm']) rmSync(index + beside, { force: true });
    const started = Date.now();
    const server = await startServer({ folder, config: CONFIG });
    t.after(() => server.stop('SIGKILL'));
    await othersAreWhole(server);
    for (const site of ['one', 'two']) {
      const gaps = await entriesOf(server, site, 'gap');
      const events = gaps.map(({ exchange }) => exchange.event as Readonly<Record<string, string>>);
      assert.equal(events.length, 1);
      assert.equal(events[0]?.from, new Date(Date.UTC(2026, 0, 5) + (ENTRIES - 1) * 1000).toISOString());
      assert.ok(Date.parse(events[0]?.to ?? '') >= started);
      assert.match(events[0]?.reason ?? '', /^damage took away what was known/);
    }
    assert.equal(await server.stop(), 0);
    const again = await startServer({ folder, config: CONFIG });
    t.after(() => again.stop('SIGKILL'));
    assert.equal((await entriesOf(again, 'one', 'gap')).length, 1, 'it is told once');
    assert.equal(await again.stop(), 0);
  });

  for (const [place, damage] of DAMAGES.entries()) {
    it(`control.db, at the start, ${place + 1}: it starts, or one line says why not`, async (t) => {
      const folder = await copied(t);
      t.diagnostic(`seed ${SEED}: ${damage(join(folder, 'control.db'))}`);
      const args = ['serve', '--port', '0', '--data', folder, '--log-level', 'silent'];
      const child = launch(args, { OCPP_LOGS_ADMIN_TOKEN: ADMIN_TOKEN });
      let said = '';
      const listens = new Promise<void>((resolve) => {
        const read = (text: string) => {
          said += text;
          if (/listening on/.test(said)) resolve();
        };
        child.stdout?.setEncoding('utf8').on('data', read);
        child.stderr?.setEncoding('utf8').on('data', read);
      });
      const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
      await Promise.race([listens, ended]);
      child.kill('SIGTERM');
      const code = await ended;
      assert.ok(code === 0 || code === 2, `it ended with ${code}: ${said}`);
      assert.doesNotMatch(said, /\n\s+at /, 'no stack trace');
      if (code === 2) assert.match(said, /control\.db/);
    });
  }

  for (const [place, damage] of DAMAGES.entries()) {
    it(`a site file under the running server, ${place + 1}: relay and other sites know nothing of it`, async (t) => {
      const folder = await copied(t);
      const csms = await RawCsms.listen();
      t.after(() => csms.close());
      const relayed = `${CONFIG}  - id: three\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`;
      const server = await startServer({ folder, config: relayed });
      t.after(() => server.stop('SIGKILL'));
      const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/three/${charger}`);
      const talk = await joined('CP1');
      const leaving = await endingTalks('BEFORE', joined);
      await calls(talk, 'before');
      // Its log is emptied into it with the end of what wrote it; the damage is under whoever has it open.
      t.diagnostic(`seed ${SEED}: ${damage(join(folder, 'logs/00000001.db'))}`);
      await calls(talk, 'damaged');
      await leaving.end();
      await goesOn(server);
      await othersAreWhole(server);
      await calls(talk, 'after');
      const relayedCalls = await eventually(
        () => entriesOf(server, 'three', 'exchange'),
        (entries) => entries.length === 3 && entries.every(({ exchange }) => exchange.outcome === 'answered'),
      );
      assert.equal(relayedCalls.length, 3);
      await leaving.told(server, 'three');
      assert.equal(await server.stop(), 0, server.output());
    });
  }

  it('index.db and control.db under the running server: the relay goes on, and nothing ends', async (t) => {
    const folder = await copied(t);
    const csms = await RawCsms.listen();
    t.after(() => csms.close());
    const relayed = `${CONFIG}  - id: three\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`;
    const server = await startServer({ folder, config: relayed });
    t.after(() => server.stop('SIGKILL'));
    const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/three/${charger}`);
    const talk = await joined('CP1');
    const leaving = await endingTalks('BEFORE', joined);
    await calls(talk, 'before');
    for (const file of ['logs/index.db', 'control.db']) {
      for (const damage of [flip, blank]) {
        t.diagnostic(`seed ${SEED}: ${file}: ${damage(join(folder, file))}`);
        await calls(talk, `${file}-${damage.name}`);
        const pushed = await push(server, 'two', ENTRIES, 1);
        assert.ok(pushed === 200 || pushed === 503, `a push is answered with ${pushed}`);
        assert.equal((await server.get('/livez')).status, 200);
      }
    }
    await leaving.end();
    await (await endingTalks('MEANWHILE', joined)).end();
    await calls(talk, 'after');
    await server.stop();
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const checked = await run(['check', '--data', folder]);
    assert.doesNotMatch(checked.stderr, /\n\s+at /, 'no stack trace');
  });
});

async function push(server: RunningServer, site: string, from: number, count: number): Promise<number> {
  const lines = Array.from({ length: count }, (_, number) => ({
    charger_id: 'CP1',
    occurrence_time: new Date(Date.UTC(2026, 0, 5) + (from + number) * 1000).toISOString(),
    direction: 'station_to_csms',
    frame: `[2,"${from + number}","DataTransfer",{"vendorId":"v","data":"${'x'.repeat(300)}"}]`,
  }));
  const response = await fetch(`${server.url}/ocpp-logs/site/${site}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  await response.text();
  return response.status;
}

/** Every entry of a site whose file is whole. */
async function othersAreWhole(server: RunningServer): Promise<void> {
  const entries = await entriesOf(server, 'two', 'exchange');
  assert.deepEqual(
    entries.map(({ exchange }) => exchange.message_id),
    Array.from({ length: ENTRIES }, (_, number) => String(number)),
  );
}

/** Also where a file turns out damaged only now: it is set aside with what it held, and a new one begun. */
async function goesOn(server: RunningServer): Promise<void> {
  let number = 1_000_000;
  await eventually(
    async () => {
      number += 1;
      const pushed = await push(server, 'one', number, 1);
      const query = 'from=2020-01-01&to=2100-01-01&take=1000&include=exchange';
      const response = await server.get(`/ocpp-logs/site/one?${query}`);
      return { pushed, status: response.status, text: await response.text() };
    },
    ({ pushed, status, text }) =>
      pushed === 200 && status === 200 && text.includes(`"message_id":"${number}"`),
  ).catch((error: unknown) => assert.fail(`${error}\n${server.output()}`));
}
