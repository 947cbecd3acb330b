import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chunksOf } from '../source-double.ts';
import { type Desk, desk } from './fixtures.ts';
import { hasEnded, type ImportJob, ImportRemovedError, type JobOptions, type NewImport } from './job.ts';
import { TooManyImportsError } from './unproven-uploads.ts';

const OPTIONS: JobOptions = {
  format: null,
  charger: 'CP_1',
  start: null,
  timeZone: null,
  date: null,
  version: null,
  seenFrom: null,
};

const heartbeats = (count: number) =>
  Array.from({ length: count }, (_, at) => `2024-01-15T10:00:00Z RECV [2,"${at}","Heartbeat",{}]\n`).join('');

async function upload(
  { jobs }: Desk,
  contents: readonly string[],
  change: Partial<NewImport> = {},
): Promise<NewImport> {
  const files = await Promise.all(
    contents.map((content, at) => jobs.spool.write(`${at}.log`, chunksOf(content, 10_000))),
  );
  return { key: 'k', site: 'depot', options: OPTIONS, files, ...change };
}

function ended({ jobs }: Desk, id: string): Promise<ImportJob> {
  return new Promise((resolve) => {
    const now = jobs.get(id);
    if (now !== null && hasEnded(now)) resolve(now);
    else
      jobs.follow(id, (job) => {
        if (hasEnded(job)) resolve(job);
      });
  });
}

const spooled = ({ folder }: Desk) => readdirSync(join(folder, 'imports')).length;

test('a preview reads the beginning, records nothing, and the import then reads all', async (t) => {
  const made = await desk(t);
  const previewed = await made.jobs.preview(await upload(made, [heartbeats(500_000), 'hello\n']));
  assert.equal(previewed.state, 'previewed');
  const [first, second] = previewed.files;
  assert.deepEqual(
    [first?.format, first?.partial, first?.first_entries.length, second?.format],
    ['timed-frames', true, 5, null],
  );
  assert.ok((first?.frames ?? 0) > 10_000 && (first?.frames ?? 0) < 200_000);
  assert.deepEqual([made.stored.lines.length, made.dry.closed, made.made], [0, 1, []]);
  assert.equal((await made.jobs.run(previewed.id))?.state, 'running');
  const done = await ended(made, previewed.id);
  assert.deepEqual(
    [done.state, done.files[0]?.frames, done.files[0]?.partial, done.files[1]?.failure?.slice(0, 15)],
    ['done', 500_000, false, 'no known format'],
  );
  assert.deepEqual(
    [made.stored.lines.length, made.stored.ends.at(-1), made.made],
    [500_000, true, ['depot']],
  );
  assert.equal(done.progress.bytes, done.progress.totalBytes);
  assert.equal(await made.jobs.run(previewed.id), null);
});

test('options of the run count instead of those of the upload', async (t) => {
  const made = await desk(t);
  const wanted = await upload(made, [heartbeats(2)], { options: { ...OPTIONS, charger: null } });
  const previewed = await made.jobs.preview(wanted);
  assert.match(previewed.files[0]?.failure ?? '', /names no charging station/);
  await made.jobs.run(previewed.id, { charger: 'CP_9' });
  assert.equal((await ended(made, previewed.id)).state, 'done');
  assert.deepEqual(
    made.stored.lines.map(({ charger_id }) => charger_id),
    ['CP_9', 'CP_9'],
  );
});

test('an import of which no file can be read has failed', async (t) => {
  const made = await desk(t);
  const { id } = await made.jobs.begin(await upload(made, ['hello\n', '']));
  const job = await ended(made, id);
  assert.deepEqual([job.state, job.error, made.stored.lines.length], ['failed', null, 0]);
});

test('the store being away for a while is waited for; what stays broken is told without its text', async (t) => {
  const made = await desk(t);
  let away = 1;
  made.stored.before = async () => {
    away -= 1;
    if (away >= 0) throw Object.assign(new Error('away'), { code: 'STORE_UNAVAILABLE' });
  };
  const { id } = await made.jobs.begin(await upload(made, [heartbeats(3)]));
  assert.deepEqual([(await ended(made, id)).state, made.stored.lines.length], ['done', 3]);

  made.stored.before = () => Promise.reject(new Error('secret path'));
  const broken = await made.jobs.begin(await upload(made, [heartbeats(3)]));
  const told = await ended(made, broken.id);
  assert.deepEqual([told.state, told.error?.slice(0, 17)], ['failed', 'the server failed']);
  assert.deepEqual(made.reports, [`import ${broken.id} failed: secret path`]);
});

test('a packed file that holds more than it may has failed, and what came before is kept', async (t) => {
  const made = await desk(t, { unpackedMax: 1_000_000 });
  const packed = gzipSync(heartbeats(30_000));
  const files = [await made.jobs.spool.write('bomb.log.gz', chunksOf(packed, 1_000))];
  const { id } = await made.jobs.begin({ key: 'k', site: 'depot', options: OPTIONS, files });
  const job = await ended(made, id);
  const [file] = job.files;
  assert.deepEqual([job.state, job.error], ['failed', null]);
  assert.match(file?.failure ?? '', /more than 1000000 bytes \(imports\.max_unpacked_bytes\)$/);
  assert.ok(made.stored.lines.length > 1_000 && made.stored.lines.length < 30_000);
  assert.equal(file?.accepted, made.stored.lines.length);
});

test('a disk that has less room than is kept ends the import, which says so and keeps what was stored', async (t) => {
  const made = await desk(t);
  made.stored.before = async () => {
    made.spoolRoom.bytes = 512 * 1024 * 1024 - 1;
  };
  const { id } = await made.jobs.begin(await upload(made, [heartbeats(30_000)]));
  const job = await ended(made, id);
  assert.equal(job.state, 'failed');
  assert.match(job.error ?? '', /^the disk of the data folder has less than 512 MiB free.*import again/);
  assert.deepEqual([made.stored.lines.length, job.files[0]?.accepted], [1_000, 1_000]);
  assert.deepEqual(made.reports, [], 'it is no fault of the server');
});

test('two imports of one site run one after the other, those of others beside them', async (t) => {
  const made = await desk(t);
  made.runner.hold();
  const first = await made.jobs.begin(await upload(made, [heartbeats(1)]));
  const second = await made.jobs.begin(await upload(made, [heartbeats(1)]));
  const other = await made.jobs.begin(await upload(made, [heartbeats(1)], { site: 'other' }));
  const states = () => [first, second, other].map(({ id }) => made.jobs.get(id)?.state);
  assert.deepEqual(states(), ['running', 'waiting', 'running']);
  made.runner.release();
  await Promise.all([first, second, other].map(({ id }) => ended(made, id)));
  assert.deepEqual(states(), ['done', 'done', 'done']);
});

test('places are few: uploads and jobs that have not ended take one each', async (t) => {
  const made = await desk(t);
  const releases = [made.jobs.admit('a'), made.jobs.admit('b')];
  const { id } = await made.jobs.preview(await upload(made, [heartbeats(1)]));
  assert.throws(() => made.jobs.admit('c'), TooManyImportsError);
  releases[0]?.();
  releases[0]?.();
  const again = made.jobs.admit('c');
  assert.throws(() => made.jobs.admit('d'), TooManyImportsError);
  again();
  await made.jobs.remove(id);
  made.jobs.admit('d')();
  releases[1]?.();
});

test('a preview keeps its place while it is written down that it is run', async (t) => {
  const made = await desk(t);
  const { id } = await made.jobs.preview(await upload(made, [heartbeats(1)]));
  const releases = [made.jobs.admit('a'), made.jobs.admit('b')];
  const written = Promise.withResolvers<void>();
  const begun = made.jobs.run(id, {}, () => written.promise);
  assert.throws(() => made.jobs.admit('c'), TooManyImportsError);
  written.resolve();
  assert.equal((await begun)?.id, id);
  for (const release of releases) release();
  await ended(made, id);
});

test('of one key the oldest preview makes room, and no other key is kept out by its previews', async (t) => {
  const made = await desk(t, { jobsMax: 4 });
  const jobs: ImportJob[] = [];
  for (let nth = 0; nth < 4; nth++) {
    const release = made.jobs.admit('k');
    jobs.push(await made.jobs.preview(await upload(made, [heartbeats(1)])));
    release();
  }
  assert.deepEqual(
    jobs.map(({ id }) => made.jobs.get(id)?.state),
    [undefined, undefined, 'previewed', 'previewed'],
  );
  const others = [made.jobs.admit('a'), made.jobs.admit('b')];
  assert.throws(() => made.jobs.admit('c'), TooManyImportsError);
  const own = made.jobs.admit('k');
  const ids = () => made.jobs.list().map(({ id }) => id);
  assert.deepEqual(ids(), [jobs[3]?.id, jobs[2]?.id], 'as long as it is not there it removes nothing');
  const { id } = await made.jobs.begin(await upload(made, [heartbeats(1)]));
  assert.deepEqual(ids(), [id, jobs[3]?.id]);
  for (const release of [...others, own]) release();
});

test('what runs or uploads makes no room: of one key there are half of the places at most', async (t) => {
  const made = await desk(t, { jobsMax: 4 });
  made.runner.hold();
  await made.jobs.begin(await upload(made, [heartbeats(1)]));
  const release = made.jobs.admit('k');
  assert.throws(() => made.jobs.admit('k'), /2 imports of this key are there already/);
  made.jobs.admit('other')();
  release();
  made.jobs.admit('k')();
});

test('while a preview is made its upload has one place, and nobody takes it', async (t) => {
  const made = await desk(t, { jobsMax: 2 });
  made.runner.hold();
  const release = made.jobs.admit('k');
  const preview = made.jobs.preview(await upload(made, [heartbeats(1)]));
  assert.throws(() => made.jobs.admit('k'), /1 imports of this key/);
  made.jobs.admit('other')();
  made.runner.release();
  assert.equal((await preview).state, 'previewed');
  release();
});

test('an import that is removed while it is previewed says so to its uploader', async (t) => {
  const made = await desk(t);
  made.runner.hold();
  const preview = made.jobs.preview(await upload(made, [heartbeats(1)]));
  const [job] = made.jobs.list();
  const rejected = assert.rejects(preview, ImportRemovedError);
  await made.jobs.remove(job?.id ?? '');
  await rejected;
  assert.deepEqual([made.jobs.list(), spooled(made)], [[], 0]);
});

test('a removed import keeps its place until the recorder has what was on its way', async (t) => {
  const made = await desk(t);
  let take: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    made.stored.before = () => {
      resolve();
      return new Promise((taken) => {
        take = taken;
      });
    };
  });
  const first = await made.jobs.begin(await upload(made, [heartbeats(3)]));
  const second = await made.jobs.begin(await upload(made, [heartbeats(1)]));
  await begun;
  await made.jobs.remove(first.id);
  // Longer than a thread needs to end.
  const third = await made.jobs.begin(await upload(made, [heartbeats(1)], { site: 'other' }));
  made.stored.before = async () => undefined;
  assert.equal((await ended(made, third.id)).state, 'done');
  assert.equal(made.jobs.get(second.id)?.state, 'waiting');
  take();
  assert.equal((await ended(made, second.id)).state, 'done');
  assert.equal(made.stored.lines.length, 5);
});

test('removing ends what runs, tells its followers, and leaves no file', async (t) => {
  const made = await desk(t);
  const { id } = await made.jobs.begin(await upload(made, [heartbeats(300_000)]));
  const begun = new Promise<void>((resolve) => {
    made.stored.before = async () => resolve();
  });
  await begun;
  const last = ended(made, id);
  await made.jobs.remove(id);
  assert.equal((await last).state, 'cancelled');
  assert.deepEqual([made.jobs.get(id), spooled(made)], [null, 0]);
  assert.ok(made.stored.lines.length < 300_000);
  assert.equal(made.jobs.counters().imports_cancelled_total, 1);
});

test('what expires is removed with its files', async (t) => {
  const made = await desk(t);
  const previewed = await made.jobs.preview(await upload(made, [heartbeats(1)]));
  made.clock.now += 3_599_999;
  await made.jobs.sweep();
  assert.deepEqual([made.jobs.list().length, spooled(made)], [1, 1]);
  made.clock.now += 1;
  await made.jobs.sweep();
  assert.deepEqual([made.jobs.get(previewed.id), spooled(made)], [null, 0]);
});

test('what is done is told of for an hour, and its files are gone at once', async (t) => {
  const made = await desk(t);
  const { id } = await made.jobs.begin(await upload(made, [heartbeats(1)]));
  await ended(made, id);
  while (spooled(made) > 0) await new Promise(setImmediate);
  assert.equal(made.jobs.get(id)?.expires, made.clock.now + 3_600_000);
});

test('closing ends what runs and leaves no file', async (t) => {
  const made = await desk(t);
  made.runner.hold();
  await made.jobs.begin(await upload(made, [heartbeats(1)]));
  await made.jobs.close();
  assert.equal(spooled(made), 0);
  assert.throws(() => made.jobs.admit('k'), TooManyImportsError);
});
