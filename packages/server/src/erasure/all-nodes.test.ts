import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINE_BEGINS, type ErasurePart, type ErasureReport, NO_PROGRESS } from '../store/erasure.ts';
import type { NodeRow } from '../store/nodes.ts';
import { type AllNodesQuestion, ofAllNodes } from './all-nodes.ts';

const NOW = 10_000_000;
const ASKED = NOW - 1000;

const node = (number: number, change: Partial<NodeRow> = {}): NodeRow => ({
  number,
  folder: `f${number}`,
  given: 0,
  lastSeen: NOW,
  released: null,
  ...change,
});
const report = (change: Partial<ErasureReport> = {}): ErasureReport => ({
  ...{ looked: 10, of: 10, entries: 1, occurrences: 2, files: 1, first: 500, unreadable: 0, kept: 0 },
  ...{ texts: {}, exports: 1, backups: [], downloads: 3, unclearDownloads: 1, setAside: 1 },
  ...change,
});
const part = (number: number, change: Partial<ErasurePart> = {}): ErasurePart => ({
  id: 'e',
  folder: `f${number}`,
  asked: ASKED,
  state: 'done',
  ended: NOW - 10,
  report: report(),
  ...change,
});

function asked(
  parts: readonly ErasurePart[],
  nodes: readonly NodeRow[],
  more: Partial<AllNodesQuestion> = {},
) {
  const { id, asked, ...rest } = part(1, {
    ended: NOW - 5,
    report: report({ first: 700, texts: { audit: 2 } }),
  });
  const own = {
    ...rest,
    progress: { ...NO_PROGRESS, looked: 10, of: 10, entries: 1, first: 700, ended: true },
  };
  return ofAllNodes({ record: { id, asked }, own, parts, nodes, keepsOfGone: true, now: NOW, ...more });
}

const states = ({ nodes }: ReturnType<typeof asked>) =>
  nodes.map(({ number, state }) => `${number} ${state}`);

test('what all have done is done, and what they found is told as one', () => {
  const backup = { path: '/b', made: '2026-01-01T00:00:00.000Z', there: false };
  const whole = asked(
    [
      part(1, { state: 'running', ended: null, report: null }),
      part(2, { report: report({ backups: [backup], texts: { audit: 1, starts: 4 }, downloads: 9 }) }),
      part(3, { ended: NOW, report: report({ backups: [{ ...backup, there: true }], first: null }) }),
    ],
    [node(1), node(2), node(3)],
  );
  assert.deepEqual([whole.state, whole.ended, states(whole)], ['done', NOW, ['1 done', '2 done', '3 done']]);
  const { looked, entries, first, ended } = whole.progress;
  assert.deepEqual([looked, entries, first, ended], [30, 3, 500, true]);
  assert.deepEqual(whole.report, {
    ...report({ looked: 30, of: 30, entries: 3, occurrences: 6, files: 3 }),
    texts: { audit: 3, starts: 4 },
    exports: 3,
    backups: [{ ...backup, there: true }],
    downloads: 9,
    setAside: 3,
  });
});

test('while a node that is there has not ended it runs; one that is away is not waited for, and told', () => {
  const nodes = [node(1), node(2), node(3)];
  const earlier = part(2, { asked: ASKED - 1 });
  const some = asked([earlier, part(3)], nodes);
  assert.deepEqual([some.state, some.ended, some.report], ['running', null, null]);
  assert.deepEqual(
    states(some),
    ['1 done', '2 waiting', '3 done'],
    'that of an earlier asking does not count',
  );
  const away = asked([part(3)], [node(1), node(2, { lastSeen: NOW - 151_000 }), node(3)]);
  assert.deepEqual([away.state, away.ended, states(away)[1]], ['incomplete', NOW - 5, '2 waiting']);
  assert.equal(away.report?.entries, 2);
  const cutOff = part(2, { state: 'running', ended: null, report: null });
  const killed = asked([cutOff, part(3)], [node(1), node(2, { lastSeen: 0 }), node(3)]);
  assert.deepEqual([killed.state, states(killed)[1]], ['incomplete', '2 running']);
  const unread = asked([part(2, { state: 'incomplete' })], [node(1), node(2)]);
  assert.deepEqual([unread.state, states(unread)[1]], ['incomplete', '2 incomplete']);
});

test('of a node that is gone it is told, and it counts where its entries are kept elsewhere', () => {
  const gone = node(2, { released: NOW - 50_000 });
  const kept = asked([], [node(1), gone]);
  assert.deepEqual([kept.state, states(kept)], ['incomplete', ['1 done', '2 gone']]);
  const embedded = asked([], [node(1), gone], { keepsOfGone: false });
  assert.deepEqual([embedded.state, states(embedded)], ['done', ['1 done', '2 gone']]);
  const record = { id: 'e', asked: ASKED, node: 'f2' };
  const unfinished = asked([], [node(1), gone], { keepsOfGone: false, record });
  assert.equal(unfinished.state, 'incomplete', 'nobody looked through control data');
  const before = asked([part(2)], [node(1), gone]);
  assert.deepEqual([before.state, states(before)], ['done', ['1 done', '2 done']]);
  assert.equal(asked([part(9)], [node(1)]).progress.entries, 2, 'also of one that is in no list any more');
});

test('a part whose files are done is shipping, and so is the whole where all that is awaited is', () => {
  const shipping = { state: 'running', ended: null } as const;
  const half = asked([part(2, shipping), part(3)], [node(1), node(2), node(3)]);
  assert.deepEqual(
    [half.state, half.ended, states(half)],
    ['shipping', null, ['1 done', '2 shipping', '3 done']],
  );
  assert.equal(half.report?.exports, 3);
  const early = asked(
    [part(2, shipping), part(3, { ...shipping, report: null })],
    [node(1), node(2), node(3)],
  );
  assert.deepEqual([early.state, states(early)], ['running', ['1 done', '2 shipping', '3 running']]);
  const away = asked([part(2, shipping)], [node(1), node(2, { lastSeen: 0 })]);
  assert.deepEqual([away.state, states(away)], ['incomplete', ['1 done', '2 shipping']]);
});

test('rows of the site that every node finds in ClickHouse are counted once, and those of own entries of each', () => {
  const holding = (number: number, rows: number, ofSite?: number) =>
    part(number, {
      report: report({ engine: { ...ENGINE_BEGINS, rows, ...(ofSite === undefined ? {} : { ofSite }) } }),
    });
  const nodes = [node(1), node(2), node(3), node(4)];
  const { engine } =
    asked([holding(2, 1010, 1000), holding(3, 1205, 1200), holding(4, 2)], nodes).report ?? {};
  assert.deepEqual([engine?.rows, engine?.ofSite], [1217, 1200]);
});
