import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { AuditRecord } from '../store/audit.ts';
import { runFor } from './terminal-double.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runFor([...args, '--data', folder]);

async function records(...args: string[]): Promise<readonly AuditRecord[]> {
  const { output } = await run('audit', '--json', ...args);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('what commands do is in the log, oldest last, and no secret of it', async () => {
  const key = JSON.parse((await run('key', 'create', '--name', 'csms', '--json')).output);
  await run('key', 'revoke', key.id);
  await run('site', 'add', 'depot', '--upstream', 'wss://csms.example/{charger}?token=secret-word');
  await run('site', 'add', 'depot', '--retention-days', '30');
  const { link } = JSON.parse((await run('user', 'add', 'ada', '--link', '--json')).output);
  await run('user', 'link', 'ada');
  await run('user', 'remove', 'ada');
  const password = (await run('station', 'password', 'depot', 'CP-1')).output.trim();
  await run('station', 'forget', 'depot', 'CP-1');
  const told = await records();
  assert.deepEqual(
    told.map(({ action }) => action),
    [
      'station-password-removed',
      'station-password-set',
      'user-removed',
      'user-link-made',
      'user-made',
      'site-changed',
      'site-made',
      'key-revoked',
      'key-made',
    ],
  );
  assert.ok(told.every(({ actor, name }) => actor === 'command-line' && name === 'command line'));
  assert.deepEqual(told[5]?.details, { settings: ['retention_days'] });
  assert.deepEqual([told[1]?.site, told[1]?.target], ['depot', 'CP-1']);
  const text = JSON.stringify(told);
  for (const secret of [key.secret, key.bearer, link, password, 'secret-word'])
    assert.ok(!text.includes(secret));
});

test('what failed is no record, and filters narrow', async () => {
  await run('key', 'create', '--name', 'one');
  await run('key', 'revoke', 'key_none');
  await run('site', 'add', 'depot');
  assert.equal((await records()).length, 2);
  assert.equal((await records('--actions', 'site-made')).length, 1);
  assert.equal((await records('--site', 'depot')).length, 1);
  assert.equal((await records('--take', '1'))[0]?.action, 'site-made');
  assert.equal((await records('--to', '2026-01-01')).length, 0);
  assert.equal((await run('audit', '--actions', 'nothing')).status, 2);
  assert.match((await run('audit')).output, /command line +key-made/);
});
