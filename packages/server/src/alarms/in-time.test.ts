import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryTimeError } from '../store/query-time.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import { InTime } from './in-time.ts';

const [ANSWER, REST] = [15_000, 30_000];
const LATE = new StoreUnavailableError('ClickHouse gave no answer within 15 s');
const LEFT_OUT = new StoreUnavailableError('ClickHouse gave no answer in time, and is not asked again yet');

function rig() {
  const timers = new Map<() => void, number>();
  const clock = { ms: 0 };
  const patience = new InTime({
    answer: () => ANSWER,
    rest: REST,
    now: () => clock.ms,
    after: (ms, call) => {
      timers.set(call, clock.ms + ms);
      return () => timers.delete(call);
    },
  });
  const pass = (ms: number) => {
    clock.ms += ms;
    for (const [call, at] of [...timers]) if (at <= clock.ms) call();
  };
  const counts = () => Object.values(patience.counters());
  return { patience, pass, counts, timers };
}

test('a question that hangs is given up, and none is asked for a while', async () => {
  const { patience, pass, counts, timers } = rig();
  assert.equal(await patience.ask(async () => 7), 7);
  assert.equal(timers.size, 0);
  let signal: AbortSignal | null = null;
  const hangs = patience.ask((given) => {
    signal = given;
    return new Promise<never>(() => undefined);
  });
  pass(ANSWER);
  await assert.rejects(hangs, LATE);
  assert.equal((signal as AbortSignal | null)?.aborted, true, 'its request ends, too');
  let asked = 0;
  const ask = () =>
    patience.ask(async () => {
      asked += 1;
      return asked;
    });
  pass(REST - 1);
  await assert.rejects(ask(), LEFT_OUT);
  assert.equal(asked, 0);
  pass(1);
  assert.equal(await ask(), 1);
  assert.deepEqual(counts(), [1, 1]);
});

test('what fails is no hanging; what ClickHouse gave up by itself is', async () => {
  const { patience, counts } = rig();
  const refused = new StoreUnavailableError('refused');
  await assert.rejects(
    patience.ask(() => Promise.reject(refused)),
    refused,
  );
  assert.deepEqual(counts(), [0, 0]);
  await assert.rejects(
    patience.ask(() => Promise.reject(new QueryTimeError(ANSWER))),
    LATE,
  );
  assert.deepEqual(counts(), [1, 0]);
});

test('of batches each is waited for as long, and one that hangs ends the reading', async () => {
  const { patience, pass } = rig();
  const found: number[] = [];
  const read = async () => {
    for await (const batch of patience.each(batches)) {
      found.push(batch);
      pass(ANSWER - 1);
    }
  };
  async function* batches(signal: AbortSignal) {
    yield 1;
    yield 2;
    setImmediate(() => pass(ANSWER));
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }
  await assert.rejects(read(), LATE);
  assert.deepEqual(found, [1, 2]);
});
