import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type AuditEvent, COMMAND_LINE } from '../audit.ts';
import { ControlDatabase } from './database.ts';

const DAY = 86_400_000;
const ALL = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  actor: null,
  actions: null,
  site: null,
  before: null,
  take: 100,
};

function event(at: number, change: Partial<AuditEvent> = {}): AuditEvent {
  const rest = { site: null, target: null, address: null, request: null, details: {}, count: 1 };
  return { ...COMMAND_LINE, ...rest, action: 'key-made', at, ...change };
}

function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const control = new ControlDatabase(folder);
  t.after(() => control.close());
  return { folder, control };
}

test('records come back as they were written, newest first', (t) => {
  const { control } = open(t);
  const told = event(2, {
    site: 'depot',
    target: 'x',
    address: '::1',
    request: 'r',
    details: { a: ['b', 'c'] },
  });
  control.audit.append([event(1), told]);
  assert.deepEqual(control.audit.list(ALL), [
    { n: 2, ...told },
    { n: 1, ...event(1) },
  ]);
});

test('no record can be changed, also not past the program', (t) => {
  const { control, folder } = open(t);
  control.audit.append([event(1)]);
  const other = new DatabaseSync(join(folder, 'control.db'));
  assert.throws(() => other.exec("UPDATE audit SET name = 'somebody else'"), /never changed/);
  other.close();
});

test('what is too old goes, and what is beyond so many; numbers are never given again', (t) => {
  const { control } = open(t);
  const now = 1_000 * DAY;
  control.audit.append([event(now - 401 * DAY), event(now - 399 * DAY), event(now)]);
  control.purge(now);
  assert.deepEqual(
    control.audit.list(ALL).map(({ n }) => n),
    [3, 2],
  );
  control.audit.purge(0, 1);
  control.audit.append([event(now)]);
  assert.deepEqual(
    control.audit.list(ALL).map(({ n }) => n),
    [4, 3],
  );
  control.purge(now + 500 * DAY, 1_000);
  assert.equal(control.audit.list(ALL).length, 2);
});
