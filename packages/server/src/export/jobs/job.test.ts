import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobWish, START } from './fixtures.ts';
import { type ExportJob, jobText, readJob } from './job.ts';

const ID = '0123456789abcdef01234567';
const JOB: ExportJob = {
  id: ID,
  key: 'key',
  wish: jobWish(),
  state: 'waiting',
  created: START,
  expires: START + 1,
  estimate: { entries: 3, bytes: 9 },
  progress: null,
  result: null,
  error: null,
};

test('a job is read as it was written', () => {
  const { version, ...read } = { version: 0, ...readJob(jobText(JOB)) };
  assert.equal(version, 2);
  assert.deepEqual(read, JSON.parse(JSON.stringify(JOB)));
});

test('one of the version before, which knew one site, goes on', () => {
  const { query, form, ...wish } = JOB.wish;
  const { filters, only: _, ...rest } = query;
  const { sites, columns: __, ...shape } = form;
  const before = {
    ...JOB,
    version: 1,
    wish: {
      ...wish,
      query: { ...rest, filter: filters[0] },
      form: { ...shape, site: sites[0]?.id, siteName: sites[0]?.name },
    },
  };
  assert.deepEqual(readJob(JSON.stringify(before)), readJob(jobText(JOB)));
  const gone = { version: 1, id: ID, key: 'key', site: 'depot', gone: START };
  assert.deepEqual(readJob(JSON.stringify(gone)), {
    version: 2,
    id: ID,
    key: 'key',
    site: 'depot',
    sites: ['depot'],
    gone: START,
  });
  for (const torn of [
    { ...before, wish: 1 },
    { ...before, version: 3 },
    { ...before, id: 'x' },
  ]) {
    assert.equal(readJob(JSON.stringify(torn)), null);
  }
});
