/** What a run under load is judged by: growth, leaks and delays that are planted are seen, noise and warming up are not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Beat, type JudgedLoad, LOAD_BOUNDS, type LoadPhase, loadVerdicts } from './load-verdicts.ts';

const MIB = 2 ** 20;
const EVERY_S = 5;
const MINUTES = 10;

/** Ten minutes of the load, then one of readers and a storm of half a minute. */
function beatsOf(look: (seconds: number, phase: LoadPhase) => Partial<Beat>): readonly Beat[] {
  const phases: readonly (readonly [LoadPhase, number])[] = [
    ['connecting', 30],
    ['holding the load', MINUTES * 60],
    ['settling', 10],
    ['readers', 60],
    ['storm', 40],
  ];
  const beats: Beat[] = [];
  let at = 0;
  for (const [phase, seconds] of phases) {
    for (let within = 0; within < seconds; within += EVERY_S) {
      const noise = ((beats.length * 7_919) % 13) - 6;
      const usual = { resident: (1_000 + noise) * MIB, descriptors: 18_112, loopP99: 8 + noise };
      beats.push({ at, phase, ...usual, ...look(within, phase) });
      at += EVERY_S;
    }
  }
  return beats;
}

const calm: JudgedLoad = {
  minutes: MINUTES,
  beats: beatsOf(() => ({})),
  isAdded: true,
  heldP99: [12, 18, 9],
  busyP99: 90,
  stored: { committed: 0.999, onDisk: 0.995 },
  sockets: { before: 3, left: 5 },
};

/** What does not hold. */
function broken(load: Partial<JudgedLoad>): readonly string[] {
  return loadVerdicts({ ...calm, ...load }).flatMap(({ what, holds }) => (holds === true ? [] : [what]));
}

const MEMORY = 'growth of memory after the first third of the load';
const OPEN = 'growth of open descriptors, likewise';
const LOOP = 'event loop, p99 of the worst ten seconds of the load';
const BUSY_LOOP = 'the same with readers and in the storm';

test('a calm run holds in everything, and each bound is told with its unit', () => {
  const verdicts = loadVerdicts(calm);
  assert.deepEqual(
    verdicts.map(({ allowed, holds }) => [allowed, holds]),
    [
      ...['50.0 MiB', '2', '8', '50.0 ms', '250.0 ms', '50.0 ms'],
      ...['at least 99.00 %', 'at least 99.00 %', '250.0 ms'],
    ].map((allowed) => [allowed, true]),
  );
});

test('memory that grows all the time is seen, and memory that a cache takes at first is not', () => {
  const growing = (mibPerMinute: number) =>
    beatsOf((seconds, phase) =>
      phase === 'holding the load' ? { resident: (1_000 + (mibPerMinute * seconds) / 60) * MIB } : {},
    );
  assert.deepEqual(broken({ beats: growing(9) }), [MEMORY]);
  assert.deepEqual(broken({ beats: growing(6) }), []);
  const warming = beatsOf((seconds, phase) =>
    phase === 'holding the load' ? { resident: Math.min(1_000, 600 + 4 * seconds) * MIB } : {},
  );
  assert.deepEqual(broken({ beats: warming }), []);
  // What others than the load take is not it.
  const later = beatsOf((seconds, phase) => (phase === 'storm' ? { resident: (1_000 + seconds) * MIB } : {}));
  assert.deepEqual(broken({ beats: later }), []);
});

test('one descriptor a minute is a leak, and so are sockets that stay when all have left', () => {
  const leaking = beatsOf((seconds, phase) =>
    phase === 'holding the load' ? { descriptors: 18_112 + Math.floor(seconds / 60) } : {},
  );
  assert.deepEqual(broken({ beats: leaking }), [OPEN]);
  const before = calm.sockets.before;
  const left = 'sockets left over when all have left';
  assert.deepEqual(broken({ sockets: { before, left: before + LOAD_BOUNDS.socketsLeft } }), []);
  assert.deepEqual(broken({ sockets: { before, left: before + LOAD_BOUNDS.socketsLeft + 1 } }), [left]);
});

test('ten late seconds are seen, each in its phase: a window tells of what was before it', () => {
  const late = (of: LoadPhase, from: number, ms: number) =>
    beatsOf((seconds, phase) => (phase === of && seconds === from ? { loopP99: ms } : {}));
  assert.deepEqual(broken({ beats: late('holding the load', 300, LOAD_BOUNDS.loopP99 + 1) }), [LOOP]);
  assert.deepEqual(broken({ beats: late('holding the load', 15, LOAD_BOUNDS.loopP99 + 1) }), []);
  assert.deepEqual(broken({ beats: late('readers', 30, LOAD_BOUNDS.loopP99 + 1) }), []);
  assert.deepEqual(broken({ beats: late('readers', 30, LOAD_BOUNDS.busyLoopP99 + 1) }), [BUSY_LOOP]);
  assert.deepEqual(broken({ beats: late('storm', 35, LOAD_BOUNDS.busyLoopP99 + 1) }), [BUSY_LOOP]);
});

test('the worst part counts, added by the relay or as a whole', () => {
  assert.deepEqual(broken({ heldP99: [9, LOAD_BOUNDS.answerP99 + 1, 9] }), [
    'added p99, worst part of the load',
  ]);
  assert.deepEqual(broken({ heldP99: [9, 51], isAdded: false }), [
    'p99 of an answer, worst part of the load',
  ]);
  assert.deepEqual(broken({ busyP99: LOAD_BOUNDS.busyAnswerP99 + 1 }), ['added p99, with readers']);
  assert.deepEqual(broken({ busyP99: null }), []);
});

test('one frame in fifty that is stored late is too much', () => {
  assert.deepEqual(broken({ stored: { committed: 0.98, onDisk: 0.999 } }), [
    'frames committed within 250 ms',
  ]);
  assert.deepEqual(broken({ stored: { committed: 0.999, onDisk: 0.98 } }), [
    'frames on the disk within 1000 ms',
  ]);
});

test('what was not seen does not hold, and too short a load is not judged by what it cannot tell', () => {
  assert.deepEqual(broken({ beats: [] }), [MEMORY, OPEN, LOOP, BUSY_LOOP]);
  assert.deepEqual(broken({ heldP99: [9, Number.NaN] }), ['added p99, worst part of the load']);
  const unseen = { committed: Number.NaN, onDisk: Number.NaN };
  assert.equal(broken({ stored: unseen }).length, 2);
  const short = loadVerdicts({ ...calm, minutes: 1, heldP99: [1_000], sockets: { before: 3, left: 300 } });
  assert.deepEqual(
    short.filter(({ holds }) => holds !== null).map(({ what, holds }) => [what, holds]),
    [['sockets left over when all have left', false]],
  );
});
