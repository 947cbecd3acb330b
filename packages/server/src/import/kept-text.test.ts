import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Chunk } from './chunk.ts';
import { DirectionFinder } from './direction-finder.ts';
import { FileOutcome } from './file-outcome.ts';
import type { ImportedFrame } from './format.ts';
import { keptText } from './kept-text.ts';

const BLOCK = 1_000_000;
const BLOCKS = 200;

setFlagsFromString('--expose-gc');
// Safe: the flag makes it.
const collectGarbage = runInNewContext('gc') as () => void;

/** A long text that nothing else holds, and a frame with a station and an id that are cut from it. */
function frameOfBlock(nth: number): ImportedFrame {
  const head = `station-with-a-long-name-${nth} [2,"message-id-of-some-length-${nth}","Heartbeat",{}]`;
  const block = Buffer.from(head.padEnd(BLOCK, `${nth} `)).toString();
  const begin = block.indexOf('[');
  return {
    kind: 'frame',
    line: nth,
    charger: block.slice(0, begin - 1),
    time: '2026-01-31T12:00:00Z',
    timed: true,
    direction: null,
    way: 'sent',
    frame: block.slice(begin, block.indexOf(']') + 1),
    connection: null,
    version: null,
    connector: null,
    rebuilt: false,
  };
}

test('a kept text is the same text, also with half a surrogate pair', () => {
  for (const text of ['', 'CP_1', 'Lade\u00e4ule 7', '\u{1f50c}', 'x\ud83d'])
    assert.equal(keptText(text), text);
});

test('stations and calls that an import remembers hold nothing of the blocks that they were read in', () => {
  const finder = new DirectionFinder('station');
  const outcome = new FileOutcome('long.log');
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let nth = 0; nth < BLOCKS; nth++) {
    const chunk = new Chunk();
    for (const line of finder.take(frameOfBlock(nth))) {
      assert.ok(line.kind === 'frame' && line.charger !== null);
      const place = { line: nth, charger: line.charger, at: 0 };
      outcome.showFirst(line, place);
      chunk.add({ place, text: '{}' });
    }
    outcome.answered({ accepted: 1, duplicates: 0, rejected: [], entries: { exchange: 1 } }, chunk);
  }
  collectGarbage();
  const held = process.memoryUsage().heapUsed - before;
  assert.equal(outcome.chargers.length, BLOCKS);
  assert.equal(finder.end().length, 0);
  assert.ok(held < (BLOCKS * BLOCK) / 10, `${held} bytes are held`);
});
