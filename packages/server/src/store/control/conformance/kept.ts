import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEARCHES_MAX } from '../../people.ts';
import type { OpenPlace } from './opened.ts';
import { search } from './records.ts';

export function keptConformance(name: string, open: OpenPlace): void {
  test(`${name}: searches are the owner's by name, and those that others share, the newest first`, async (t) => {
    const place = await open(t);
    const { saved } = await place();
    const records = [
      search('s1', { name: 'b' }),
      search('s2', { name: 'a', query: '{"q":"\\u0000 ä"}' }),
      search('s3', { name: 'B', shared: true }),
      search('s4', { owner: 'user_bob', shared: true, changed: 1 }),
      search('s5', { owner: 'user_bob', shared: true, changed: 2 }),
      search('s6', { owner: 'user_bob' }),
    ];
    for (const record of records) await saved.put(record);
    const again = await place();
    const found = await again.saved.of('user_ada');
    assert.deepEqual(
      found.map(({ id }) => id),
      ['s3', 's2', 's1', 's5', 's4'],
    );
    assert.deepEqual(found[1], records[1]);
    await saved.put(search('s4', { owner: 'user_eve', name: 'new', changed: 9 }));
    assert.deepEqual(await saved.one('s4'), search('s4', { owner: 'user_bob', name: 'new', changed: 9 }));
    assert.equal(await saved.remove('s4'), true);
    assert.equal(await saved.remove('s4'), false);
    assert.equal(await saved.one('s4'), null);
  });

  test(`${name}: an owner has at most ${SEARCHES_MAX} searches, and may change the last of them`, async (t) => {
    const { saved } = await (await open(t))();
    for (let at = 0; at < SEARCHES_MAX; at += 1) await saved.put(search(`s${at}`));
    await assert.rejects(async () => saved.put(search('more')), { code: 'TOO_MANY_SEARCHES' });
    await saved.put(search('s0', { name: 'changed' }));
    await saved.put(search('more', { owner: 'user_bob' }));
    assert.equal((await saved.one('s0'))?.name, 'changed');
  });

  test(`${name}: of shared searches of others the last changed are shown, a thousand`, async (t) => {
    const { saved } = await (await open(t))();
    for (let at = 0; at <= 1_000; at += 1) {
      const owner = `user_${at % 6}`;
      await saved.put(search(`s${at}`, { owner, shared: true, changed: at }));
    }
    const shown = await saved.of('user_ada');
    assert.deepEqual([shown.length, shown[0]?.id, shown.at(-1)?.id], [1_000, 's1000', 's1']);
  });

  test(`${name}: of preferences the last that were kept count`, async (t) => {
    const place = await open(t);
    const { preferences } = await place();
    assert.equal(await preferences.of('ada'), null);
    await preferences.put('ada', { value: '{"a":1}', changed: 5 });
    await preferences.put('ada', { value: '{"a":2}', changed: 4 });
    await preferences.put('bob', { value: '{}', changed: 1 });
    assert.deepEqual(await (await place()).preferences.of('ada'), { value: '{"a":2}', changed: 4 });
  });

  test(`${name}: passwords of stations belong to one station of one site`, async (t) => {
    const place = await open(t);
    const { stationPasswords } = await place();
    const record = { site: 'depot', charger: 'CP-1', hash: 'h', nextHash: null, changed: 1 };
    assert.equal(await stationPasswords.get('depot', 'CP-1'), null);
    await stationPasswords.put({ ...record, charger: 'CP-2' });
    await stationPasswords.put(record);
    await stationPasswords.put({ ...record, nextHash: 'n', changed: 2 });
    await stationPasswords.put({ ...record, site: 'yard', hash: 'y' });
    const again = (await place()).stationPasswords;
    assert.deepEqual(await again.get('depot', 'CP-1'), { ...record, nextHash: 'n', changed: 2 });
    assert.deepEqual(
      (await again.of('depot')).map(({ charger }) => charger),
      ['CP-1', 'CP-2'],
    );
    assert.equal(await again.drop('depot', 'CP-1'), true);
    assert.equal(await again.drop('depot', 'CP-1'), false);
    assert.equal((await again.get('yard', 'CP-1'))?.hash, 'y');
  });
}
