import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from './table.ts';

test('columns are as wide as what they hold, numbers to the right', () => {
  const text = table(
    [{ title: 'ID' }, { title: 'N', right: true }],
    [
      ['depot', '7'],
      ['a', '12'],
    ],
    80,
  );
  assert.equal(text, 'ID      N\ndepot   7\na      12\n');
});

test('the widest column gives way until the table fits', () => {
  const text = table([{ title: 'A' }, { title: 'B' }], [['abcdef', 'x'.repeat(100)]], 30);
  assert.equal(text, `A       B\nabcdef  ${'x'.repeat(21)}…\n`);
  const narrow = table([{ title: 'A' }, { title: 'B' }], [['a'.repeat(40), 'b'.repeat(40)]], 22);
  assert.equal(narrow.split('\n')[1], `${'a'.repeat(9)}…  ${'b'.repeat(9)}…`);
});

test('a column that yields is cut first and left out before others are cut; a whole one never is', () => {
  const columns = [{ title: 'A', whole: true }, { title: 'B' }, { title: 'P', yields: true }];
  const rows = [['a'.repeat(20), 'b'.repeat(20), 'p'.repeat(20)]];
  const [a, b] = ['a'.repeat(20), 'b'.repeat(20)];
  const line = (width: number) => table(columns, rows, width).split('\n')[1];
  assert.equal(line(64), `${a}  ${b}  ${'p'.repeat(20)}`);
  assert.equal(line(52), `${a}  ${b}  ppppppp…`);
  assert.equal(line(51), `${a}  ${b}`);
  assert.equal(line(30), `${a}  ${'b'.repeat(7)}…`);
  assert.equal(line(10), `${a}  bbb…`);
});

test('what would steer the terminal is not written to it', () => {
  assert.equal(table([{ title: 'A' }], [['\u001b[2Jx\u202e']], 80), 'A\n\ufffd[2Jx\ufffd\n');
});
