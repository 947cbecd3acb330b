import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withTables } from './benchmarks-document.ts';

const table = (title: string, value: string) => ({
  title,
  header: ['what', 'value'],
  rows: [['one', value]],
  notes: ['a note'],
});

const DOCUMENT = `# Benchmarks

- printed once

## Relay: 100 stations

old

## Aims

old aims

## Dashboard: ten million entries

### Views

by another command
`;

const titles = (document: string) => document.match(/^## .*$/gm);

test('a part that is measured again takes the place of what it was, whatever its size', () => {
  const written = withTables(DOCUMENT, null, [table('Relay: 200 stations', '7')]);
  assert.deepEqual(titles(written), [
    '## Relay: 200 stations',
    '## Aims',
    '## Dashboard: ten million entries',
  ]);
  assert.ok(
    written.startsWith('# Benchmarks\n\n- printed once\n\n## Relay: 200 stations\n\n| what | value |\n'),
  );
  assert.match(written, /\| one \| 7 \|\n\n- a note\n\n## Aims\n\nold aims\n/);
  assert.ok(written.endsWith('### Views\n\nby another command\n'));
  assert.doesNotMatch(written, /^old$/m);
});

test('what was never measured comes before what other commands print, several of a kind in their order', () => {
  const written = withTables(DOCUMENT, null, [table('Both: 1', 'a'), table('Both: 2', 'b')]);
  assert.deepEqual(titles(written), [
    '## Relay: 100 stations',
    '## Aims',
    '## Both: 1',
    '## Both: 2',
    '## Dashboard: ten million entries',
  ]);
});

test('a whole run has a head of its own, and written twice it is the same', () => {
  const tables = [table('Relay: 200 stations', '7'), table('Aims', '1')];
  const written = withTables(DOCUMENT, ['printed now', 'two cores'], tables);
  assert.ok(written.startsWith('# Benchmarks\n\n- printed now\n- two cores\n\n## Relay'));
  assert.doesNotMatch(written, /printed once|old aims/);
  assert.equal(withTables(written, ['printed now', 'two cores'], tables), written);
});
