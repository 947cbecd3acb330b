/** Two processes that do the same at the same time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMAND_LINE } from '../../audit.ts';
import { SEARCHES_MAX } from '../../people.ts';
import { keyRecord, start } from '../fixtures.ts';
import type { OpenPlace } from './opened.ts';
import { ADMIN_OF_ALL, search, user } from './records.ts';

function outcomes(settled: readonly PromiseSettledResult<unknown>[]): readonly unknown[] {
  return settled.map((each) => (each.status === 'fulfilled' ? 'done' : each.reason.code)).sort();
}

const soon = <T>(work: () => T | Promise<T>): Promise<T> => Promise.try(work);

export function atOnceConformance(name: string, open: OpenPlace): void {
  test(`${name}: two admins who take the role from each other leave one`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    for (const who of ['ada', 'bob']) await ours.users.add(user(who, { roles: ADMIN_OF_ALL }));
    const settled = await Promise.allSettled([
      soon(() => ours.users.change('user_bob', { roles: [] })),
      soon(() => theirs.users.remove('user_ada')),
    ]);
    assert.deepEqual(outcomes(settled), ['LAST_ADMIN', 'done']);
  });

  test(`${name}: of two users of one name, two first keys and two first admins one is made`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    const keys = await Promise.all([
      soon(() => ours.putFirstKey(keyRecord())),
      soon(() => theirs.putFirstKey(keyRecord({ id: 'k2', apiKey: 'b', bearerHash: 'b' }))),
    ]);
    assert.deepEqual(keys.sort(), [false, true]);
    for (const id of ['a', 'b']) await ours.sessions.putLink({ id, user: null, expires: 100 });
    const firsts = await Promise.all([
      soon(() => ours.sessions.takeLink('a', 1, user('first', { roles: ADMIN_OF_ALL }))),
      soon(() => theirs.sessions.takeLink('b', 1, user('second', { roles: ADMIN_OF_ALL }))),
    ]);
    assert.equal(firsts.filter((id) => id === null).length, 1);
    const settled = await Promise.allSettled([
      soon(() => ours.users.add(user('ada'))),
      soon(() => theirs.users.add(user('ADA'))),
    ]);
    assert.deepEqual(outcomes(settled), ['NAME_TAKEN', 'done']);
    assert.equal((await ours.users.all()).size, 2);
  });

  test(`${name}: an answer under one key is one, and so is the number of one start`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    const answers = await Promise.all(
      [ours, theirs, ours, theirs].map((store, at) =>
        soon(() => store.rememberAnswer('k', 's', 'i', `answer ${at}`, 1_000)),
      ),
    );
    assert.equal(new Set(answers).size, 1);
    const starts = Array.from({ length: 40 }, (_, at) => start({ messageId: `m-${at % 10}` }));
    const given = await Promise.all(
      starts.map((one, at) => soon(() => (at % 2 === 0 ? ours : theirs).transactionNumber(one, 1))),
    );
    assert.equal(new Set(given).size, 10);
    for (const [at, n] of given.entries()) assert.equal(n, given[at % 10]);
  });

  test(`${name}: an owner's searches stay bounded, and changes of one search are whole`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    for (let at = 1; at < SEARCHES_MAX; at += 1) await ours.saved.put(search(`s${at}`));
    const settled = await Promise.allSettled([
      soon(() => ours.saved.put(search('a'))),
      soon(() => theirs.saved.put(search('b'))),
    ]);
    assert.deepEqual(outcomes(settled), ['TOO_MANY_SEARCHES', 'done']);
    const [one, other] = [search('s1', { name: 'one', query: '{"n":1}' }), search('s1', { name: 'other' })];
    await Promise.all([soon(() => ours.saved.put(one)), soon(() => theirs.saved.put(other))]);
    const left = await ours.saved.one('s1');
    assert.ok([one, other].some(({ name: of, query }) => left?.name === of && left.query === query));
  });

  test(`${name}: numbers of the audit log have no gap and none is given twice`, async (t) => {
    const place = await open(t);
    const stores = [await place(), await place()];
    const none = { site: null, target: null, address: null, request: null, details: {}, count: 1 };
    const event = { ...COMMAND_LINE, ...none, action: 'sign-in', at: 1 } as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => soon(() => stores[at % 2]?.audit.append([event, event]))),
    );
    const query = { from: 0, to: 9, actor: null, actions: null, site: null, before: null, take: 100 };
    const records = (await stores[0]?.audit.list(query)) ?? [];
    assert.deepEqual(
      records.map(({ n }) => n),
      Array.from({ length: 40 }, (_, at) => 40 - at),
    );
  });
}
