import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './commands.ts';

const OPTIONS = COMMANDS.flatMap((command) =>
  Object.entries(command.options).map(([name, option]) => ({ command, name, aliases: option.aliases ?? [] })),
);

/**
 * One site, and several; where the server listens, and the names that it is called by; which stations to tell of, and
 * how many to simulate.
 */
const PAIRS_OF_THEIR_OWN = ['site', 'host', 'station'];

test('what means the same has one name in every command', () => {
  const names = new Set(OPTIONS.map(({ name }) => name));
  const spelled = new Map<string, Set<string>>();
  for (const name of names) {
    const letters = name.replaceAll('-', '').replaceAll('z', 's').replace(/s$/, '');
    spelled.set(letters, (spelled.get(letters) ?? new Set()).add(name));
  }
  const twins = [...spelled].filter(([letters, of]) => of.size > 1 && !PAIRS_OF_THEIR_OWN.includes(letters));
  assert.deepEqual(twins, []);
});

test('another name never hides an option, and is the same option wherever it is taken', () => {
  const meant = new Map<string, string>();
  for (const { command, name, aliases } of OPTIONS) {
    for (const alias of aliases) {
      assert.equal(alias in command.options, false, `--${alias} of ${command.name.join(' ')}`);
      assert.equal(meant.get(alias) ?? name, name, `--${alias}`);
      meant.set(alias, name);
    }
  }
  assert.equal(meant.get('timezone'), 'time-zone');
});
