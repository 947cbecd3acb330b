import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type AuditEvent, COMMAND_LINE } from '../audit.ts';
import { ControlDatabase } from './database.ts';

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

test('no record can be changed, also not past the program', (t) => {
  const { control, folder } = open(t);
  control.audit.append([event(1)]);
  const other = new DatabaseSync(join(folder, 'control.db'));
  assert.throws(() => other.exec("UPDATE audit SET name = 'somebody else'"), /never changed/);
  other.close();
});
