import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWindow, type WindowLimits } from './read-window.ts';
import { PageTooLarge } from './remote.ts';
import { type DoubleEntry, entryText, RemoteDouble } from './remote-double.ts';

const LIMITS: WindowLimits = { take: 3, full: 10, characters: 1_000_000, tries: 3 };
const WINDOW = { from: 1_000, to: 2_000 };
const ACTIVE = new AbortController().signal;

const entry = (at: number, name = `e${at}`): DoubleEntry => ({ at, name });
const entries = (count: number) => Array.from({ length: count }, (_, at) => entry(1_000 + at));

function read(remote: RemoteDouble, limits: Partial<WindowLimits> = {}, divisible = true) {
  return readWindow(remote, { window: WINDOW, divisible, limits: { ...LIMITS, ...limits } }, ACTIVE);
}

function namesOf(reading: Awaited<ReturnType<typeof read>>): readonly string[] {
  assert.equal(reading.kind, 'read');
  return reading.kind === 'read' ? reading.entries.map(({ text }) => text) : [];
}

test('pages are put together, each once, and only what lies in the window', async () => {
  const remote = new RemoteDouble();
  const inside = entries(8);
  remote.add(...inside, entry(999), entry(2_000));
  assert.deepEqual(namesOf(await read(remote)), inside.map(entryText));
  assert.deepEqual(namesOf(await read(new RemoteDouble())), []);
});

test('entries that come in between pages make the window be read again', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(8));
  const late = entry(1_001, 'late');
  remote.onPage = ({ skip }) => {
    if (skip > 0 && !remote.history.includes(late)) remote.add(late);
  };
  const names = namesOf(await read(remote));
  assert.deepEqual(names, remote.history.map(entryText));
  assert.equal(names.length, 9);
});

test('a shift is seen although the count stays the same', async () => {
  const remote = new RemoteDouble();
  const all = entries(8);
  remote.add(...all);
  let shifted = false;
  remote.onPage = ({ skip }) => {
    if (skip === 0 || shifted) return;
    shifted = true;
    remote.add(entry(1_000, 'new'));
    remote.remove(all[7] ?? entry(0));
  };
  assert.deepEqual(namesOf(await read(remote)), remote.history.map(entryText));
});

test('a window that never stands still is given up', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(8));
  remote.onPage = ({ skip }) => {
    if (skip > 0) remote.add(entry(1_000, `n${remote.requests}`));
  };
  const reading = await read(remote, { full: 1_000 });
  assert.deepEqual(reading, { kind: 'unreadable', reason: 'it changed while it was read, 3 times' });
  assert.equal(remote.requests, 6);
});

test('a server that passes nothing over is not read for ever', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(8));
  const page = remote.page.bind(remote);
  remote.page = (wish, signal) => page({ ...wish, skip: 0 }, signal);
  assert.equal((await read(remote)).kind, 'unreadable');
});

test('a window with too many entries is not read on', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(11));
  assert.deepEqual(await read(remote), { kind: 'too-much', count: 11 });
  assert.equal(remote.requests, 1);
  assert.equal(namesOf(await read(remote, {}, false)).length, 11);
  assert.equal((await read(remote, { full: 1 }, false)).kind, 'unreadable');
});

test('a window with too much text is not read on', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(9));
  assert.deepEqual(await read(remote, { characters: 500 }), { kind: 'too-much', count: 10 });
  assert.equal(remote.requests, 2);
});

test('a page that is too large is asked for in smaller ones', async () => {
  const remote = new RemoteDouble();
  remote.add(...entries(8));
  remote.onPage = ({ take }) => {
    if (take > 2) throw new PageTooLarge('too large');
  };
  assert.equal(namesOf(await read(remote, { take: 8 })).length, 8);
  remote.onPage = () => {
    throw new PageTooLarge('too large');
  };
  assert.deepEqual(await read(remote), { kind: 'unreadable', reason: 'too large' });
});
