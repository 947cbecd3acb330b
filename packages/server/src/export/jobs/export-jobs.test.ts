import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TooManyExportsError } from './export-jobs.ts';
import { desk, jobWish, RunnerDouble, START } from './fixtures.ts';
import { type ExportJob, percentOf } from './job.ts';

const SMALL = { entries: 3, bytes: 1000 };
const LARGE = { entries: 1_000_000, bytes: 1000 };
const FOREVER = new AbortController().signal;

function names(folder: string): readonly string[] {
  return readdirSync(join(folder, 'exports')).sort();
}

function assertJob(job: ExportJob | null | undefined, state: ExportJob['state']): ExportJob {
  assert.equal(job?.state, state, job?.error ?? '');
  assert.ok(job);
  return job;
}

class Failing extends RunnerDouble {
  override run() {
    return Promise.reject(new Error('ENOENT /secret/path'));
  }
}

test('an estimate that is asked again while it is told is told once, another one by itself', async (t) => {
  const asked: string[] = [];
  const held = Promise.withResolvers<void>();
  class Counting extends RunnerDouble {
    override async estimate({ format }: Parameters<RunnerDouble['estimate']>[0]) {
      asked.push(format);
      await held.promise;
      if (asked.length > 2) throw new Error('not now');
      return SMALL;
    }
  }
  const { jobs } = await desk(t, { runner: new Counting() });
  const all = [jobWish(), jobWish(), jobWish({ format: 'csv' })].map((wish) => jobs.estimate(wish));
  assert.deepEqual(asked, ['ndjson', 'csv']);
  held.resolve();
  assert.deepEqual(await Promise.all(all), [SMALL, SMALL, SMALL]);
  await assert.rejects(jobs.estimate(jobWish()), /not now/);
  assert.deepEqual(asked, ['ndjson', 'csv', 'ndjson'], 'what was told is asked anew');
});

test('an export is made, kept with its hash, and is gone after its time', async (t) => {
  const { jobs, folder, clock } = await desk(t);
  const { id } = await jobs.create('key', jobWish(), SMALL);
  const job = assertJob(await jobs.ended(id, FOREVER), 'done');
  const path = join(folder, 'exports', `${id}.ndjson`);
  const bytes = readFileSync(path);
  assert.equal(job.result?.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.equal(job.result?.bytes, bytes.length);
  assert.equal(job.expires, START + 86_400_000);
  assert.deepEqual(names(folder), [`${id}.json`, `${id}.ndjson`]);
  for (const name of names(folder)) assert.equal(statSync(join(folder, 'exports', name)).mode & 0o777, 0o600);
  clock.now += 86_400_000;
  await jobs.sweep();
  assert.deepEqual(jobs.get(id), { id, key: 'key', sites: ['depot'], gone: clock.now });
  assert.deepEqual(names(folder), [`${id}.json`]);
  clock.now += 7 * 86_400_000;
  await jobs.sweep();
  assert.equal(jobs.get(id), null);
  assert.deepEqual(names(folder), []);
});

test('one runs at a time, in the order of asking; a small one does not wait for a large one', async (t) => {
  const { jobs, runner } = await desk(t);
  runner.hold();
  const made: ExportJob[] = [];
  for (const estimate of [LARGE, LARGE, SMALL, SMALL])
    made.push(await jobs.create('key', jobWish(), estimate));
  const states = () => made.map(({ id }) => jobs.list().find((job) => job.id === id)?.state);
  assert.deepEqual(states(), ['running', 'waiting', 'running', 'waiting']);
  assert.deepEqual([jobs.counters().exports_waiting, jobs.counters().exports_running], [2, 2]);
  runner.release();
  for (const { id } of made) assertJob(await jobs.ended(id, FOREVER), 'done');
  assert.equal(jobs.counters().exports_done_total, 4);
});

test('what reads a large site for its names is large, and its percent is that of all it reads', async (t) => {
  const { jobs, runner } = await desk(t);
  runner.hold();
  const named = { ...SMALL, entries: 100, names: 900_000 };
  const first = await jobs.create('key', jobWish(), LARGE);
  const { id } = await jobs.create('key', jobWish({ pseudonymise: true }), named);
  const job = assertJob(
    jobs.list().find((each) => each.id === id),
    'waiting',
  );
  const at = (entries: number, pass: number, estimate = named) =>
    percentOf({ ...job, estimate, progress: { entries, bytes: 0, pass, passes: 2 } });
  assert.deepEqual([at(450_045, 1), at(900_000, 1), at(50, 2), at(999, 2)], [49.9, 99.9, 99.9, 99.9]);
  const half = { ...named, entries: 900_000 };
  assert.deepEqual([at(900_000, 1, half), at(450_000, 2, half)], [50, 75]);
  runner.release();
  for (const each of [first.id, id]) assertJob(await jobs.ended(each, FOREVER), 'done');
});

test('twenty may wait; one more is refused', async (t) => {
  const { jobs, runner } = await desk(t);
  runner.hold();
  for (let at = 0; at < 21; at++) await jobs.create('key', jobWish(), LARGE);
  await assert.rejects(jobs.create('key', jobWish(), LARGE), TooManyExportsError);
});

test('one key has so many that are not finished, others go on', async (t) => {
  const { jobs, runner } = await desk(t, { perKey: 2 });
  runner.hold();
  const { id } = await jobs.create('key', jobWish(), LARGE);
  await jobs.create('key', jobWish(), LARGE);
  await assert.rejects(jobs.create('key', jobWish(), LARGE), TooManyExportsError);
  await jobs.create('other', jobWish(), LARGE);
  assert.equal(jobs.counters().exports_refused_total, 1);
  await jobs.remove(id);
  await jobs.create('key', jobWish(), LARGE);
});

test('cancelling ends a run, removes its part and tells those who follow', async (t) => {
  const { jobs, runner, folder } = await desk(t);
  runner.hold();
  const [running, waiting] = [
    await jobs.create('key', jobWish(), LARGE),
    await jobs.create('key', jobWish(), LARGE),
  ];
  const told: string[] = [];
  jobs.follow(running.id, ({ state }) => told.push(state));
  await jobs.remove(running.id);
  await jobs.remove(waiting.id);
  assert.deepEqual(told, ['cancelled']);
  assert.ok('gone' in (jobs.get(running.id) ?? {}));
  assert.deepEqual(names(folder), [`${running.id}.json`, `${waiting.id}.json`].sort());
  assert.equal(jobs.counters().exports_cancelled_total, 2);
  assert.equal(jobs.bytes, 0);
});

test('what was not finished is made again after a restart, and is the same', async (t) => {
  const first = await desk(t);
  const before = await first.jobs.create('key', jobWish(), SMALL);
  const { result } = assertJob(await first.jobs.ended(before.id, FOREVER), 'done');
  first.runner.hold();
  const cut = await first.jobs.create('key', jobWish(), SMALL);
  await first.jobs.close();
  assert.ok(first.runner.closed);
  // As a server that was killed leaves it.
  const part = join(first.folder, 'exports', `${cut.id}.ndjson.part`);
  writeFileSync(part, 'half a li');
  const { jobs } = await first.again();
  const done = assertJob(await jobs.ended(cut.id, FOREVER), 'done');
  assert.equal(done.result?.sha256, result?.sha256);
  assert.equal(jobs.get(before.id) !== null, true);
  assert.ok(!names(first.folder).some((name) => name.endsWith('.part')));
});

test('a file that lost its end is made again; leftovers of nobody are removed, what is not ours stays', async (t) => {
  const first = await desk(t);
  const { id } = await first.jobs.create('key', jobWish(), SMALL);
  const { result } = assertJob(await first.jobs.ended(id, FOREVER), 'done');
  await first.jobs.close();
  const at = (name: string) => join(first.folder, 'exports', name);
  truncateSync(at(`${id}.ndjson`), 10);
  const nobody = '0'.repeat(24);
  for (const name of [`${nobody}.csv`, `${nobody}.csv.part`, `${nobody}.json.new`])
    writeFileSync(at(name), 'x');
  writeFileSync(at(`${'1'.repeat(24)}.json`), '{"version":1,"id":"');
  writeFileSync(at('notes.txt'), 'mine');
  const { jobs, reports } = await first.again();
  assert.equal(assertJob(await jobs.ended(id, FOREVER), 'done').result?.sha256, result?.sha256);
  assert.deepEqual(names(first.folder), [`${id}.json`, `${id}.ndjson`, 'notes.txt'].sort());
  assert.deepEqual(reports, [`export ${'1'.repeat(24)}.json cannot be read and is removed`]);
});

test('an export that would pass what exports may take fails, says so, and leaves nothing', async (t) => {
  const { jobs, folder } = await desk(t, { maxBytes: 100 });
  const { id } = await jobs.create('key', jobWish(), SMALL);
  const { error } = assertJob(await jobs.ended(id, FOREVER), 'failed');
  assert.match(error ?? '', /exports\.max_bytes/);
  await jobs.close();
  assert.deepEqual(names(folder), [`${id}.json`]);
});

test('what went wrong inside is not told, but reported', async (t) => {
  const { jobs, reports } = await desk(t, { runner: new Failing() });
  const { id } = await jobs.create('key', jobWish(), SMALL);
  const { error } = assertJob(await jobs.ended(id, FOREVER), 'failed');
  assert.equal(error, 'the export failed; the log of the server says why');
  assert.deepEqual(reports, [`export ${id} failed: ENOENT /secret/path`]);
});

test('waiting for the end can be given up', async (t) => {
  const { jobs, runner } = await desk(t);
  runner.hold();
  const { id } = await jobs.create('key', jobWish(), SMALL);
  const stop = new AbortController();
  const waited = jobs.ended(id, stop.signal);
  stop.abort();
  assert.equal((await waited)?.state, 'running');
  assert.equal(await jobs.ended('none', FOREVER), null);
});

test('pseudonymising takes the key of the server, which is written nowhere', async (t: TestContext) => {
  const { jobs, runner, folder } = await desk(t);
  const { id } = await jobs.create('key', jobWish({ pseudonymise: true }), SMALL);
  assertJob(await jobs.ended(id, FOREVER), 'done');
  assert.deepEqual(runner.runs[0]?.wish.pseudonymKey, new Uint8Array(32).fill(7));
  const stored = JSON.parse(readFileSync(join(folder, 'exports', `${id}.json`), 'utf8'));
  assert.equal(stored.wish.pseudonymise, true);
  assert.ok(!('pseudonymKey' in stored.wish));
});

/** Copies of what is kept of an ended export, under other ids. */
function copies(folder: string, id: string, count: number): readonly string[] {
  const kept = readFileSync(join(folder, 'exports', `${id}.json`), 'utf8');
  return Array.from({ length: count }, (_, n) => {
    const other = n.toString(16).padStart(24, '0');
    writeFileSync(join(folder, 'exports', `${other}.json`), kept.replaceAll(id, other));
    return other;
  });
}

test('a thousand are kept; one more is refused until one goes', async (t) => {
  const first = await desk(t, { runner: new Failing() });
  const { id } = await first.jobs.create('key', jobWish(), SMALL);
  assertJob(await first.jobs.ended(id, FOREVER), 'failed');
  await first.jobs.close();
  copies(first.folder, id, 999);
  const { jobs } = await first.again();
  assert.equal(jobs.list().length, 1_000);
  await assert.rejects(jobs.create('key', jobWish(), SMALL), /1000 exports are kept; remove some/);
  assert.equal(jobs.counters().exports_refused_total, 1);
  await jobs.remove(id);
  await jobs.create('key', jobWish(), SMALL);
});

test('of those that are gone a thousand are told from what never was', async (t) => {
  const first = await desk(t);
  const { id } = await first.jobs.create('key', jobWish(), SMALL);
  await first.jobs.ended(id, FOREVER);
  await first.jobs.remove(id);
  await first.jobs.close();
  first.clock.now += 1;
  const others = copies(first.folder, id, 1_000);
  const { jobs } = await first.again();
  const known = [id, ...others].filter((each) => jobs.get(each) !== null);
  assert.equal(known.length, 1_000);
});
