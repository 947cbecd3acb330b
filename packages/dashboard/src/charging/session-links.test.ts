import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readState } from '../explore/explore-state.ts';
import { readStation } from '../station/station-state.ts';
import { at, mark, session } from './fixtures.ts';
import { diagramOfSession, entriesOf, entryAddress } from './session-links.ts';

const searchOf = (address: string) => new URL(`http://host${address}`).search;

test('an entry is opened in the logs of its station and time', () => {
  const state = readState(searchOf(entryAddress(session(), '77', 'utc', true)));
  assert.deepEqual(state.entry, { site: 'depot', id: '77' });
  assert.deepEqual([state.q, state.from, state.to], ['station:CP-1', at(-60), at(3_660)]);
  assert.deepEqual([state.zone, state.events], ['utc', true]);
});

test('the diagram has the messages of the session alone, as far as they can be asked for one by one', () => {
  const drawn = (of: ReturnType<typeof session>) => readStation(searchOf(diagramOfSession(of, 'browser')));
  const boot = { time: at(5), entry_id: '9', kind: 'boot', until: null } as const;
  const few = session({
    marks: [mark(1, 'start'), mark(2, 'meter'), mark(3, 'stop')],
    interruptions: [boot],
  });
  assert.deepEqual(drawn(few).entries, ['1', '2', '3', '9']);
  assert.deepEqual(entriesOf(few), ['1', '2', '3', '9']);
  const meters = Array.from({ length: 200 }, (_, place) => mark(10 + place, 'meter'));
  assert.deepEqual(drawn({ ...few, marks: [...few.marks, ...meters] }).entries, ['1', '3', '9']);
  const updates = Array.from({ length: 200 }, (_, place) => mark(10 + place, 'update'));
  const long = drawn({ ...few, marks: updates });
  assert.deepEqual([long.entries, long.quiet, long.from, long.to], [[], true, at(-60), at(3_660)]);
});
