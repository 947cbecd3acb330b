import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Client, failureOf } from '../api/client.ts';
import { entry } from './fixtures.ts';
import { follow, insist, keepFollowing, type TailChange } from './follow.ts';

const event = (id: string) => `id: ${id}\nevent: entry\ndata: ${JSON.stringify(entry(id))}\n\n`;

/** A tail whose server answers and writes when it is told to. */
function tail() {
  const stop = new AbortController();
  const told: string[] = [];
  const { promise, resolve: answer } = Promise.withResolvers<Response>();
  const asked: string[] = [];
  const client = new Client({
    base: '',
    fetch: async (address) => {
      asked.push(String(address));
      return promise;
    },
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  const following = {
    path: '/ocpp-logs/stream',
    params: {},
    state: (state: string) => told.push(state),
    take: (changes: readonly object[]) => told.push(`${changes.length} taken`),
    failed: () => told.push('failed'),
  };
  const ended = follow(client, following, { lastId: '', wasOpen: false }, stop.signal);
  return { stop, told, asked, ended, write, writer, answer: () => answer(new Response(readable)) };
}

test('a tail tells that it is open, and what comes in', async () => {
  const { stop, told, ended, write, answer } = tail();
  answer();
  await write(event('1'));
  while (!told.includes('1 taken')) await turn();
  assert.deepEqual(told, ['connecting', 'open', '1 taken']);
  stop.abort();
  void write(event('2')).catch(() => undefined);
  await ended;
  assert.deepEqual(told, ['connecting', 'open', '1 taken']);
});

test('a tail that was switched off before its server answered never says that it is open', async () => {
  const { stop, told, ended, answer } = tail();
  stop.abort();
  answer();
  await ended;
  assert.deepEqual(told, ['connecting']);
});

test('a tail that was switched off as its server ended it does not say that it comes back', async () => {
  const { stop, told, asked, ended, writer, answer } = tail();
  answer();
  while (!told.includes('open')) await turn();
  const closed = writer.close();
  stop.abort();
  await Promise.all([closed, ended]);
  assert.deepEqual([told, asked.length], [['connecting', 'open'], 1]);
});

/** A tail over several connections, each of which gives one of the answers and ends. */
function connections(t: TestContext, answers: readonly (() => Response)[]) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const [asked, told]: [string[], string[]] = [[], []];
  const left = [...answers];
  const client = new Client({
    base: '',
    fetch: async (_, init) => {
      asked.push(new Headers(init?.headers).get('last-event-id') ?? '');
      // Behind the last one nobody answers any more.
      return left.shift()?.() ?? new Promise<Response>(() => undefined);
    },
  });
  const end = keepFollowing(client, {
    path: '/ocpp-logs/stream',
    params: {},
    state: (state) => told.push(state),
    take: (changes: readonly TailChange[]) => told.push(...changes.map(({ kind }) => kind)),
    failed: () => told.push('failed'),
  });
  t.after(end);
  /** Until it is so; a tail that waits goes on at once. */
  const until = async (isSo: () => boolean) => {
    for (let turns = 0; !isSo(); turns += 1) {
      assert.ok(turns < 1_000, `${asked.length} asked, told ${told}`);
      await turn();
      if (told.at(-1) === 'waiting') t.mock.timers.tick(20_000);
    }
  };
  return { client, asked, told, until };
}

test('a tail that was cut before it was told where it was leaves a gap for what came since', async (t) => {
  const { asked, told, until } = connections(t, [() => new Response(''), () => new Response(event('1'))]);
  await until(() => asked.length === 3);
  assert.deepEqual(asked, ['', '', '1']);
  assert.deepEqual(
    told.filter((each) => each === 'gap' || each === 'entry'),
    ['gap', 'entry'],
  );
});

test('a tail that was refused before it was ever open leaves no gap: it has told nothing yet', async (t) => {
  const away = () => new Response('', { status: 503 });
  const { asked, told, until } = connections(t, [away, () => new Response(event('1'))]);
  await until(() => asked.length === 3);
  assert.deepEqual([asked, told.includes('gap')], [['', '', '1'], false]);
});

test('a tail goes on behind the last id it was told, also where a connection between tells none', async (t) => {
  const silent = () => new Response(': alive\n\n');
  const { asked, told, until } = connections(t, [() => new Response(event('7')), silent, silent]);
  await until(() => asked.length === 4);
  assert.deepEqual([asked, told.includes('gap')], [['', '7', '7', '7'], false]);
});

test('a tail that was refused goes on where it was when one is let in again', async (t) => {
  const answers = [() => new Response(event('5')), () => new Response('', { status: 401 })];
  const { client, asked, told, until } = connections(t, answers);
  await until(() => told.includes('failed'));
  assert.deepEqual(asked, ['', '5']);
  client.reach.renewed();
  await until(() => asked.length === 3);
  assert.deepEqual(asked, ['', '5', '5']);
  client.reach.renewed();
  await turn();
  assert.equal(asked.length, 3, 'it is not begun twice');
});

test('what came before a tail is asked for until it is there, or refused, or nobody wants it any more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stop = new AbortController();
  const tries = async (outcomes: readonly number[]) => {
    let asked = 0;
    const work = async () => {
      const status = outcomes[asked];
      asked += 1;
      if (status !== undefined && status >= 400) throw failureOf(status, '');
      if (status === undefined) stop.abort();
      if (status === undefined) throw new Error('cut');
    };
    const { promise: done, resolve } = Promise.withResolvers<boolean>();
    const ended = insist(work, stop.signal).then(() => resolve(true));
    while (!(await Promise.race([done, turn(false)]))) t.mock.timers.tick(20_000);
    await ended;
    return asked;
  };
  assert.equal(await tries([503, 429, 200]), 3);
  assert.equal(await tries([503, 403, 200]), 2);
  assert.equal(await tries([503]), 2, 'it was given up');
});
