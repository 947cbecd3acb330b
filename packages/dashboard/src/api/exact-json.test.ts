import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExact } from './exact-json.ts';

test('whole numbers that JavaScript cannot hold keep their digits', () => {
  assert.deepEqual(
    parseExact('{"a":9223372036854775807,"b":[12,-9007199254740993],"c":1.5,"d":"1234567890123456"}'),
    {
      a: '9223372036854775807',
      b: [12, '-9007199254740993'],
      c: 1.5,
      d: '1234567890123456',
    },
  );
});

test('texts are no numbers, whatever they hold, and numbers that are none stay an error', () => {
  const text = '{"a\\\\":"\\",1234567890123456789","b":[":12345678901234567890\\\\",12345678901234567890]}';
  assert.deepEqual(parseExact(text), {
    'a\\': '",1234567890123456789',
    b: [':12345678901234567890\\', '12345678901234567890'],
  });
  for (const wrong of ['[012345678901234567890]', '[12345678901234567890-]', '[1234567890123456789.]']) {
    assert.throws(() => parseExact(wrong), SyntaxError, wrong);
  }
});

test('one message that is nested deep hides no other', () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const read = parseExact(`{"entries":[{"id":12345678901234567890},{"payload":${deep}},{"id":2}]}`);
  assert.ok(typeof read === 'object' && read !== null && 'entries' in read && Array.isArray(read.entries));
  assert.deepEqual([read.entries[0], read.entries[2]], [{ id: '12345678901234567890' }, { id: 2 }]);
});
