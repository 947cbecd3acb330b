import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SparingLog } from './sparing-log.ts';

it('a line that strangers cause is written five times a minute, then counted', () => {
  const lines: [object, string][] = [];
  let now = 0;
  const log = new SparingLog({ warn: (facts, text) => lines.push([facts, text]) }, () => now);
  for (let i = 0; i < 8; i++) log.warn({ i }, 'knocked');
  assert.equal(lines.length, 5);
  now = 60_000;
  log.warn({ i: 8 }, 'knocked');
  log.warn({ i: 9 }, 'knocked');
  assert.deepEqual(lines.slice(5), [
    [{ i: 8, suppressed: 3 }, 'knocked'],
    [{ i: 9 }, 'knocked'],
  ]);
});
