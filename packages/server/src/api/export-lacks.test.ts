import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { desk } from '../export/jobs/fixtures.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { asAdmin, server } from './fixtures.ts';

const WISH = { site: 'depot', from: '2026-05-01', to: '2026-06-01' };
const HEADERS = { ...asAdmin, 'content-type': 'application/json' };
const NOT_BUILT = 'it is not built: build it';

async function withoutBundles(t: TestContext) {
  const made = await desk(t, { lackOf: (format) => (format === 'bundle' ? NOT_BUILT : null) });
  const { app, clock, control } = server(t, { exports: made.jobs });
  clock.now = DEPOT_TIME + 86_400_000;
  const post = (body: object, url = '/rest/v1/exports') =>
    app.inject({ method: 'POST', url, headers: HEADERS, payload: JSON.stringify(body) });
  return { ...made, post, control };
}

test('what this server cannot make is refused before it is counted or made, with what to do', async (t) => {
  const { runner, jobs, post, control } = await withoutBundles(t);
  runner.estimate = () => Promise.reject(new Error('nothing is to be counted'));
  const answers = await Promise.all([
    post({ ...WISH, format: 'bundle' }),
    post({ ...WISH, format: 'bundle', estimate_only: true }),
    post({ ...WISH, format: 'bundle' }, '/rest/v1/exports/estimate'),
  ]);
  for (const answer of answers) {
    assert.equal(answer.statusCode, 400, answer.body);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    const { detail, errors } = answer.json();
    assert.equal(detail, 'This server cannot make a bundle now.');
    assert.deepEqual(errors, [{ parameter: 'format', message: NOT_BUILT }]);
  }
  assert.deepEqual([runner.runs, jobs.list(), control.audited], [[], [], []]);
});

test('a server that cannot make one format makes the others', async (t) => {
  const { runner, post } = await withoutBundles(t);
  const answer = await post({ ...WISH, format: 'trace' });
  assert.equal(answer.statusCode, 201, answer.body);
  assert.deepEqual(
    runner.runs.map(({ wish }) => wish.format),
    ['trace'],
  );
});
