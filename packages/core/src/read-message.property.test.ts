import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { byteSpan } from './json-text.ts';
import { readFrame } from './read-frame.ts';
import { readMessage, readTruncated } from './read-message.ts';

const RUNS = { numRuns: 1000 };
const NO_CUT = null;

const blanks = fc.constantFrom('', ' ', '\n', '\t \r\n');
const payloads = fc
  .tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(2))
  .map(([payload, spread]) => JSON.stringify(payload, null, spread));

/** A frame with blanks anywhere between its elements, and the text of its payload. */
const frames = fc
  .tuple(fc.array(blanks, { minLength: 10, maxLength: 10 }), fc.string(), fc.string(), payloads, fc.nat(2))
  .map(([blank, id, action, payload, form]) => {
    const name = form === 1 ? [] : [JSON.stringify(action)];
    const elements = [['2', '3', '6'][form] ?? '2', JSON.stringify(id), ...name, payload];
    const inside = elements.map((element, index) => `${blank[index]}${element}${blank[index + 4]}`).join(',');
    return { text: `${blank[8]}[${inside}]${blank[9]}`, payload };
  });

const rounded = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;

const KINDS = new Set(['call', 'send', 'result', 'error', 'result_error', 'malformed']);

test('no text makes reading throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc
      .array(fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '2', '\\', 'x', ' ', 'null', '\ud800'))
      .map((p) => p.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      assert.ok(KINDS.has(readMessage(text).kind));
      assert.ok(KINDS.has(readTruncated(text).kind));
    }),
    RUNS,
  );
});

test('no JSON makes reading throw, and only arrays are messages', () => {
  const elements = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(fc.array(elements, { maxLength: 7 }), fc.jsonValue()), (value) => {
      const { kind } = readMessage(JSON.stringify(value));
      assert.ok(KINDS.has(kind));
      if (!Array.isArray(value)) assert.equal(kind, 'malformed');
    }),
    RUNS,
  );
});

test('a frame with characters changed, dropped or added does not make reading throw', () => {
  const change = fc.tuple(
    fc.nat(),
    fc.nat(2),
    fc.constantFrom('"', '[', '{', '}', ']', ',', '\\', '\0', '9', '\udc00'),
  );
  fc.assert(
    fc.property(frames, fc.array(change, { minLength: 1, maxLength: 4 }), ({ text }, changes) => {
      let mutated = text;
      for (const [place, dropped, added] of changes) {
        const at = place % (mutated.length + 1);
        mutated = mutated.slice(0, at) + added + mutated.slice(at + dropped);
      }
      assert.ok(KINDS.has(readMessage(mutated).kind));
      assert.ok(KINDS.has(readTruncated(mutated).kind));
    }),
    RUNS,
  );
});

test('the payload comes back as its text was, in characters and in bytes', () => {
  fc.assert(
    fc.property(frames, ({ text, payload }) => {
      const message = readMessage(text);
      assert.ok('payloadSpan' in message);
      assert.deepEqual(JSON.parse(JSON.stringify(message.payload, rounded)), JSON.parse(payload));
      assert.ok(message.payloadSpan);
      assert.equal(text.slice(message.payloadSpan.start, message.payloadSpan.end), payload);
      const bytes = new TextEncoder().encode(text);
      const { start, end } = byteSpan(text, bytes.length, message.payloadSpan);
      assert.deepEqual(bytes.slice(start, end), new TextEncoder().encode(payload));
      assert.deepEqual(readFrame(bytes, false, NO_CUT), { text, message });
    }),
    RUNS,
  );
});

test('the details of an error come back as their text was', () => {
  const details = fc.jsonValue().filter((value) => value !== null);
  fc.assert(
    fc.property(fc.string(), blanks, details, (description, blank, value) => {
      const text = `[4,"1","GenericError",${JSON.stringify(description)},${blank}${JSON.stringify(value)}${blank}]`;
      const message = readMessage(text);
      assert.ok(message.kind === 'error');
      assert.equal(text.slice(message.detailsSpan?.start, message.detailsSpan?.end), JSON.stringify(value));
    }),
    RUNS,
  );
});

test('every integer of 64 bits keeps its digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
      const message = readMessage(`[2,"1","CostUpdated",{"transactionId":[${integer}]}]`);
      assert.ok(message.kind === 'call');
      assert.equal(String(message.payload.transactionId), String(integer));
    }),
    RUNS,
  );
});

test('the beginning of a frame tells the same id and action as the whole', () => {
  fc.assert(
    fc.property(frames, fc.nat(), ({ text }, length) => {
      const whole = readMessage(text);
      const part = readTruncated(text.slice(0, length % text.length));
      if (part.kind === 'malformed') return;
      assert.ok(whole.kind === part.kind && whole.id === part.id);
      if (part.kind === 'call' && whole.kind === 'call') assert.equal(part.action, whole.action);
    }),
    RUNS,
  );
});
