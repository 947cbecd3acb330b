/** Many erased id tags cost what a few cost, and are found as if each place were tried with each length. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CountedTexts } from './counted-texts.ts';
import { type ErasedTag, ErasedTags, erasedForms } from './erased-tags.ts';
import { exchange, hashWith } from './pseudonym-case.ts';

const HASH = hashWith('key');

const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 8, maxLength: 20 });
const contract = fc
  .tuple(
    fc.constantFrom('DE', 'fr'),
    fc.constantFrom('8AA', 'ABC'),
    fc.constantFrom('CA2B3C4D5', '123456789'),
  )
  .chain(([country, provider, rest]) =>
    fc
      .tuple(
        fc.constantFrom('', '-', '*'),
        fc.constantFrom('', '-', '*'),
        fc.constantFrom('', '6', '-6', '*6'),
      )
      .map(([first, second, check]) => `${country}${first}${provider}${second}${rest}${check}`),
  );
const paired = fc
  .tuple(digits, fc.constantFrom(':', '-', ''))
  .map(([text, separator]) => (text.match(/../g) ?? []).join(separator));
const worded = fc
  .array(fc.constantFrom('card', 'é1', '04A2', 'x', '0x12', 'No', '77'), { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' '));
const tag = fc.oneof(
  digits,
  contract,
  paired,
  worded,
  fc.constantFrom('VID:04A2B3C4D5E6', 'vid04a2b3c4d5e6'),
);

/** Tags, and a text of other spellings of them, of parts of them and of what is none. */
const cases = fc.array(tag, { minLength: 1, maxLength: 12 }).chain((tags) => {
  const spelled = fc
    .tuple(fc.constantFrom(...tags), fc.constantFrom(':', '-', '*', ''), fc.nat(9))
    .map(([text, separator, how]) => {
      if (how < 3) return text;
      if (how < 5) return text.replaceAll(/[-:*]/g, separator);
      if (how < 7) return (text.replaceAll(/[-:*]/g, '').match(/../g) ?? []).join(separator);
      return how < 8 ? `0x${text}` : text.slice(0, how);
    });
  const piece = fc.oneof(spelled, tag, fc.constantFrom('2026-01-05T10:00:00Z', '1', '', 'x-'));
  return fc.record({
    tags: fc.constant(tags),
    text: fc
      .array(fc.tuple(piece, fc.constantFrom(' ', ',', '-', ':', '', '"')))
      .map((all) => all.flat().join('')),
  });
});

function erased(tags: readonly string[], hash = HASH): readonly ErasedTag[] {
  return tags.map((text, at) => ({ replacement: `erased-${at}`, forms: erasedForms(text, hash) }));
}

/** As versions before kept them: every length is tried at every word. */
function plain(tags: readonly ErasedTag[]): readonly ErasedTag[] {
  return tags.map(({ replacement, forms }) => ({
    replacement,
    forms: forms.map(({ firsts: _, ...form }) => form),
  }));
}

test('what is found is what is found by trying every length at every word', () => {
  let found = 0;
  fc.assert(
    fc.property(cases, ({ tags, text }) => {
      const all = erased(tags);
      const tried = new ErasedTags(HASH, plain(all)).find(text);
      found += tried.length;
      assert.deepEqual(new ErasedTags(HASH, all).find(text), tried);
    }),
    { numRuns: 1_500 },
  );
  assert.ok(found > 1_000, `${found} found`);
});

test('of each word of a text two texts are hashed at most, however many tags were erased', () => {
  let hashed = 0;
  const hash = (text: string) => {
    hashed += 1;
    return HASH(text);
  };
  const words = Array.from({ length: 800 }, (_, at) => `w${(at * 7919) % 4096}`);
  const text = words.join(' ');
  const counts = [100, 10_000].map((count) => {
    // Of every length that there is.
    const tags = Array.from({ length: count }, (_, at) => `card ${at} `.padEnd(8 + (at % 240), 'no ').trim());
    const many = new ErasedTags(hash, erased(tags, hash));
    hashed = 0;
    assert.deepEqual(many.find(text), []);
    return hashed;
  });
  for (const count of counts) assert.ok(count <= 2 * words.length, `${count} texts were hashed`);
});

test('texts are counted as one after the other', () => {
  const unit = fc.constantFrom('a', 'b', 'e-');
  const short = fc.string({ unit, minLength: 1, maxLength: 4 });
  const case_ = fc.record({
    texts: fc.array(short, { maxLength: 6 }),
    prefix: fc.constantFrom('', 'a', 'e-'),
  });
  fc.assert(
    fc.property(case_, fc.string({ unit, maxLength: 60 }), ({ texts, prefix }, text) => {
      const all = texts.map((each) => prefix + each);
      const expected = all.reduce((sum, each) => sum + text.split(each).length - 1, 0);
      assert.equal(new CountedTexts(all).in(text), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('replacements in all texts of an entry are counted', () => {
  const tags = new ErasedTags(HASH, erased(['04A2B3C4', '04A2B3C5']));
  const call = '[2,"m","DataTransfer",{"vendorId":"v","data":"erased-0 erased-1 erased-2"}]';
  assert.equal(tags.occurrences(exchange('1.6', call, '[3,"m",{"data":"erased-1"}]')), 3);
});
