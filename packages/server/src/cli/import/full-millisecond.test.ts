import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ORDINAL_BITS } from '@ocpp-logs/core';
import { BARE_ENTRY } from '../../capture/recorder/tracked.ts';
import { ORDINALS_PER_NODE, writeNode } from '../../store/node-number.ts';
import { openWriter } from '../../store/sqlite/writer.ts';
import { runFor } from '../terminal-double.ts';

const AT = Date.UTC(2026, 0, 31, 12);

/** As if the millisecond was taken but for so many. */
function leaveRoomFor(folder: string, entries: number): void {
  const writer = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  const id = (BigInt(AT) << ORDINAL_BITS) + BigInt(ORDINALS_PER_NODE - entries - 1);
  const entry = { ...BARE_ENTRY, kind: 'setting' as const, at: AT, charger: '' };
  writer.apply('depot', [{ slot: { id }, entry }]);
  writer.commit();
  writer.close();
}

test('of a log without times, what its one millisecond has no room for is told line by line, and by a gap', async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'ocpp-logs-full-'));
  t.after(() => rmSync(base, { recursive: true }));
  const folder = join(base, 'data');
  mkdirSync(folder);
  writeNode(folder, { folder: 'f', number: 0, runs: ['r'] });
  leaveRoomFor(folder, 2);
  const lines = ['a', 'b', 'c', 'd'].map((id) => `[2,"${id}","Heartbeat",{}]`);
  const where = ['--site', 'depot', '--data', folder];
  const from = ['--charger', 'CP_1', '--start', '2026-01-31T12:00:00Z'];
  const told = await runFor(['import', '-', ...from, '--json', ...where], { input: lines.join('\n') });
  assert.equal(told.status, 0, told.errors);
  const { files } = JSON.parse(told.output);
  assert.deepEqual(
    [files[0].frames, files[0].accepted, files[0].skipped, files[0].entries],
    [
      4,
      2,
      [3, 4].map((line) => ({
        line,
        reason: `not stored: more than ${ORDINALS_PER_NODE} entries in one millisecond of one site`,
      })),
      { exchange: 2, gap: 1 },
    ],
  );
  const gaps = ['--from', '2026-01-31', '--to', '2026-02-01', '--kinds', 'gap', '--include', 'exchange'];
  const found = await runFor(['search', ...gaps, '--format', 'ndjson', ...where]);
  const { occurrence_time, charger_id, exchange } = JSON.parse(found.output);
  assert.deepEqual(
    [occurrence_time, charger_id, exchange.event.from, exchange.event.to],
    ['2026-01-31T12:00:00.001Z', 'CP_1', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.001Z'],
  );
});
