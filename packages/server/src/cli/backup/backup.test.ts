import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { readManifest } from '../../backup/manifest.ts';
import { DataFolder } from '../../folder.ts';
import { readNode, writeNode } from '../../store/node-number.ts';
import { runFor } from '../terminal-double.ts';

const heartbeat = (day: string, id: string) =>
  `${day}T10:00:00Z [2,"${id}","Heartbeat",{}]\n${day}T10:00:01Z [3,"${id}",{"currentTime":"x"}]\n`;
const JANUARY = heartbeat('2026-01-05', '1');
const FEBRUARY = heartbeat('2026-02-05', '2');

let root = '';
let folder = '';
let into = '';
const load = (input: string) => runFor(['import', '-', '--charger', 'a', '--data', folder], { input });
const backup = (...args: string[]) => runFor(['backup', into, '--data', folder, ...args]);
const restore = (...args: string[]) => runFor(['restore', ...args]);
const entries = async (data: string) =>
  (
    await runFor([
      'export',
      '--site',
      'imported',
      '--from',
      '2026-01-01',
      '--to',
      '2100-01-01',
      '--format',
      'ndjson',
      '--data',
      data,
    ])
  ).output;
const names = () => readdirSync(into).sort();
const newest = () => join(into, names().at(-1) ?? '');

/** Names tell seconds; back-ups of a test are made faster than that. */
function age(by: number): void {
  const name = names().at(-1) ?? '';
  const started = new Date(
    Date.parse(`${name.slice(10, 20)}T${name.slice(21, 29).replaceAll('-', ':')}Z`) - by,
  );
  const older = `ocpp-logs-${started.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  // Renaming is a use too: a back-up is known by its name alone.
  renameSync(join(into, name), join(into, older));
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ocpp-logs-backup-'));
  folder = join(root, 'data');
  into = join(root, 'backups');
  await load(JANUARY);
  await load(FEBRUARY);
});
afterEach(() => rmSync(root, { recursive: true }));

test('a back-up that is restored gives the same entries, and says what it is', async () => {
  const made = await backup();
  assert.equal(made.status, 0, made.errors);
  assert.match(made.output, /^.+\/ocpp-logs-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ: 2 entries, \d+ kB\n$/);
  const target = join(root, 'restored');
  const back = await restore(newest(), '--data', target);
  assert.equal(back.status, 0, back.errors);
  assert.match(back.output, /: 2 entries as they were at \d{4}-.+Z\nwithout secret\.key: /);
  assert.equal(await entries(target), await entries(folder));
  assert.equal((await entries(target)).split('\n').length, 3);
  assert.equal((await runFor(['check', '--data', target])).status, 0);
});

test('site files that have not changed are shared with the back-up before, others are copied', async () => {
  await backup();
  age(5_000);
  await load(heartbeat('2026-02-06', '3'));
  const { output } = await backup('--json');
  const { entries: count, shared, problems } = JSON.parse(output);
  assert.deepEqual({ count, shared, problems }, { count: 3, shared: 1, problems: [] });
  const [first, second] = names().map((name) => join(into, name, 'logs', '00000001.db'));
  assert.equal(statSync(first ?? '').ino, statSync(second ?? '').ino);
  const [old, fresh] = names().map((name) => join(into, name, 'logs', '00000002.db'));
  assert.notEqual(statSync(old ?? '').ino, statSync(fresh ?? '').ino);
});

test('a file of the back-up before that is damaged is copied anew', async () => {
  await backup();
  age(5_000);
  const path = join(newest(), 'logs', '00000001.db');
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  assert.equal(JSON.parse((await backup('--json')).output).shared, 1);
  assert.equal((await restore(newest(), '--verify-only')).status, 0);
});

test('--keep leaves the newest', async () => {
  await backup();
  age(10_000);
  await backup();
  age(5_000);
  const [oldest] = names();
  const { output } = await backup('--keep', '2');
  assert.match(output, new RegExp(`\nremoved ${oldest}\n$`));
  assert.equal(names().length, 2);
});

test('one changed byte, a cut and a missing file are told by name, and nothing is restored', async () => {
  await backup();
  const target = join(root, 'restored');
  const control = join(newest(), 'control.db');
  const bytes = readFileSync(control);
  const flipped = Buffer.from(bytes);
  flipped[100] = (flipped[100] ?? 0) ^ 1;
  for (const [content, told] of [
    [flipped, 'control.db: not as it was backed up'],
    [bytes.subarray(0, 4096), `control.db: 4096 bytes, ${bytes.length} were backed up`],
    [null, 'control.db: missing'],
  ] as const) {
    if (content === null) rmSync(control);
    else writeFileSync(control, content);
    const { status, errors } = await restore(newest(), '--data', target);
    assert.equal(status, 1);
    assert.ok(errors.includes(`is not whole: ${told}`), errors);
    assert.equal(statSync(target, { throwIfNoEntry: false }), undefined);
  }
});

test('a folder that is no back-up, and one that is not empty, are refused', async () => {
  const none = await restore(root, '--data', join(root, 'restored'));
  assert.equal(none.status, 1);
  assert.match(none.errors, /is no back-up of ocpp-logs: backup\.json cannot be read \(ENOENT\)/);
  await backup();
  const full = await restore(newest(), '--data', folder);
  assert.equal(full.status, 1);
  assert.match(full.errors, /is not empty; restore into a new folder/);
});

test('secret.key goes along only when it is asked for, and is nobody else’s to read', async () => {
  writeFileSync(join(folder, 'secret.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  await backup();
  assert.equal(readManifest(newest()).secret_key, false);
  assert.equal(readdirSync(newest()).includes('secret.key'), false);
  age(5_000);
  await backup('--with-secret-key');
  assert.equal(readFileSync(join(newest(), 'secret.key'), 'utf8'), `${'ab'.repeat(32)}\n`);
  for (const name of ['secret.key', 'control.db', 'backup.json']) {
    assert.equal(statSync(join(newest(), name)).mode & 0o077, 0, name);
  }
  rmSync(join(folder, 'secret.key'));
  const without = await backup('--with-secret-key');
  assert.equal(without.status, 1);
  assert.match(without.errors, /has no secret\.key/);
});

test('the number of a node goes along, so that a restored folder is known as a copy', async () => {
  const node = { folder: 'f', number: 7, runs: ['r'] };
  writeNode(folder, node);
  await backup();
  const restored = join(root, 'restored');
  assert.equal((await restore(newest(), '--data', restored)).status, 0);
  assert.deepEqual(readNode(restored), node);
});

test('what is damaged in the data folder is told, with status 1, and the back-ups before are kept', async () => {
  await backup();
  age(5_000);
  const path = join(folder, 'logs', '00000001.db');
  const db = new DatabaseSync(path);
  db.exec('UPDATE hour_action SET n = n + 1');
  db.close();
  const { status, errors } = await backup('--keep', '1');
  assert.equal(status, 1);
  assert.match(errors, /^logs\/00000001\.db \(site imported\): hour_action counts what is not there/);
  assert.equal(names().length, 2);
});

test('a manifest that names anything but files of a data folder is refused, and nothing is written', async () => {
  await backup();
  const manifest = JSON.parse(readFileSync(join(newest(), 'backup.json'), 'utf8'));
  writeFileSync(join(into, 'evil'), 'evil');
  const sha256 = createHash('sha256').update('evil').digest('hex');
  const target = join(root, 'home', 'restored');
  for (const path of [
    '../evil',
    'logs/../../evil',
    'logs/..',
    './evil',
    'evil',
    '/evil',
    'logs/a/b',
    'run.json',
  ]) {
    const files = [...manifest.files, { path, bytes: 4, sha256 }];
    writeFileSync(join(newest(), 'backup.json'), JSON.stringify({ ...manifest, files }));
    const { status, errors } = await restore(newest(), '--data', target);
    assert.equal(status, 1, path);
    assert.match(errors, /is not what this version of ocpp-logs writes/, path);
  }
  assert.equal(existsSync(join(root, 'home')), false);
});

test('what a restore that was cut off has left is no data folder, until it is run again', async () => {
  await backup();
  const target = join(root, 'restored');
  mkdirSync(join(target, 'logs'), { recursive: true });
  writeFileSync(join(target, 'restore.unfinished'), '');
  writeFileSync(join(target, 'logs', '00000099.db'), 'half of something');
  for (const words of [
    ['check', '--data', target],
    ['import', '-', '--charger', 'a', '--data', target],
    ['user', 'list', '--data', target],
  ]) {
    const { status, errors } = await runFor(words, { input: JANUARY });
    assert.equal(status, 2, words[0]);
    assert.match(errors, /is not whole: a restore into it was cut off; run the same ocpp-logs restore again/);
  }
  assert.equal((await restore(newest(), '--data', target)).status, 0);
  assert.deepEqual(readdirSync(target).sort(), ['control.db', 'lock', 'logs']);
  assert.equal(await entries(target), await entries(folder));
});

test('a folder that somebody has is not restored into', async () => {
  await backup();
  const target = join(root, 'restored');
  const holder = DataFolder.hold(target, 'restore');
  try {
    writeFileSync(join(target, 'restore.unfinished'), '');
    const { status, errors } = await restore(newest(), '--data', target);
    assert.equal(status, 1);
    assert.match(errors, /is in use by ocpp-logs restore/);
  } finally {
    holder.release();
  }
});
