import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, type Command, CommandError, UsageError } from './command.ts';
import { runFor } from './terminal-double.ts';

function echo(name: readonly string[], words: string): Command {
  return {
    name,
    summary: `Says what ${name.join(' ')} was given.`,
    words,
    options: {
      port: { value: 'PORT', describe: 'A number.' },
      'auto-sites': { describe: 'A switch.' },
      from: { value: 'TIME', describe: 'A time.' },
    },
    examples: [[`ocpp-logs ${name.join(' ')} --port 1`, 'an example']],
    async run({ flags, words: given, terminal }: Call) {
      if (given.includes('fail')) throw new CommandError('it failed');
      if (given.includes('wrong')) throw new UsageError('use it well');
      terminal.output.write(JSON.stringify({ name, flags, words: given }));
      return 0;
    },
  };
}

const commands = [
  echo(['serve'], ''),
  echo(['key', 'create'], ''),
  echo(['key', 'list'], ''),
  echo(['import'], 'FILE...'),
];
const run = (...args: string[]) => runFor(args, { commands });
const given = async (...args: string[]): Promise<unknown> => JSON.parse((await run(...args)).output);

test('without a command the first one runs, with its options', async () => {
  assert.deepEqual(await given(), { name: ['serve'], flags: {}, words: [] });
  assert.deepEqual(await given('--port', '9020', '--no-auto-sites'), {
    name: ['serve'],
    flags: { port: '9020', 'auto-sites': false },
    words: [],
  });
});

test('options and words may stand in any order; a value may begin with a minus and a digit', async () => {
  assert.deepEqual(
    await given('import', 'a.log', '--from', '-3h', 'b.log', '--auto-sites', '--', '--c.log'),
    {
      name: ['import'],
      flags: { from: '-3h', 'auto-sites': true },
      words: ['a.log', 'b.log', '--c.log'],
    },
  );
  assert.deepEqual(await given('import', '--port=1', '-'), {
    name: ['import'],
    flags: { port: '1' },
    words: ['-'],
  });
});

test('wrong use is one line with what was probably meant, and status 2', async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['serv'], /^ocpp-logs serv: no such command; did you mean serve\? \(see ocpp-logs --help\)\n$/],
    [
      ['9025'],
      /^ocpp-logs 9025: no such command; with npm, options follow two dashes: npm start -- --port 9025 /,
    ],
    [['key', 'crate'], /^ocpp-logs key crate: did you mean ocpp-logs key create\?\n$/],
    [['key'], /^ocpp-logs key: one of create, list must follow\n$/],
    [['--prot', '1'], /^--prot: no such option of ocpp-logs serve; did you mean --port\? /],
    [['-p', '1'], /^-p: no such option of ocpp-logs serve/],
    [['--no-port'], /^--no-port: no such option of ocpp-logs serve; did you mean --port\?/],
    [['--port'], /^--port needs a value: --port PORT\n$/],
    [['--port', '--auto-sites'], /^--port needs a value: --port PORT\n$/],
    [['--port', '1', '--port', '2'], /^--port is given twice\n$/],
    [['--auto-sites=maybe'], /^--auto-sites is a switch; allowed is --auto-sites or --no-auto-sites\n$/],
    [
      ['--port', '1', 'key', 'list'],
      /^ocpp-logs serve takes no argument, so "key" is too many; a command comes first/,
    ],
  ];
  for (const [args, expected] of cases) {
    const { status, output, errors } = await run(...args);
    assert.match(errors, expected);
    assert.deepEqual([status, output], [2, '']);
  }
});

test('a command that fails ends with 1, one that was used wrongly with 2', async () => {
  assert.deepEqual(await run('import', 'fail'), { status: 1, output: '', errors: 'it failed\n' });
  assert.deepEqual(await run('import', 'wrong'), { status: 2, output: '', errors: 'use it well\n' });
});

test('help is there for all, for a group and for one command, and teaches by example', async () => {
  const all = await run('--help');
  assert.equal(all.status, 0);
  for (const name of ['serve', 'key create', 'key list', 'import'])
    assert.ok(all.output.includes(`  ${name} `));
  const group = await run('key', '--help');
  assert.ok(group.output.includes('key create') && !group.output.includes('import'));
  const one = await run('import', 'x', '--help');
  assert.match(
    one.output,
    /^Says what import was given\.\n\nUsage: ocpp-logs import \[OPTIONS\] FILE\.\.\.\n/,
  );
  assert.match(one.output, /--port PORT +A number\.\n/);
  assert.match(one.output, /ocpp-logs import --port 1 +an example\n/);
  assert.equal((await run('help', 'import')).output, one.output);
});

test('the real table: every command has an example that begins with its own name', async () => {
  const { COMMANDS } = await import('./commands.ts');
  for (const { name, examples, summary } of COMMANDS) {
    assert.ok(examples.length > 0 && summary.endsWith('.'), name.join(' '));
    for (const [line] of examples)
      assert.ok(`${line} `.includes(name.join(' ')) || name[0] === 'serve', line);
  }
});
