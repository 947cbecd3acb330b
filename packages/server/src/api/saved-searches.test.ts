import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SEARCHES_MAX } from '../store/people.ts';
import { NOW, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const QUERY = {
  q: 'status:Faulted',
  from: '-3h',
  columns: ['action'],
  facets: { station: ['CP-1'] },
  sites: null,
};

async function people(t: Parameters<typeof server>[0]) {
  const { app, control } = server(t);
  const browsers = { ada: new Browser(app), bob: new Browser(app), boss: new Browser(app) };
  const ada = await addUser(control, 'ada', [{ site: 'depot', role: 'viewer' }]);
  await addUser(control, 'bob', [{ site: 'depot', role: 'admin' }]);
  await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  for (const [name, browser] of Object.entries(browsers)) await browser.signIn(name);
  const list = async (
    browser: Browser,
  ): Promise<readonly { id: string; name: string; editable: boolean; query: object }[]> =>
    (await browser.send('GET', '/saved-searches')).json().saved_searches;
  return { ...browsers, adaId: ada.id, control, list };
}

test('a search comes back as it was saved, to its owner; shared, to everyone', async (t) => {
  const { ada, bob, adaId, list } = await people(t);
  const saved = await ada.send('POST', '/saved-searches', { name: 'Faults', query: QUERY });
  assert.equal(saved.statusCode, 201);
  const { id } = saved.json();
  assert.deepEqual(saved.json(), {
    id,
    name: 'Faults',
    shared: false,
    owner: adaId,
    owner_name: 'ada',
    editable: true,
    changed: new Date(NOW).toISOString(),
    query: QUERY,
  });
  assert.deepEqual(await list(ada), [saved.json()]);
  assert.deepEqual(await list(bob), []);
  const shared = { name: 'Faults today', shared: true, query: { q: '' } };
  const changed = await ada.send('PUT', `/saved-searches/${id}`, shared);
  assert.deepEqual([changed.statusCode, changed.json().name], [200, 'Faults today']);
  assert.deepEqual(await list(bob), [{ ...changed.json(), editable: false }]);
});

test('whatever JSON a search holds comes back the same', async (t) => {
  const { ada, list } = await people(t);
  const { id } = (await ada.send('POST', '/saved-searches', { name: 'x', query: {} })).json();
  const queries = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(queries, async (given) => {
      const query: object = JSON.parse(JSON.stringify(given));
      fc.pre(Buffer.byteLength(JSON.stringify(query)) <= 8_192);
      const put = await ada.send('PUT', `/saved-searches/${id}`, { name: 'x', query });
      assert.equal(put.statusCode, 200);
      const [found] = await list(ada);
      assert.deepEqual(found?.query, query);
    }),
    { numRuns: 60 },
  );
});

test("shared ones are changed by their owner or an admin of all sites, and stay the owner's", async (t) => {
  const { ada, bob, boss, adaId, list } = await people(t);
  const wish = { name: 'Faults', shared: true, query: QUERY };
  const { id } = (await ada.send('POST', '/saved-searches', wish)).json();
  assert.equal((await bob.send('PUT', `/saved-searches/${id}`, wish)).statusCode, 403);
  assert.equal((await bob.send('DELETE', `/saved-searches/${id}`)).statusCode, 403);
  const changed = await boss.send('PUT', `/saved-searches/${id}`, { ...wish, name: 'All faults' });
  assert.deepEqual([changed.json().name, changed.json().owner], ['All faults', adaId]);
  assert.equal((await boss.send('DELETE', `/saved-searches/${id}`)).statusCode, 204);
  assert.deepEqual(await list(ada), []);
});

test('of a private one nobody else is told, not even an admin', async (t) => {
  const { ada, boss, list } = await people(t);
  const wish = { name: 'Mine', query: QUERY };
  const { id } = (await ada.send('POST', '/saved-searches', wish)).json();
  assert.equal((await boss.send('PUT', `/saved-searches/${id}`, wish)).statusCode, 404);
  assert.equal((await boss.send('DELETE', `/saved-searches/${id}`)).statusCode, 404);
  assert.equal((await list(ada)).length, 1);
  assert.equal((await ada.send('DELETE', `/saved-searches/${id}`)).statusCode, 204);
  assert.equal((await ada.send('DELETE', `/saved-searches/${id}`)).statusCode, 404);
});

test('with a user go the searches that nobody else could see', async (t) => {
  const { ada, boss, adaId, control, list } = await people(t);
  await ada.send('POST', '/saved-searches', { name: 'Mine', query: QUERY });
  await ada.send('POST', '/saved-searches', { name: 'Ours', shared: true, query: QUERY });
  await control.people.removeUser(adaId);
  assert.deepEqual(
    (await list(boss)).map(({ name, editable }) => [name, editable]),
    [['Ours', true]],
  );
  assert.deepEqual(
    (await control.people.searches(adaId)).map(({ name }) => name),
    ['Ours'],
  );
});

test('what cannot be saved is refused with the parameter; there are at most 200 of each person', async (t) => {
  const { ada, adaId, control } = await people(t);
  for (const [body, parameter] of [
    [{ query: QUERY }, 'name'],
    [{ name: '', query: QUERY }, 'name'],
    [{ name: 'x' }, 'query'],
    [{ name: 'x', query: 'q' }, 'query'],
    [{ name: 'x', query: [] }, 'query'],
    [{ name: 'x', query: { q: 'x'.repeat(8_192) } }, 'query'],
    [{ name: 'x', query: {}, shared: 'yes' }, 'shared'],
    [{ name: 'x', query: {}, owner: 'me' }, 'owner'],
  ] as const) {
    const answer = await ada.send('POST', '/saved-searches', body);
    assert.equal(answer.statusCode, 400, parameter);
    assert.equal(answer.json().errors[0].parameter, parameter);
  }
  for (let at = 0; at < SEARCHES_MAX; at += 1) {
    const search = { id: `s${at}`, owner: adaId, name: `s${at}`, shared: false, query: '{}', changed: at };
    await control.people.putSearch(search);
  }
  const more = await ada.send('POST', '/saved-searches', { name: 'x', query: {} });
  assert.deepEqual([more.statusCode, more.json().type], [409, 'urn:ocpp-logs:problem:too-many']);
  assert.equal((await ada.send('PUT', '/saved-searches/s7', { name: 'x', query: {} })).statusCode, 200);
});
