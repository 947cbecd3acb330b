/** Exports of several sites, of chosen columns, and of entries that are named. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { desk } from '../export/jobs/fixtures.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { asAdmin, DEPOT, server } from './fixtures.ts';

const RANGE = { from: '2026-05-01', to: '2026-06-01' };

async function exporting(t: TestContext) {
  const made = await desk(t);
  const double = server(t, { exports: made.jobs });
  double.clock.now = DEPOT_TIME + 86_400_000;
  double.control.sites = new Map(
    [DEPOT, { ...DEPOT, id: 'yard', name: 'Yard' }].map((site) => [site.id, site]),
  );
  const post = (body: object, headers: Record<string, string> = asAdmin) =>
    double.app.inject({
      method: 'POST',
      url: '/rest/v1/exports',
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
  const bearer = async (sites: readonly string[] | null) => ({
    authorization: `Bearer ${(await double.key({ sites })).bearer}`,
  });
  return { ...double, ...made, post, bearer };
}

test('several sites are one export, which tells all of them', async (t) => {
  const { post, runner } = await exporting(t);
  runner.estimated = { entries: 1, bytes: 1 };
  const answer = await post({ ...RANGE, sites: ['depot', 'yard'], columns: ['action', 'exchange.outcome'] });
  assert.equal(answer.statusCode, 201, answer.body);
  const { site, sites, file_name } = answer.json();
  assert.deepEqual([site, sites], [null, ['depot', 'yard']]);
  assert.match(file_name, /^ocpp-logs-2-sites-20260\d01-20260601\.csv$/);
  const { query, form } = runner.runs[0]?.wish ?? assert.fail();
  assert.deepEqual(
    query.filters.map((filter) => filter.site),
    ['depot', 'yard'],
  );
  assert.deepEqual(
    form.sites.map(({ id }) => id),
    ['depot', 'yard'],
  );
  assert.deepEqual(form.columns, ['action', 'exchange.outcome']);
  const one = (await post({ ...RANGE, sites: 'depot' })).json();
  assert.deepEqual([one.site, one.sites], ['depot', ['depot']]);
});

test('the audit log names the first sites of an export, and tells how many more there are', async (t) => {
  const { post, control } = await exporting(t);
  const ids = Array.from({ length: 23 }, (_, n) => `s${n}`);
  control.sites = new Map(ids.map((id) => [id, { ...DEPOT, id }]));
  for (const count of [19, 20, 23]) {
    const answer = await post({ ...RANGE, sites: ids.slice(0, count) });
    assert.ok(answer.statusCode < 300, answer.body);
  }
  const told = control.audited
    .filter(({ action }) => action === 'export-asked')
    .map(({ details: { sites, more_sites: more } }) => [Array.isArray(sites) ? sites.length : null, more]);
  assert.deepEqual(told, [
    [19, undefined],
    [20, 0],
    [20, 3],
  ]);
});

test('each of the sites must be readable, when it is asked for and ever after', async (t) => {
  const { app, post, bearer } = await exporting(t);
  const [both, depot] = [await bearer(['depot', 'yard']), await bearer(['depot'])];
  const wish = { ...RANGE, sites: ['depot', 'yard'] };
  assert.equal((await post(wish, depot)).statusCode, 404);
  assert.equal((await post({ ...RANGE, sites: ['depot', 'nowhere'] }, both)).statusCode, 404);
  const { links } = (await post(wish, both)).json();
  const status = async (headers: Record<string, string>) =>
    (await app.inject({ url: links.file, headers })).statusCode;
  assert.deepEqual([await status(both), await status(depot), await status(asAdmin)], [200, 404, 200]);
  const named = { entries: [{ site_id: 'yard', id: '1' }] };
  assert.equal((await post(named, depot)).statusCode, 404);
});

test('entries are asked for by their names alone, whatever their kind, each once', async (t) => {
  const { post, runner } = await exporting(t);
  runner.estimated = { entries: 1, bytes: 1 };
  const id = (BigInt(DEPOT_TIME) << 21n).toString();
  const entries = [
    { site_id: 'depot', id },
    { site_id: 'depot', id },
    { site_id: 'yard', id },
  ];
  const answer = await post({ entries, format: 'ndjson', include: 'raw' });
  assert.equal(answer.statusCode, 201, answer.body);
  const { query, form } = runner.runs[0]?.wish ?? assert.fail();
  assert.deepEqual(query.only, [
    { site: 'depot', id },
    { site: 'yard', id },
  ]);
  assert.deepEqual([query.filters.length, query.filters[0]?.kinds.length, form.raw], [2, 6, true]);
  assert.match(answer.json().file_name, /^ocpp-logs-2-sites-2026\d{4}-2026\d{4}\.ndjson$/);
});

const ENTRY = { site_id: 'depot', id: '1' };
const refused = [
  [{ ...RANGE, site: 'depot', sites: ['yard'] }, 'sites', /one of both/],
  [{ ...RANGE, sites: [] }, 'sites', /names nothing/],
  [{ ...RANGE, site: 'depot', columns: ['actions'] }, 'columns', /did you mean action\?/],
  [{ ...RANGE, site: 'depot', columns: [] }, 'columns', /names nothing/],
  [{ ...RANGE, site: 'depot', columns: ['action'], include: 'raw' }, 'include', /columns names those/],
  [{ ...RANGE, site: 'depot', columns: ['action'], format: 'trace' }, 'columns', /^is not for trace/],
  [{ entries: [ENTRY], site: 'depot' }, 'site', /combined with entries/],
  [{ entries: [ENTRY], q: 'Faulted' }, 'q', /combined with entries/],
  [{ entries: [] }, 'entries', /1 to 1,000/],
  [{ entries: Array.from({ length: 1001 }, () => ENTRY) }, 'entries', /1 to 1,000/],
  [{ entries: [{ site_id: 'depot', id: 1 }] }, 'entries', /must name entries/],
  [{ entries: [{ ...ENTRY, more: 1 }] }, 'entries', /must name entries/],
] as const;

test('what does not fit together is refused', async (t) => {
  const { post } = await exporting(t);
  for (const [body, parameter, message] of refused) {
    const answer = await post(body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 200));
    const [fault] = answer.json().errors;
    assert.equal(fault.parameter, parameter);
    assert.match(fault.message, message);
  }
});
