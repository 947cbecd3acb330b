import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COLUMNS } from '@ocpp-logs/core';
import { COLUMNS, DEFAULT_COLUMNS } from './columns.ts';
import { type DownloadWish, wishBody } from './download-wish.ts';
import { entry } from './fixtures.ts';

const WISH: DownloadWish = {
  sites: ['depot', 'yard'],
  filter: { q: 'status:Faulted', sites: [], quiet: true, events: false },
  range: { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 6) },
  order: 'asc',
  format: 'csv',
  pseudonymise: true,
  columns: DEFAULT_COLUMNS,
  selected: null,
};
const TIMES = { from: '2026-01-05T00:00:00.000Z', to: '2026-01-06T00:00:00.000Z' };
const REST = { sort_order: 'asc', format: 'csv', pseudonymise: true };

test('every column of the table is one of the export, each another', () => {
  const known = new Set(ALL_COLUMNS.map(({ name }) => name));
  const fields = [...COLUMNS.values()].map(({ field }) => field);
  assert.deepEqual(
    fields.filter((field) => !known.has(field)),
    [],
  );
  assert.equal(new Set(fields).size, fields.length);
});

test('what is shown is asked for: rows, noise, order, columns, of all sites in view', () => {
  assert.deepEqual(wishBody(WISH), {
    sites: ['depot', 'yard'],
    ...TIMES,
    q: 'status:Faulted -(action:Heartbeat OR action:MeterValues)',
    columns: [
      'occurrence_time',
      'action',
      'charger_id',
      'connector_id',
      'request_status',
      'request_error_code',
      'site_name',
    ],
    ...REST,
  });
});

test('all columns are those of the groups too; a trace has no columns to choose', () => {
  const all = { ...WISH, sites: ['depot'], columns: null } as const;
  const { include, site, ...body } = { include: null, site: null, ...wishBody(all) };
  assert.deepEqual(
    [include, site, 'columns' in body, 'sites' in body],
    ['exchange,raw', 'depot', false, false],
  );
  const trace = wishBody({ ...WISH, format: 'trace' });
  assert.ok(!('columns' in trace) && !('include' in trace));
});

test('a bundle has no columns either, and all kinds that tell what came of it, whatever is shown', () => {
  for (const events of [true, false]) {
    const wish = { ...WISH, filter: { ...WISH.filter, events } };
    assert.equal('kinds' in wishBody(wish), events);
    const bundle = wishBody({ ...wish, format: 'bundle' });
    assert.deepEqual(
      ['columns', 'include', 'kinds'].filter((name) => name in bundle),
      [],
    );
  }
});

test('selected entries are asked for by their names, and no filter beside them', () => {
  const selected = [entry('7'), entry('9')];
  const { columns: _, ...body } = wishBody({ ...WISH, selected }) as Readonly<Record<string, unknown>>;
  const named = ['7', '9'].map((id) => ({ site_id: 'depot', id }));
  assert.deepEqual(body, { entries: named, ...REST });
});
