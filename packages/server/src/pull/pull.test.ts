import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LARGE_CHUNKS } from '../import/sink.ts';
import { fresh } from './checkpoint.ts';
import { CheckpointDouble } from './checkpoint-double.ts';
import { type PullOptions, pull } from './pull.ts';
import { type PageWish, RemoteAway, RemoteRefusal, RemoteUnreadable } from './remote.ts';
import { RemoteDouble } from './remote-double.ts';
import { SinkDouble } from './sink-double.ts';
import { SteppedClock } from './stepped-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PAIR = { url: 'https://logs.example', site: 'depot', into: 'mirror' };

/** A mirror of a server with an entry every ten minutes for a day. */
function mirror(over: Partial<PullOptions> = {}) {
  const clock = new SteppedClock();
  const remote = new RemoteDouble();
  const sink = new SinkDouble();
  const checkpoints = new CheckpointDouble();
  const began = clock.at;
  remote.add(
    ...Array.from({ length: 144 }, (_, at) => ({ at: began - DAY + at * 10 * MINUTE, name: `e${at}` })),
  );
  const options: PullOptions = {
    pair: PAIR,
    remote,
    sink,
    bounds: LARGE_CHUNKS,
    checkpoints,
    clock,
    signal: new AbortController().signal,
    from: null,
    settleMs: 2 * MINUTE,
    overlapMs: 15 * MINUTE,
    ...over,
  };
  return {
    remote,
    sink,
    checkpoints,
    clock,
    began,
    options,
    run: (more = {}) => pull({ ...options, ...more }),
  };
}

const covers = ({ from, to }: PageWish, at: number) => from <= at && at < to;

test('the first run reads the last thirty days, the next one goes on a little before where it ended', async () => {
  const { run, remote, clock, began, checkpoints } = mirror();
  const wishes: PageWish[] = [];
  remote.onPage = (wish) => wishes.push(wish);
  const first = await run();
  assert.deepEqual(first.span, { from: began - 30 * DAY, to: began - 2 * MINUTE });
  assert.deepEqual(first.counts, {
    windows: wishes.length,
    requests: wishes.length,
    entries: 144,
    accepted: 144,
    duplicates: 0,
    skipped: 0,
  });
  assert.deepEqual([first.error, first.interrupted, first.unread], [null, false, []]);
  assert.equal(first.checkpoint.through, began - 2 * MINUTE);

  clock.at += HOUR;
  remote.add({ at: began - 16 * MINUTE, name: 'late' }, { at: began + MINUTE, name: 'new' });
  const second = await run();
  assert.equal(second.span.from, first.checkpoint.through - 15 * MINUTE);
  assert.deepEqual([second.counts.entries, second.counts.accepted], [3, 2]);
  assert.deepEqual(checkpoints.read(), second.checkpoint);
  assert.equal(second.checkpoint.counts.accepted, 146);
  assert.equal(second.checkpoint.from, began - 30 * DAY);
});

test('over all runs an entry counts once, however often its time is read', async () => {
  const { run, remote, clock, began } = mirror();
  await run();
  for (let runs = 0; runs < 3; runs += 1) {
    clock.at += MINUTE;
    const { counts, checkpoint } = await run();
    assert.deepEqual([counts.entries, checkpoint.counts.entries], [1, 144]);
  }
  remote.add({ at: began + 3 * MINUTE, name: 'new' });
  clock.at += 5 * MINUTE;
  assert.equal((await run()).checkpoint.counts.entries, 145);
  const again = await run({ from: began - DAY });
  assert.ok(again.counts.entries >= 145, 'all of it is read again');
  assert.equal(again.checkpoint.counts.entries, 145);
});

test('what lay in a gap is counted when it is read', async () => {
  const { run, remote, began } = mirror();
  remote.onPage = (wish) => {
    if (covers(wish, began - HOUR)) throw new RemoteUnreadable('the server answered 500, 6 times');
  };
  const first = await run();
  assert.ok(first.checkpoint.gaps.length > 0);
  remote.onPage = () => undefined;
  assert.equal((await run()).checkpoint.counts.entries, 144);
});

test('a mirror of which nothing was ever read is not remembered, whatever ended its run', async () => {
  for (const error of [new RemoteRefusal('401'), new RemoteAway('later'), new RemoteUnreadable('500')]) {
    const { run, remote, checkpoints, clock } = mirror();
    remote.onPage = () => {
      throw error;
    };
    const report = await run();
    assert.equal(report.error, error.message);
    assert.equal(checkpoints.read(), null, error.name);
    remote.onPage = () => undefined;
    assert.equal((await run()).checkpoint.counts.entries, 144);
    remote.onPage = () => {
      throw error;
    };
    clock.at += HOUR;
    await run();
    assert.equal(checkpoints.read()?.lastError?.message, error.message, 'one that was read is');
  }
});

test('nothing is stored where there is nothing', async () => {
  const { run, began } = mirror({ sink: { ingest: () => assert.fail('stored') } });
  const report = await run({ from: began - MINUTE });
  assert.deepEqual(report.span, { from: began - MINUTE, to: began - MINUTE });
  assert.equal(report.error, null);
});

test('a window that fails is a gap, narrowed down, and the next run tries it first', async () => {
  const { run, remote, began, clock } = mirror();
  const bad = began - 10 * HOUR;
  remote.onPage = (wish) => {
    if (covers(wish, bad)) throw new RemoteUnreadable('the server answered 500, 6 times');
  };
  const first = await run();
  const [gap, ...more] = first.checkpoint.gaps;
  assert.deepEqual(more, []);
  assert.ok(gap !== undefined && gap.from <= bad && gap.to > bad && gap.to - gap.from <= 10 * MINUTE);
  assert.equal(first.checkpoint.through, began - 2 * MINUTE);
  assert.equal(first.error, null);
  assert.ok(first.unread.length > 0);
  assert.equal(first.unread[0]?.reason, 'the server answered 500, 6 times');

  clock.at += MINUTE;
  let asked: PageWish | null = null;
  remote.onPage = (wish) => {
    asked ??= wish;
  };
  const second = await run();
  assert.ok(asked !== null && covers(asked, gap.from));
  assert.deepEqual(second.checkpoint.gaps, []);
  assert.equal(second.checkpoint.counts.accepted, 144);
});

test('a server that fails at everything ends the run where it was, without gaps', async () => {
  const { run, remote, began } = mirror();
  await run({ from: began - DAY });
  remote.onPage = () => {
    throw new RemoteUnreadable('nobody listens there, 6 times');
  };
  const report = await run();
  assert.equal(remote.requests, report.checkpoint.counts.requests);
  assert.deepEqual(report.checkpoint.gaps, []);
  assert.equal(report.checkpoint.through, began - 2 * MINUTE);
  assert.equal(report.counts.requests, 3);
});

test('what keeps the end from being reached is told', async () => {
  const { run, remote, clock, checkpoints } = mirror();
  await run();
  clock.at += HOUR;
  remote.onPage = () => {
    throw new RemoteUnreadable('nobody listens there, 6 times');
  };
  const report = await run();
  assert.equal(report.error, 'nobody listens there, 6 times');
  assert.deepEqual(checkpoints.read()?.lastError, { at: clock.at, message: report.error });
  remote.onPage = () => undefined;
  assert.equal((await run()).checkpoint.lastError, null);
});

test('gaps that go on failing do not keep the rest from being read', async () => {
  const gap = (hours: number) => ({ from: -hours * HOUR, to: -hours * HOUR + MINUTE });
  const { run, remote, began, checkpoints } = mirror();
  const gaps = [9, 8, 7, 6, 5].map((hours) => ({ from: began + gap(hours).from, to: began + gap(hours).to }));
  checkpoints.write({ ...fresh(PAIR, began - DAY), through: began - HOUR, gaps });
  remote.onPage = ({ to }) => {
    if (to <= began - 4 * HOUR) throw new RemoteUnreadable('it fails');
  };
  const report = await run();
  assert.deepEqual(report.checkpoint.gaps, gaps);
  assert.equal(report.checkpoint.through, began - 2 * MINUTE);
  assert.equal(report.error, null);
});

test('a refusal ends the run and is kept; a server that wants quiet ends it for now', async () => {
  const { run, remote, checkpoints, clock } = mirror();
  await run();
  clock.at += HOUR;
  remote.onPage = () => {
    throw new RemoteRefusal('check the key');
  };
  const refused = await run();
  assert.deepEqual([refused.error, refused.refused], ['check the key', true]);
  assert.equal(checkpoints.read()?.lastError?.message, 'check the key');
  remote.onPage = () => {
    throw new RemoteAway('come back later');
  };
  const away = await run();
  assert.deepEqual([away.error, away.refused], ['come back later', false]);
  assert.equal(away.counts.requests, 1);
});

test('a store that fails is an error for the caller; nothing counts as read', async () => {
  const { run, sink, checkpoints, began } = mirror();
  sink.onBody = () => {
    throw new Error('the disk is full');
  };
  await assert.rejects(run({ from: began - DAY }), /^Error: the disk is full$/);
  const saved = checkpoints.read();
  assert.deepEqual([saved?.through, saved?.lastError?.message], [began - DAY, 'the disk is full']);
});

test('what is stopped keeps what it has, and says that it was stopped', async () => {
  const stop = new AbortController();
  const { run, sink, remote, began } = mirror({ signal: stop.signal });
  sink.onBody = (when) => {
    if (when === 'after' && sink.lines.length >= 50) stop.abort();
  };
  const report = await run({ from: began - DAY });
  assert.deepEqual([report.interrupted, report.error], [true, null]);
  assert.equal(report.counts.accepted, sink.lines.length);
  assert.ok(report.counts.accepted < 144);
  const again = await run({ signal: new AbortController().signal });
  assert.equal(again.checkpoint.counts.accepted, 144);
  assert.equal(sink.lines.length, 144);
  assert.ok(remote.requests > 2);
});

test('an earlier beginning is read as well, and what was read is read again', async () => {
  const { run, began, remote, sink } = mirror();
  await run({ from: began - 12 * HOUR });
  assert.equal(sink.lines.length, 72);
  remote.add({ at: began - 6 * HOUR, name: 'imported there later' });
  const report = await run({ from: began - DAY });
  assert.equal(sink.lines.length, 145);
  assert.deepEqual([report.checkpoint.from, report.checkpoint.gaps], [began - DAY, []]);
});

test('frames that are not taken are counted by reason', async () => {
  const { run, began } = mirror({
    sink: {
      ingest: async () => ({
        accepted: 1,
        duplicates: 0,
        rejected: [{ line: 2, reason: 'no good' }],
        entries: {},
      }),
    },
    bounds: { lines: 2, bytes: 1_000_000 },
  });
  const report = await run({ from: began - 30 * MINUTE });
  assert.deepEqual([...report.skipped], [['no good', 2]]);
  assert.equal(report.counts.skipped, 2);
});

test('calls of published pages wait for nothing; those of another ocpp-logs may still be answered', async () => {
  const { run, remote, sink, began } = mirror();
  await run({ from: began - HOUR });
  remote.exact = true;
  await run({ from: began - 2 * HOUR });
  assert.deepEqual([sink.ends[0], sink.ends.at(-2), sink.ends.at(-1)], [true, false, true]);
});

test('the source ends with a run that reached its end and read something, unless another one follows', async () => {
  const exact = () => {
    const made = mirror();
    made.remote.exact = true;
    return made;
  };
  const once = exact();
  await once.run();
  assert.deepEqual(
    once.sink.ends.map((ends, at) => [ends, at === once.sink.ends.length - 1]).every(([a, b]) => a === b),
    true,
  );
  const nothing = once.sink.ends.length;
  await once.run({ from: once.began - 3 * MINUTE, settleMs: 2 * MINUTE, overlapMs: 0 });
  assert.equal(once.sink.ends.length, nothing, 'nothing read, nothing ended');

  const following = exact();
  await following.run({ following: true });
  assert.ok(following.sink.ends.every((ends) => !ends));

  const failing = exact();
  failing.remote.onPage = ({ to }) => {
    if (to > failing.began - HOUR) throw new RemoteAway('away');
  };
  await failing.run({
    sizes: { first: HOUR, longest: HOUR, full: 40, sparse: 4 },
    from: failing.began - DAY,
  });
  assert.ok(failing.sink.ends.length > 0 && failing.sink.ends.every((ends) => !ends));
});
