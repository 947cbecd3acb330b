import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { DAY, drain, openStore, put, type TestStore, temporaryFolder } from './fixtures.ts';

const HOUR = DAY / 24;
const KEEP = new Map([['depot', 10]]);

const listed = ({ reader }: TestStore, site = 'depot') => reader.chargers(site).map(({ id }) => id);
const refusedAt = (at: number, charger: string) =>
  entryAt(at, {
    kind: 'connection',
    charger,
    action: null,
    outcome: null,
    request: null,
    event: { event: 'refused', status: 401, reason: 'no password' },
  });

test('a connection that was refused lists no charger, one that was not does', (t) => {
  const store = openStore(t, temporaryFolder(t));
  put(store.writer, 'depot', [refusedAt(DEPOT_TIME, 'stranger'), entryAt(DEPOT_TIME, { charger: 'CP1' })]);
  assert.deepEqual(listed(store), ['CP1']);
  // Also one that was refused first.
  put(store.writer, 'depot', [entryAt(DEPOT_TIME + 1, { charger: 'stranger' })]);
  assert.deepEqual(listed(store), ['CP1', 'stranger']);
});

test('of a site so many chargers are listed, those that are go on being told of, and the rest is counted', (t) => {
  let unlisted = 0;
  const onUnlisted = () => {
    unlisted += 1;
  };
  const store = openStore(t, temporaryFolder(t), { chargersPerSite: 3, onUnlisted });
  const { writer } = store;
  for (let n = 1; n <= 5; n++) writer.rememberCharger('depot', `CP${n}`, { lastSeen: n });
  writer.rememberCharger('other', 'CP9', {});
  writer.commit();
  assert.deepEqual(listed(store), ['CP1', 'CP2', 'CP3']);
  assert.deepEqual(listed(store, 'other'), ['CP9']);
  assert.equal(unlisted, 2);
  writer.rememberCharger('depot', 'CP1', { vendor: 'Volt' });
  writer.rememberCharger('depot', 'CP4', {});
  writer.rememberIdentity('depot', 'CP4', 'S-4');
  writer.rememberIdentity('depot', 'CP1', 'S-1');
  writer.commit();
  assert.equal(store.reader.chargers('depot')[0]?.vendor, 'Volt');
  assert.equal(unlisted, 3);
  assert.equal(writer.stationIdentity('depot', 'CP1').serial, 'S-1');
  assert.equal(writer.stationIdentity('depot', 'CP4').known, false);
});

test('of the actions of a site the first thousand are told', (t) => {
  const { writer, reader } = openStore(t, temporaryFolder(t));
  const made = Array.from({ length: 1005 }, (_, n) => entryAt(DEPOT_TIME + n, { action: `Made-up-${n}` }));
  put(writer, 'depot', made);
  put(writer, 'other', [entryAt(DEPOT_TIME, { action: 'Heartbeat' })]);
  assert.equal(reader.actions(['depot']).length, 1000);
  assert.deepEqual(reader.actions(['other']), ['Heartbeat']);
});

test('retention takes chargers out of the list that have no entries any more and were not seen', (t) => {
  const store = openStore(t, temporaryFolder(t));
  const { writer } = store;
  const now = DEPOT_TIME + 40 * DAY;
  put(writer, 'depot', [
    entryAt(DEPOT_TIME, { charger: 'gone' }),
    entryAt(DEPOT_TIME, { charger: 'back' }),
    entryAt(now - 9 * DAY, { charger: 'back' }),
    // In the file that stays.
    entryAt(now - 11 * DAY, { charger: 'past' }),
    entryAt(DEPOT_TIME, { charger: 'connected' }),
  ]);
  put(writer, 'forever', [entryAt(DEPOT_TIME, { charger: 'gone' })]);
  for (const charger of ['gone', 'back', 'past', 'connected', 'seen'])
    writer.rememberIdentity('depot', charger, 'S');
  writer.rememberCharger('depot', 'connected', { connected: true, lastSeen: DEPOT_TIME });
  writer.rememberCharger('depot', 'seen', { lastSeen: now - 9 * DAY });
  writer.commit();
  drain(writer, now, KEEP);
  assert.deepEqual(listed(store), ['back', 'connected', 'seen']);
  assert.deepEqual(listed(store, 'forever'), ['gone']);
  assert.deepEqual(writer.stationIdentity('depot', 'past'), { known: false, serial: null, elsewhere: [] });
  assert.equal(writer.stationIdentity('depot', 'back').serial, 'S');
  // One that comes back is listed again, though the open file had seen it.
  put(writer, 'depot', [entryAt(now - 9 * DAY, { charger: 'past' })]);
  assert.deepEqual(listed(store), ['back', 'connected', 'past', 'seen']);
  // And it goes with time alone, hour by hour.
  drain(writer, now + 2 * DAY, KEEP);
  assert.deepEqual(listed(store), ['connected']);
  writer.rememberCharger('depot', 'connected', { connected: false });
  writer.commit();
  drain(writer, now + 2 * DAY + HOUR, KEEP);
  assert.deepEqual(listed(store), []);
});

test('more chargers than one step looks at all go', (t) => {
  const store = openStore(t, temporaryFolder(t));
  for (let n = 0; n < 450; n++) store.writer.rememberCharger('depot', `CP-${n}`, { lastSeen: DEPOT_TIME });
  store.writer.commit();
  drain(store.writer, DEPOT_TIME + 11 * DAY, KEEP);
  assert.deepEqual(listed(store), []);
});
