import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { fitsPassword } from '../auth/password.ts';
import { tokenId } from '../auth/session-token.ts';
import { ControlDatabase } from '../store/control/database.ts';
import { readPassword } from './password-input.ts';
import { runFor } from './terminal-double.ts';

const PASSWORD = 'correct horse battery';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-users-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], input = '') => runFor([...args, '--data', folder], { input });

function withControl<T>(work: (control: ControlDatabase) => T): T {
  const control = new ControlDatabase(folder);
  try {
    return work(control);
  } finally {
    control.close();
  }
}
const stored = (name: string) => withControl((control) => control.users.named(name));

test('a person is added with a password from standard input, listed without it, and removed', async () => {
  const added = await run(['user', 'add', 'Ada', '--role', 'admin'], `${PASSWORD}\nmore\n`);
  assert.deepEqual([added.status, added.output, added.errors], [0, 'added Ada, admin\n', '']);
  const ada = stored('ADA');
  assert.deepEqual(ada?.roles, [{ site: null, role: 'admin' }]);
  assert.equal(await fitsPassword(PASSWORD, ada?.password ?? null), true);
  for (const site of ['depot', 'yard']) await run(['site', 'add', site]);
  const ben = ['user', 'add', 'ben', '--role', 'operator', '--sites', 'depot,yard', '--json'];
  const { id, ...shown } = JSON.parse((await run(ben, PASSWORD)).output);
  const roles = ['depot', 'yard'].map((site) => ({ site, role: 'operator' }));
  assert.deepEqual(shown, { name: 'ben', roles, link: null });
  assert.match(
    (await run(['user', 'list'])).output,
    /^NAME +ROLES .*\nAda +admin +password +active +\S+\nben +operator@depot,operator@yard +password +active/,
  );
  const listed = await run(['user', 'list', '--json']);
  assert.deepEqual(JSON.parse(listed.output.trim().split('\n')[1] ?? '').id, id);
  assert.doesNotMatch(listed.output, /scrypt/);
  assert.equal((await run(['user', 'remove', 'BEN'])).output, 'removed ben\n');
  assert.equal(stored('ben'), null);
});

test('a role at a site that is not there is refused, with the name that was probably meant', async () => {
  const none = await run(['user', 'add', 'ben', '--sites', 'depot', '--link']);
  assert.deepEqual(
    [none.status, none.errors],
    [2, '--sites: no site depot (there are none yet; see ocpp-logs site list)\n'],
  );
  for (const site of ['depot', 'yard']) await run(['site', 'add', site]);
  const typo = await run(['user', 'add', 'ben', '--sites', 'depto,yard,elsewhere', '--link']);
  assert.deepEqual(
    [typo.status, typo.errors],
    [
      2,
      '--sites: no site depto; did you mean depot?; no site elsewhere (there are depot, yard; see ocpp-logs site list)\n',
    ],
  );
  assert.equal(stored('ben'), null);
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'sites:\n  - id: park\n');
  const later = ['user', 'add', 'ben', '--sites', 'park', '--link', '--config', config];
  assert.equal((await run(later)).status, 0, 'a site of the configuration file');
});

test('the last admin stays', async () => {
  await run(['user', 'add', 'ada', '--role', 'admin', '--link']);
  const { status, errors } = await run(['user', 'remove', 'ada']);
  assert.equal(status, 1);
  assert.equal(errors, 'ada: nobody else is an admin of all sites; make another one first\n');
  await run(['user', 'add', 'eve', '--role', 'admin', '--link']);
  assert.equal((await run(['user', 'remove', 'ada'])).status, 0);
});

test('a link leads to the server of the configuration, and its token signs in that person once', async () => {
  const added = await run(['user', 'add', 'cleo', '--link', '--json']);
  const { link } = JSON.parse(added.output);
  assert.match(link, /^http:\/\/127\.0\.0\.1:9016\/sign-in#token=[\w-]{43}$/);
  const again = (await run(['user', 'link', 'cleo'])).output.trim();
  const cleo = stored('cleo');
  const take = (url: string) =>
    withControl((control) => {
      const id = tokenId(url.split('token=')[1] ?? '');
      return cleo && control.sessions.takeLink(id, Date.now(), cleo);
    });
  assert.equal(cleo?.password, null);
  for (const url of [link, again]) assert.deepEqual([take(url), take(url)], [cleo?.id, null]);
});

test('another password ends the sessions', async () => {
  await run(['user', 'add', 'ada'], PASSWORD);
  const ada = stored('ada');
  const session = { id: 's', user: ada?.id ?? '', created: 1, lastSeen: 1, expires: 2, idleMs: 1 };
  withControl((control) => control.sessions.open(session, null));
  const changed = await run(['user', 'password', 'ada'], 'a different password\r\n');
  assert.equal(changed.output, 'ada has another password\n');
  assert.equal(await fitsPassword('a different password', stored('ada')?.password ?? null), true);
  assert.equal(
    withControl((control) => control.sessions.all().size),
    0,
  );
});

test('wrong wishes make nobody, and say what is allowed', async () => {
  await run(['user', 'add', 'ada'], PASSWORD);
  for (const [args, input, status, expected] of [
    [['add'], '', 2, /one name must follow/],
    [['add', ' x'], PASSWORD, 2, /the name must be 1 to 100 characters/],
    [
      ['add', 'x', '--role', 'root'],
      PASSWORD,
      2,
      /^--role: "root" is not allowed; allowed is one of viewer,/,
    ],
    [['add', 'x'], '', 2, /^a password must come on standard input, as one line\n$/],
    [['add', 'x'], 'short\n', 2, /^the password must have 12 to 1000 characters\n$/],
    [['add', 'x', '--password', PASSWORD], '', 2, /^--password: no such option/],
    [['add', 'ADA'], PASSWORD, 1, /^ADA: another user has this name\n$/],
    [['password', 'x'], PASSWORD, 1, /^no such user: x \(see ocpp-logs user list\)\n$/],
    [['link', 'x'], '', 1, /^no such user: x/],
    [['remove', 'ada', 'x'], '', 1, /^no such user: x/],
  ] as const) {
    const ran = await run(['user', ...args], input);
    assert.equal(ran.status, status, args.join(' '));
    assert.match(ran.errors, expected);
  }
  assert.equal(
    withControl((control) => control.users.all().size),
    1,
  );
});

function keyboard() {
  const modes: boolean[] = [];
  const keys = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: (on: boolean) => modes.push(on),
  });
  let screen = '';
  const errors = new Writable({
    write(chunk, _encoding, done) {
      screen += String(chunk);
      done();
    },
  });
  const typed = readPassword(
    {
      input: keys,
      output: errors,
      errors,
      interactive: true,
      watched: true,
      columns: 80,
      environment: {},
    },
    'ada',
  );
  return { keys, modes, typed, screen: () => screen };
}

test('a typed password is asked for twice, is not shown, and may be corrected', async () => {
  const { keys, modes, typed, screen } = keyboard();
  keys.write('correct horsé\u007fe ');
  keys.write(`battery\rcorrect horse battery\r`);
  assert.equal(await typed, PASSWORD);
  assert.equal(screen(), 'Password of ada: \nAgain: \n');
  assert.deepEqual(modes, [true, false]);
});

test('two that differ, and Ctrl-C, change nothing and give the keyboard back', async () => {
  for (const [keys, expected] of [
    ['correct horse battery\rcorrect horse battary\r', /the two differ/],
    ['correct\u0003', /cancelled/],
    ['short\r', /12 to 1000/],
  ] as const) {
    const double = keyboard();
    double.keys.write(keys);
    await assert.rejects(double.typed, expected);
    assert.deepEqual(double.modes, [true, false]);
  }
});
