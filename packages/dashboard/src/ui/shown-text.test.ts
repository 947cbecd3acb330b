import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownText } from './shown-text.ts';

test('what reorders letters, or is not seen, is named', () => {
  assert.equal(shownText('\u202Egnp.exe'), '‹U+202E›gnp.exe');
  assert.equal(shownText('a\u0000b\u2066c\u200Bd\u009F'), 'a‹U+0000›b‹U+2066›c‹U+200B›d‹U+009F›');
});

test('letters of any script, tabs and line ends stay', () => {
  const text = 'Brünn\t€ 0.10\r\n充电 محطة 🔌';
  assert.equal(shownText(text), text);
});
