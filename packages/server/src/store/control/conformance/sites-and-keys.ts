import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyRecord, site } from '../fixtures.ts';
import type { OpenPlace } from './opened.ts';
import { user } from './records.ts';

export function siteAndKeyConformance(name: string, open: OpenPlace): void {
  test(`${name}: sites and keys come back as they were put, for another process too`, async (t) => {
    const place = await open(t);
    const first = await place();
    const depot = site({
      upstream: 'wss://csms.example/{charger}',
      retentionDays: 30,
      retentionDaysInfo: 7,
      retentionDaysDebug: 1,
      level: 'info',
      pseudonymiseIdTags: true,
      stationAuth: 'basic',
      upstreamTrusted: false,
      origin: 'config',
      changedBy: 'user Ada',
    });
    const key = keyRecord({ sites: ['depot', 'b,c'], expires: 5_000, scopes: ['read', 'ingest'] });
    await first.putSite(site());
    await first.putSite(depot);
    await first.putKey(key);
    await first.keyUsed('k1', 77);
    await first.keyUsed('k1', 70);
    const snapshot = await (await place()).snapshot();
    assert.deepEqual([...snapshot.sites.values()], [depot]);
    assert.deepEqual(snapshot.keys, [{ ...key, lastUsed: 77 }]);
  });

  test(`${name}: sites are in the order of their ids byte by byte, keys in that of their making`, async (t) => {
    const store = await (await open(t))();
    for (const id of ['b', 'ä', 'a', 'B', 'a b', 'é']) await store.putSite(site({ id }));
    for (const [id, created] of [['k2', 5] as const, ['k1', 5] as const, ['k0', 9] as const]) {
      await store.putKey(keyRecord({ id, created, apiKey: id, bearerHash: id }));
    }
    const { sites, keys } = await store.snapshot();
    assert.deepEqual([...sites.keys()], ['B', 'a', 'a b', 'b', 'ä', 'é']);
    assert.deepEqual(
      keys.map(({ id }) => id),
      ['k1', 'k2', 'k0'],
    );
  });

  test(`${name}: with a site goes every right to it, and no key is left that would mean all sites`, async (t) => {
    const place = await open(t);
    const store = await place();
    for (const id of ['depot', 'yard']) await store.putSite(site({ id }));
    const keys = [
      ['k1', ['depot']],
      ['k2', ['depot', 'yard']],
      ['k3', ['yard']],
      ['k4', null],
    ] as const;
    for (const [id, sites] of keys)
      await store.putKey(keyRecord({ id, apiKey: id, bearerHash: id, sites, created: 1 }));
    await store.users.add(
      user('ada', {
        roles: [
          { site: null, role: 'admin' },
          { site: 'depot', role: 'viewer' },
        ],
      }),
    );
    await store.users.add(user('bob', { roles: [{ site: 'depot', role: 'operator' }] }));
    for (const id of ['depot', 'yard']) {
      await store.stationPasswords.put({ site: id, charger: 'CP', hash: 'h', nextHash: null, changed: 1 });
      await store.rememberAnswer('k4', id, 'once', 'an answer', 1_000);
      await store.settingsLogged(id, null, { level: 'debug' });
    }
    assert.equal(await store.removeSite('depot'), true);
    assert.equal(await store.removeSite('depot'), false);
    for (const seen of [store, await place()]) {
      const { sites, keys: left, users } = await seen.snapshot();
      assert.deepEqual([...sites.keys()], ['yard']);
      assert.deepEqual(
        left.map((key) => [key.id, key.sites, key.revoked]),
        [
          ['k1', [], true],
          ['k2', ['yard'], false],
          ['k3', ['yard'], false],
          ['k4', null, false],
        ],
      );
      assert.deepEqual(
        [...users.values()].map(({ roles }) => roles),
        [[{ site: null, role: 'admin' }], []],
      );
      assert.equal(await seen.stationPasswords.get('depot', 'CP'), null);
      assert.notEqual(await seen.stationPasswords.get('yard', 'CP'), null);
      assert.equal(await seen.firstAnswer('k4', 'depot', 'once', 1_001), null);
      assert.equal(await seen.firstAnswer('k4', 'yard', 'once', 1_001), 'an answer');
    }
    await store.putSite(site({ id: 'depot' }));
    assert.equal(
      (await store.loggedSettings()).has('depot'),
      false,
      'nothing was told of the one that is there now',
    );
  });

  test(`${name}: revoking says whether the key exists, and it stays revoked`, async (t) => {
    const store = await (await open(t))();
    await store.putKey(keyRecord());
    assert.equal(await store.revokeKey('k1'), true);
    assert.equal(await store.revokeKey('k1'), true);
    assert.equal(await store.revokeKey('k2'), false);
    assert.equal((await store.snapshot()).keys[0]?.revoked, true);
  });

  test(`${name}: what a key is known by belongs to one key`, async (t) => {
    const store = await (await open(t))();
    await store.putKey(keyRecord());
    await assert.rejects(async () => store.putKey(keyRecord({ id: 'k2', bearerHash: 'bb' })));
    await assert.rejects(async () => store.putKey(keyRecord({ id: 'k2', apiKey: 'api-key-2' })));
    assert.equal((await store.snapshot()).keys.length, 1);
  });

  test(`${name}: a first key is one where there is none`, async (t) => {
    const store = await (await open(t))();
    assert.equal(await store.putFirstKey(keyRecord()), true);
    assert.equal(await store.putFirstKey(keyRecord({ id: 'k2', apiKey: 'b', bearerHash: 'b' })), false);
    assert.deepEqual(
      (await store.snapshot()).keys.map(({ id }) => id),
      ['k1'],
    );
  });

  test(`${name}: of several that tell a change of settings one is the first`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    await ours.putSite(site());
    assert.deepEqual(await ours.loggedSettings(), new Map());
    const [first, second] = [
      { level: 'debug', upstream: null },
      { level: 'info', upstream: null },
    ];
    assert.equal(await ours.settingsLogged('depot', null, first), true);
    assert.equal(await theirs.settingsLogged('depot', null, second), false);
    assert.equal(await theirs.settingsLogged('depot', first, second), true);
    assert.equal(await ours.settingsLogged('depot', first, second), false);
    assert.equal(await ours.settingsLogged('none', null, second), false);
    assert.deepEqual(await ours.loggedSettings(), new Map([['depot', second]]));
    await ours.putSite(site({ name: 'Other' }));
    assert.deepEqual(
      await ours.loggedSettings(),
      new Map([['depot', second]]),
      'a change of the site keeps it',
    );
  });
}
