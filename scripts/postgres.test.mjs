import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostgres } from './postgres.mjs';

test('one that is named comes first, then the newest of the system, then the one from npm', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-postgres-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const install = (bin) => {
    mkdirSync(bin, { recursive: true });
    for (const program of ['initdb', 'postgres']) writeFileSync(join(bin, program), '');
    return bin;
  };
  const places = {
    debian: join(folder, 'debian'),
    path: join(folder, 'path'),
    unpacked: join(folder, 'npm'),
  };
  const found = (named) => findPostgres(named, places);

  assert.equal(found('/opt/postgres/bin'), '/opt/postgres/bin');
  assert.equal(found(''), null);
  const fromNpm = install(join(places.unpacked, 'bin'));
  assert.equal(found(''), fromNpm);
  const onPath = install(places.path);
  assert.equal(found(''), onPath);
  install(join(places.debian, '9', 'bin'));
  const newest = install(join(places.debian, '15', 'bin'));
  assert.equal(found(''), newest);
  rmSync(join(newest, 'initdb'));
  assert.equal(found(''), join(places.debian, '9', 'bin'), 'a client alone is none');
  assert.equal(found('npm'), fromNpm);
});
