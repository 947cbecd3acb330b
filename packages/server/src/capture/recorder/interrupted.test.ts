/** What a recording that ended all at once may have lost, as the next one tells it. */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { RecordingRig, recordingRig, rulesOfSites, START } from './recording-rig.ts';
import { DEFAULT_RULES, type SiteRules } from './recording-rules.ts';

const SITES = rulesOfSites('s', 'never heard of');

/** The next one over the same folder. */
function recovered(
  t: TestContext,
  before: RecordingRig & { folder: string },
  now: number,
  rules: SiteRules = SITES,
): RecordingRig {
  before.close();
  const next = new RecordingRig(before.folder);
  t.after(() => next.close());
  next.now = now;
  next.recording.keptOut.follow(rules);
  next.recording.recover();
  return next;
}

const gapsOf = (rig: RecordingRig, site: string) =>
  rig.entries('gap', site).map(({ at, charger, connection, event }) => ({ at, charger, connection, event }));

function gap(from: number, to: number) {
  const [since, until] = [from, to].map((at) => new Date(at).toISOString());
  const reason = 'recording stopped all at once; what came last may be missing';
  return { at: from, charger: '', connection: null, event: { event: 'gap', from: since, to: until, reason } };
}

test('of a connection that came and went within the last commit nothing is known, but that something may be missing', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  b.now += 3000;
  b.recording.batch(b.builder.take(b.now));
  b.recording.commit();
  await b.writer.sync();
  b.recording.commit();
  b.now += 150;
  b.open();
  b.station('[2,"lost","Heartbeat",{}]');
  b.hangUp();
  b.recording.batch(b.builder.take(b.now + 1));
  assert.deepEqual(b.writer.openConnections().length, 0);

  const after = recovered(t, b, b.now + 5000);
  assert.deepEqual(after.entries(), [], 'the call is lost');
  const told = gap(START + 2999, START + 8150);
  assert.deepEqual(gapsOf(after, 's'), [told]);
  assert.deepEqual(gapsOf(after, 'never heard of'), [told], 'its first station may have been the one');
});

test('until something was handed over, all since the start may be missing, also after two ends', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  const after = recovered(t, b, START + 1000);
  after.recording.begin();
  const last = recovered(t, Object.assign(after, { folder: b.folder }), START + 2000);
  assert.deepEqual(gapsOf(last, 's'), [gap(START - 1, START + 2000)]);
});

test('what was committed and is not yet on the disk may be missing', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  b.now += 2000;
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  b.recording.batch(b.builder.take(b.now + 1));
  b.recording.commit();
  const after = recovered(t, b, START + 4000);
  assert.deepEqual(gapsOf(after, 's')[0], gap(START - 1, START + 4000));
});

test('a recording that ended in order, and one that only took in imports, may have lost nothing', async (t) => {
  const b = await recordingRig(t);
  await b.take([
    {
      charger_id: 'P',
      direction: 'station_to_csms',
      occurrence_time: '2026-01-05T12:00:00Z',
      frame: '[2,"p","Heartbeat",{}]',
    },
  ]);
  const second = Object.assign(recovered(t, b, START + 1000), { folder: b.folder });
  assert.deepEqual(gapsOf(second, 's'), []);
  second.recording.begin();
  second.recording.end();
  assert.deepEqual(gapsOf(recovered(t, second, START + 2000), 's'), []);
});

test('an import after a server that was killed tells of it; the server that follows does not again', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  const imported = Object.assign(recovered(t, b, START + 1000), { folder: b.folder });
  assert.equal(gapsOf(imported, 's').length, 1);
  await imported.writer.sync();
  imported.recording.end();
  assert.deepEqual(gapsOf(recovered(t, imported, START + 2000), 's'), []);
});

test('killed between the commits of entries and of the index: the calls of a new connection are lost with it', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  const index = new DatabaseSync(join(b.folder, 'logs', 'index.db'));
  t.after(() => index.close());
  index.exec(`CREATE TRIGGER killed BEFORE INSERT ON charger BEGIN SELECT RAISE(ABORT, 'killed here'); END`);
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  b.recording.batch(b.builder.take(b.now + 1));
  b.recording.commit();
  assert.match(b.reports.join(), /killed here/);
  index.exec('DROP TRIGGER killed');
  const after = recovered(t, b, START + 1000);
  assert.deepEqual(
    after.entries().map(({ outcome }) => outcome),
    ['connection_lost'],
  );
  assert.deepEqual(
    gapsOf(after, 's').map(({ charger }) => charger),
    ['', 'CP1'],
  );
});

test('with a damaged index goes what it knew: from the newest entry of each site on something may be missing', async (t) => {
  for (const spoil of [
    (path: string) => writeFileSync(path, 'garbage'.repeat(2000)),
    (path: string) => rmSync(path),
  ]) {
    const b = await recordingRig(t);
    b.recording.begin();
    b.open();
    b.now += 2000;
    b.station('[2,"a","Heartbeat",{}]');
    b.now += 500;
    b.csms('[3,"a",{"currentTime":"2026-01-05T12:00:02Z"}]');
    b.recording.batch(b.builder.take(b.now + 1));
    b.recording.commit();
    b.close();
    spoil(join(b.folder, 'logs', 'index.db'));
    const after = Object.assign(recovered(t, b, START + 9000), { folder: b.folder });
    const told = gap(START + 2000, START + 9000);
    const reason = 'damage took away what was known of the last recording; what came last may be missing';
    assert.deepEqual(gapsOf(after, 's'), [{ ...told, event: { ...told.event, reason } }]);
    assert.deepEqual(gapsOf(after, 'never heard of'), [], 'nothing says that there was anything');
    assert.deepEqual(gapsOf(recovered(t, after, START + 12_000), 's'), [], 'it is told once');
  }
});

test('of a site of which nothing is kept nothing is missing', async (t) => {
  const b = await recordingRig(t);
  b.recording.begin();
  const none = { ...DEFAULT_RULES, level: 'none' as const };
  const after = recovered(t, b, START + 1000, new Map([...SITES, ['s', none]]));
  assert.deepEqual(gapsOf(after, 's'), []);
  assert.equal(gapsOf(after, 'never heard of').length, 1);
});
