import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ElsewhereChange, OtherNodes } from '../store/other-nodes.ts';
import type { Scope } from '../store/store.ts';
import { entryAt, ReaderDouble, RecorderDouble } from './fixtures.ts';
import { Live, type LiveOptions, tailQuestion } from './live.ts';

const SCOPE: Scope = {
  filter: {
    site: 'depot',
    from: 0,
    to: 2 ** 42 - 1,
    kinds: ['exchange'],
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  },
  rendering: { siteName: 'Depot', exchange: false, raw: false },
};
const QUESTION = tailQuestion([SCOPE]);
const OTHER = tailQuestion([{ ...SCOPE, filter: { ...SCOPE.filter, actions: ['Authorize'] } }]);
const DEPOT_ONLY = new Set(['depot']);
const ENTRIES = [0n, 1n, 2n].map((n) => entryAt('2026-01-05T10:00:00Z', n));
const IDS = ENTRIES.map(({ id }) => id);
const [A = 0n, B = 0n, C = 0n] = IDS;
const KEY = new Uint8Array(16).fill(7);

function live(options: LiveOptions = {}) {
  const [reader, recorder] = [new ReaderDouble(), new RecorderDouble()];
  reader.entries = ENTRIES;
  return { reader, recorder, live: new Live(recorder, reader, { key: KEY, ...options }) };
}

test('an entry and its later answer are two events of the same entry, as it is now', async () => {
  const { live: tails, recorder } = live();
  recorder.commit('depot', [A, 'entry'], [A, 'update'], [B, 'entry']);
  const { events, through } = await tails.look(QUESTION, 100);
  assert.deepEqual(
    events.map(({ id, change }) => [tails.placeOf(id)?.position, change]),
    [
      [101, 'entry'],
      [102, 'update'],
      [103, 'entry'],
    ],
  );
  assert.deepEqual(events[0]?.body, events[1]?.body);
  assert.equal(through, 103);
});

test('what does not match is passed over, and not looked at again', async () => {
  const { live: tails, recorder } = live();
  recorder.commit('depot', [A, 'entry']);
  assert.deepEqual(await tails.look(OTHER, 100), { events: [], through: 101 });
});

test('tails with the same question share one look into the store, others do not', async () => {
  const { live: tails, recorder, reader } = live();
  const leave = [tails.join(QUESTION), tails.join(QUESTION), tails.join(OTHER)];
  recorder.commit('depot', [A, 'entry']);
  await Promise.all([
    tails.look(QUESTION, 100),
    tails.look(tailQuestion([SCOPE]), 100),
    tails.look(OTHER, 100),
  ]);
  assert.equal(reader.picks, 2);
  assert.equal(tails.tails, 3);
  for (const end of leave) end();
  for (const end of leave) end();
  assert.equal(tails.tails, 0);
});

test('what was looked at some seconds ago is looked at anew: it may have been erased since', async () => {
  let now = 0;
  const { live: tails, recorder, reader } = live({ now: () => now });
  tails.join(QUESTION);
  recorder.commit('depot', [A, 'entry']);
  await tails.look(QUESTION, 100);
  now = 4_999;
  await tails.look(QUESTION, 100);
  assert.equal(reader.picks, 1);
  now = 5_000;
  assert.equal((await tails.look(QUESTION, 100)).events.length, 1);
  assert.equal(reader.picks, 2);
});

test('a look that failed is made anew', async () => {
  const { live: tails, recorder, reader } = live();
  tails.join(QUESTION);
  recorder.commit('depot', [A, 'entry']);
  reader.failure = new Error('away');
  await assert.rejects(tails.look(QUESTION, 100));
  reader.failure = null;
  assert.equal((await tails.look(QUESTION, 100)).events.length, 1);
});

test('one look is bounded; the next goes on behind it', async () => {
  const { live: tails, recorder } = live();
  recorder.commit('depot', ...Array.from({ length: 450 }, () => [A, 'update'] as const));
  const sizes = [];
  for (let at = 100; at < recorder.committed; ) {
    const { events, through } = await tails.look(QUESTION, at);
    sizes.push(events.length);
    at = through;
  }
  assert.deepEqual(sizes, [200, 200, 50]);
});

test('a tail of several sites meets the changes of each in the order of their commits', async () => {
  const { live: tails, recorder, reader } = live();
  const yard = entryAt('2026-01-05T10:00:00Z', 0n, { site: 'yard', action: 'Authorize' });
  reader.entries = [...ENTRIES, yard];
  const both = tailQuestion([SCOPE, { ...SCOPE, filter: { ...SCOPE.filter, site: 'yard' } }]);
  recorder.commit('yard', [yard.id, 'entry']);
  recorder.commit('elsewhere', [A, 'entry']);
  recorder.commit('depot', [A, 'entry']);
  const { events, through } = await tails.look(both, 100);
  // Both entries have the same id: their sites tell them apart.
  assert.deepEqual(
    events.map(({ id, body }) => [
      tails.placeOf(id)?.position,
      JSON.parse(Buffer.from(body).toString()).action,
    ]),
    [
      [101, 'Authorize'],
      [103, 'Heartbeat'],
    ],
  );
  assert.equal(through, 103);
});

test('waiting ends with the next change of the site, not of another one', async () => {
  const { live: tails, recorder } = live();
  const waiting = tails.changed(DEPOT_ONLY, 100, new AbortController().signal);
  recorder.commit('elsewhere', [A, 'entry']);
  recorder.commit('depot', [B, 'entry']);
  assert.equal(await waiting, 101);
  assert.equal(await tails.changed(DEPOT_ONLY, 101, new AbortController().signal), 101);
});

test('who waited while other sites moved the ring has missed nothing', async () => {
  const { live: tails, recorder } = live({ changes: 4 });
  const waiting = tails.changed(DEPOT_ONLY, 100, new AbortController().signal);
  for (let n = 0; n < 10; n += 1) recorder.commit('elsewhere', [A, 'entry']);
  assert.equal(tails.reaches(100, DEPOT_ONLY), true);
  recorder.commit('depot', [C, 'entry']);
  const position = await waiting;
  assert.equal(position, 110);
  assert.equal(tails.reaches(110, DEPOT_ONLY), true);
  assert.equal((await tails.look(QUESTION, 110)).events.length, 1);
});

test('waiting ends when it is aborted, before or during', async () => {
  const { live: tails } = live();
  const controller = new AbortController();
  const waiting = tails.changed(DEPOT_ONLY, 100, controller.signal);
  controller.abort();
  assert.equal(await waiting, null);
  assert.equal(await tails.changed(DEPOT_ONLY, 100, controller.signal), null);
});

test('the ring reaches back to its floor and no further, and not into the future', () => {
  const clock = { now: 0 };
  const { live: tails, recorder } = live({ now: () => clock.now, changes: 2, age: 1_000 });
  recorder.commit('depot', [A, 'entry'], [B, 'entry'], [C, 'entry']);
  assert.deepEqual(
    [100, 101, 103, 104, -1].map((position) => tails.reaches(position, DEPOT_ONLY)),
    [false, true, true, false, false],
  );
  clock.now = 1_000;
  assert.deepEqual(
    [101, 103].map((position) => tails.reaches(position, DEPOT_ONLY)),
    [false, true],
  );
});

/** Other nodes, told of by hand. */
class OthersDouble implements OtherNodes {
  tell: (site: string, changes: readonly ElsewhereChange[]) => void = () => undefined;
  miss: () => void = () => undefined;
  fresh: readonly string[] = [];
  left = 0;

  listen(told: OthersDouble['tell'], missed: () => void): void {
    this.tell = told;
    this.miss = missed;
  }

  async follow() {
    return { fresh: this.fresh, leave: () => void this.left++ };
  }
}

test('changes of other nodes stand among those of this one, and wake who waits for their site', async () => {
  const others = new OthersDouble();
  const { live: tails, recorder } = live({ others });
  recorder.commit('depot', [A, 'entry']);
  const woken = tails.changed(DEPOT_ONLY, 101, new AbortController().signal);
  others.tell('yard', [{ id: C, change: 'entry' }]);
  others.tell('depot', [{ id: B, change: 'entry' }]);
  assert.equal(await woken, 102);
  recorder.commit('depot', [A, 'update']);
  const { events } = await tails.look(QUESTION, 100);
  assert.deepEqual(
    events.map(({ id, change }) => [tails.placeOf(id)?.position, change]),
    [
      [101, 'entry'],
      [103, 'entry'],
      [104, 'update'],
    ],
  );
});

test('changes of other nodes that were missed are a gap for everybody', async () => {
  const others = new OthersDouble();
  const { live: tails, recorder } = live({ others });
  recorder.commit('depot', [A, 'entry']);
  const woken = tails.changed(DEPOT_ONLY, 101, new AbortController().signal);
  others.miss();
  assert.equal(await woken, 101);
  assert.equal(tails.reaches(101, DEPOT_ONLY), false);
  const { position, id } = tails.nowOf(DEPOT_ONLY);
  assert.equal(tails.reaches(position, DEPOT_ONLY), true);
  assert.deepEqual(tails.placeOf(id), { id, position });
  assert.deepEqual((await tails.look(QUESTION, position)).events, []);
});

test('a position from before a site was followed elsewhere is not reached, for that site', async () => {
  const others = new OthersDouble();
  const { live: tails, recorder } = live({ others });
  recorder.commit('depot', [A, 'entry']);
  others.fresh = ['depot'];
  const leave = await tails.follow(['depot']);
  const from = tails.nowOf(['depot']);
  assert.equal(tails.reaches(100, ['depot']), false);
  assert.equal(tails.reaches(100, ['yard']), true);
  assert.equal(tails.reaches(101, ['depot', 'yard']), true);
  others.fresh = [];
  recorder.commit('depot', [B, 'entry']);
  await tails.follow(['depot']);
  assert.equal(tails.reaches(101, ['depot']), true, 'it was followed all the while');
  assert.deepEqual(tails.placeOf(from.id), from);
  leave();
  assert.equal(others.left, 1);
});

test('an id that another node or run gave, or nobody, is of no place', async () => {
  const { live: tails, recorder } = live();
  const { live: other, recorder: there } = live({ key: new Uint8Array(16).fill(8) });
  for (const each of [recorder, there]) each.commit('depot', [A, 'entry']);
  const [own = ''] = (await tails.look(QUESTION, 100)).events.map(({ id }) => id);
  assert.equal(tails.placeOf(own)?.position, 101);
  assert.equal(other.placeOf(own), null);
  for (const id of ['', '101', 'abc', own.slice(1), `${own}A`, `${own}=`, 'é', own.toLowerCase()])
    assert.equal(tails.placeOf(id), null, id);
});

test('of one site changes are numbered as they were committed, over a start of the server too', async () => {
  const { live: tails, recorder } = live({ run: 5n });
  const { live: later } = live({ run: 6n });
  recorder.commit('yard', [A, 'entry']);
  recorder.commit('depot', [A, 'entry'], [B, 'entry']);
  recorder.commit('yard', [A, 'entry']);
  recorder.commit('depot', [A, 'update']);
  const numbered = tailQuestion([SCOPE], 'depot');
  const numbers = (await tails.look(numbered, 100)).events.map(({ id }) => BigInt(id));
  const [first = 0n] = numbers;
  assert.deepEqual(numbers, [first, first + 1n, first + 2n]);
  assert.equal(tails.placeOf(String(first), 'depot')?.position, 102);
  assert.equal(tails.nowOf(DEPOT_ONLY, 'depot').id, String(first + 2n));
  assert.ok(BigInt(later.nowOf(DEPOT_ONLY, 'depot').id) > first + 2n);
  const foreign = [first + (1n << 40n), first + 3n, -first].map(String);
  for (const id of ['', '101', ...foreign, '9'.repeat(60), tails.nowOf(DEPOT_ONLY).id])
    assert.equal(tails.placeOf(id, 'depot'), null, id);
  assert.equal(later.placeOf(String(first), 'depot'), null);
  assert.equal(tails.placeOf(String(first)), null, 'it is of one site alone');
});

test('a reader of a site sees the same ids whether or not others speak', async () => {
  const run = async (others: boolean) => {
    const { live: tails, recorder } = live({ changes: 1_000 });
    const elsewhere = (times: number) => {
      for (let n = 0; others && n < times; n += 1) recorder.commit('yard', [A, 'entry']);
    };
    const seen = [tails.nowOf(DEPOT_ONLY).id];
    elsewhere(3);
    seen.push(tails.nowOf(DEPOT_ONLY).id);
    for (const id of [A, B, C]) {
      recorder.commit('depot', [id, 'entry']);
      elsewhere(7);
      seen.push(tails.nowOf(DEPOT_ONLY).id);
    }
    const { events } = await tails.look(QUESTION, 100);
    // Back at the first of them, however much others said since.
    const place = tails.placeOf(events[0]?.id ?? '');
    const rest = await tails.look(QUESTION, place?.position ?? Number.NaN);
    return [...seen, ...events.map(({ id }) => id), ...rest.events.map(({ id }) => id)];
  };
  const alone = await run(false);
  assert.deepEqual(await run(true), alone);
  assert.deepEqual([alone[0] === alone[1], new Set(alone).size, alone.length], [true, 4, 10]);
});

test('what others say makes nobody miss anything of a site that is silent', () => {
  const { live: tails, recorder } = live({ changes: 1 });
  recorder.commit('depot', [A, 'entry']);
  const { id, position } = tails.nowOf(DEPOT_ONLY);
  for (let n = 0; n < 10; n += 1) recorder.commit('yard', [A, 'entry']);
  // The change itself was forgotten, and there is none behind it.
  const place = tails.placeOf(id);
  assert.deepEqual([place?.position, tails.reaches(position, DEPOT_ONLY)], [101, true]);
  assert.equal(tails.reaches(position, ['depot', 'yard']), false);
});

test('who comes back to a site that says little has missed nothing of it, however much another one said', async () => {
  const { live: tails, recorder } = live({ changes: 10 });
  recorder.commit('depot', [A, 'entry']);
  const { position } = tails.nowOf(DEPOT_ONLY);
  recorder.commit('depot', [B, 'entry']);
  for (let n = 0; n < 100; n += 1) recorder.commit('yard', [A, 'entry'], [A, 'update']);
  recorder.commit('depot', [B, 'update']);
  assert.equal(tails.reaches(position, DEPOT_ONLY), true);
  const { events } = await tails.look(QUESTION, position);
  assert.deepEqual(
    events.map(({ change }) => change),
    ['entry', 'update'],
  );
});

test('once closed, nothing more is taken', () => {
  const { live: tails, recorder } = live();
  tails.close();
  recorder.commit('depot', [A, 'entry']);
  assert.equal(tails.nowOf(DEPOT_ONLY).position, 100);
});
