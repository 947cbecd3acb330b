import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameScanner } from './frame-scanner.ts';

/** The end within the lines, put one after the other. */
function endOver(lines: readonly string[]): number {
  const scanner = new FrameScanner();
  let before = 0;
  for (const line of lines) {
    const end = scanner.feed(line, 0);
    if (end >= 0) return before + end;
    before += line.length;
  }
  return -1;
}

test('property: the end of a frame is found wherever its text is cut, whatever follows', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', 'a', ',') });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), text)), text, fc.nat(), fc.nat(), (values, rest, a, b) => {
      const frame = JSON.stringify(values);
      const all = `${frame}${rest}`;
      const [first = 0, second = 0] = [a % all.length, b % all.length].sort((x, y) => x - y);
      const cut = [all.slice(0, first), all.slice(first, second), all.slice(second)];
      assert.equal(endOver(cut), frame.length);
    }),
  );
});

test('an empty line does not end an escape', () => {
  assert.equal(endOver(['[2,"a\\', '', '"]b"]']), 11);
});

test('a frame that is torn has no end', () => {
  assert.equal(endOver(['[2,"a', 'b\\', '"]']), -1);
  assert.equal(endOver(['[2,"a",{"b":[1]']), -1);
});

test('brackets that do not belong together are noticed', () => {
  const scanner = new FrameScanner();
  assert.equal(scanner.feed('[3,"a",{"b":],"c":["d"]}]', 0), 24);
  assert.equal(scanner.crossed, true);
});

test('ten million brackets are looked at once', () => {
  const scanner = new FrameScanner();
  assert.equal(scanner.feed('['.repeat(10_000_000), 0), -1);
  assert.equal(scanner.feed(`${'\\'.repeat(10_000_000)}"`, 0), -1);
});
