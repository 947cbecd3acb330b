/** An answer finds its call in the store: of an earlier import, another process, or of before a restart. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import fc from 'fast-check';
import { check } from '../../store/sqlite/check.ts';
import { RecordingRig } from './recording-rig.ts';

const T0 = Date.UTC(2026, 0, 5, 10);

interface Line {
  readonly charger_id: string;
  readonly direction: string;
  readonly occurrence_time: string;
  readonly frame: string;
}

const line = (ms: number, direction: string, frame: string, charger = 'P'): Line => ({
  charger_id: charger,
  direction,
  occurrence_time: new Date(T0 + ms).toISOString(),
  frame,
});
const call = (ms: number, id: string, charger = 'P') =>
  line(ms, 'station_to_csms', `[2,"${id}","Heartbeat",{}]`, charger);
const answer = (ms: number, id: string, charger = 'P') =>
  line(ms, 'csms_to_station', `[3,"${id}",{"currentTime":"2026-01-05T10:00:00Z"}]`, charger);

/** Each import in a process of its own over one folder. */
class Imports {
  readonly #folder: string;
  readonly #ids = new Set<bigint>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async take(lines: readonly object[], { source = 'import', last = true } = {}) {
    return this.within((rig) => rig.take(lines, last, source));
  }

  async within<T>(work: (rig: RecordingRig) => Promise<T>): Promise<T> {
    const rig = new RecordingRig(this.#folder);
    try {
      rig.recording.recover();
      return await work(rig);
    } finally {
      for (const { sites } of rig.commits)
        for (const { ids } of sites) for (const id of ids) this.#ids.add(id);
      rig.close();
      assert.deepEqual(rig.reports, []);
    }
  }

  async entries(): Promise<Entry[]> {
    return this.within(async ({ writer }) =>
      [...this.#ids].sort((a, b) => (a < b ? -1 : 1)).flatMap((id) => writer.read('s', id) ?? []),
    );
  }

  async told() {
    return (await this.entries()).map((e) => [e.kind, e.messageId, e.outcome, e.latency]);
  }

  problems() {
    return check(this.#folder);
  }
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-later-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const imports = async (t: TestContext) => new Imports(await folderOf(t));

test('a later import completes what an earlier one left unanswered, in time and late', async (t) => {
  const b = await imports(t);
  await b.take([call(0, '1'), call(1_000, '2')]);
  assert.deepEqual(await b.take([answer(40, '1'), answer(71_000, '2')]), {
    accepted: 2,
    duplicates: 0,
    rejected: [],
    entries: {},
  });
  assert.deepEqual(await b.told(), [
    ['exchange', '1', 'answered', 40_000],
    ['exchange', '2', 'late', 70_000_000],
  ]);
  assert.deepEqual((await b.take([call(0, '1'), answer(40, '1'), answer(71_000, '2')])).duplicates, 3);
  assert.deepEqual(b.problems(), []);
});

test('the whole of a file of which a part was imported adds only the rest', async (t) => {
  const b = await imports(t);
  await b.take([call(0, '1')]);
  assert.deepEqual(await b.take([call(0, '1'), answer(40, '1'), call(100, '2')]), {
    accepted: 2,
    duplicates: 1,
    rejected: [],
    entries: { exchange: 1 },
  });
  assert.deepEqual(await b.told(), [
    ['exchange', '1', 'answered', 40_000],
    ['exchange', '2', 'unanswered', null],
  ]);
});

test('a call that timed out before a restart takes its answer, as late', async (t) => {
  const b = await imports(t);
  await b.within(async (rig) => {
    await rig.take([call(0, '1')], false, 'pull-a');
    rig.now += 61_000;
    rig.recording.tick();
  });
  assert.deepEqual(await b.told(), [['exchange', '1', 'timeout', null]]);
  await b.take([answer(90_000, '1')], { source: 'pull-a', last: false });
  assert.deepEqual(await b.told(), [['exchange', '1', 'late', 90_000_000]]);
});

test('a source that ended with nothing more to tell leaves its calls unanswered, and its next run answers them', async (t) => {
  const b = await imports(t);
  await b.within(async (rig) => {
    await rig.take([call(0, '1')], false, 'pull-a');
    await rig.take([], true, 'pull-a');
  });
  assert.deepEqual(await b.told(), [['exchange', '1', 'unanswered', null]]);
  await b.take([call(0, '1'), answer(30_000, '1')], { source: 'pull-a' });
  assert.deepEqual(await b.told(), [['exchange', '1', 'answered', 30_000_000]]);
});

test('an answer takes no call of another station, way, id or connection, none too far off and none answered', async (t) => {
  const b = await imports(t);
  await b.take([
    call(0, 'far'),
    call(700_000, 'other', 'Q'),
    call(700_000, 'id'),
    call(700_000, 'done'),
    answer(700_010, 'done'),
    { ...call(700_000, 'told'), connection_id: 'c1' },
    call(715_000, 'early'),
  ]);
  await b.take([
    answer(600_001, 'far'),
    answer(700_100, 'other'),
    { ...answer(700_100, 'id'), direction: 'station_to_csms' },
    answer(700_200, 'done'),
    { ...answer(700_100, 'told'), connection_id: 'c2' },
    answer(704_999, 'early'),
  ]);
  const entries = await b.entries();
  const outcomes = entries.filter(({ kind }) => kind === 'exchange').map((e) => [e.messageId, e.outcome]);
  assert.deepEqual(Object.fromEntries(outcomes), {
    far: 'timeout',
    other: 'unanswered',
    id: 'unanswered',
    done: 'answered',
    told: 'unanswered',
    early: 'unanswered',
  });
  assert.equal(entries.filter(({ kind }) => kind === 'orphan').length, 6);
});

test('of two calls with the same id the newest is answered first, each once', async (t) => {
  const b = await imports(t);
  await b.take([call(0, '1')]);
  await b.take([call(1_000, '1')]);
  await b.take([answer(1_040, '1'), answer(1_050, '1'), answer(1_060, '1')]);
  assert.deepEqual(await b.told(), [
    ['exchange', '1', 'answered', 1_050_000],
    ['exchange', '1', 'answered', 40_000],
    ['orphan', '1', null, null],
  ]);
});

test('what waits at hand and got its answer in this request is not looked for again', async (t) => {
  const b = await imports(t);
  await b.within(async (rig) => {
    await rig.take([call(0, '1')], true, 'import');
    await rig.take([answer(40, '1'), answer(50, '1')], true, 'import');
  });
  assert.deepEqual(await b.told(), [
    ['exchange', '1', 'answered', 40_000],
    ['orphan', '1', null, null],
  ]);
});

test('a call of a station recorded here that stopped with the server takes its answer from a log', async (t) => {
  const b = await imports(t);
  await b.within(async (rig) => {
    rig.open(1, { charger: 'P' });
    rig.station('[2,"1","Heartbeat",{}]');
    await rig.handOver();
  });
  await b.take([]);
  const at = { occurrence_time: new Date(Date.UTC(2026, 0, 5, 12, 0, 1)).toISOString() };
  await b.take([{ ...answer(0, '1'), ...at }]);
  const [exchange] = (await b.entries()).filter(({ kind }) => kind === 'exchange');
  assert.deepEqual([exchange?.outcome, exchange?.latency], ['answered', 1_000_000]);
});

test('answers on a live connection are never looked for in the store', async (t) => {
  const b = await imports(t);
  await b.take([{ ...call(0, '1'), occurrence_time: new Date(Date.UTC(2026, 0, 5, 12)).toISOString() }]);
  await b.within(async (rig) => {
    rig.open(1, { charger: 'P' });
    rig.csms('[3,"1",{}]');
    await rig.handOver();
  });
  assert.deepEqual(
    (await b.entries()).filter(({ kind }) => kind !== 'connection' && kind !== 'gap').map((e) => e.outcome),
    ['unanswered', null],
  );
});

/** One charger's calls of each way one after the other, some answered late or never. */
const traceArbitrary = fc
  .array(
    fc.record({
      charger: fc.constantFrom('P', 'Q'),
      down: fc.boolean(),
      wait: fc.constantFrom(0, 1, 900, 30_000, 650_000),
      lag: fc.constantFrom(0, 1, 40, 30_000, 60_000, 60_001, 599_000, null),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((exchanges) => {
    let now = 0;
    const lines = exchanges.flatMap(({ charger, down, wait, lag }, nth) => {
      now += wait;
      const [there, back] = down
        ? ['csms_to_station', 'station_to_csms']
        : ['station_to_csms', 'csms_to_station'];
      const asked = line(now, there ?? '', `[2,"${nth}","DataTransfer",{"vendorId":"v"}]`, charger);
      if (lag === null) return [asked];
      return [asked, line(now + lag, back ?? '', `[3,"${nth}",{"status":"Accepted"}]`, charger)];
    });
    return lines.toSorted((a, b) => a.occurrence_time.localeCompare(b.occurrence_time));
  });

/** A part cannot know what was outstanding before it, nor whether its last calls would have timed out. */
function comparable(entry: Entry): Entry {
  const findings = entry.findings.filter(({ code }) => code !== 'two-calls-outstanding');
  return { ...entry, findings, outcome: entry.outcome === 'timeout' ? 'unanswered' : entry.outcome };
}

test('any cut of a trace into imports ends as the one import of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      traceArbitrary,
      fc.array(fc.nat(30), { maxLength: 3 }),
      fc.boolean(),
      async (lines, cuts, whole) => {
        const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'ocpp-logs-later-'))));
        try {
          const [once, cut] = folders.map((folder) => new Imports(folder));
          if (once === undefined || cut === undefined) throw new Error('two folders');
          await once.take(lines);
          const ends = [...cuts.map((at) => Math.min(at, lines.length)).sort((a, b) => a - b), lines.length];
          let from = 0;
          for (const end of ends) {
            await cut.take(lines.slice(whole ? 0 : from, end));
            from = end;
          }
          const expected = (await once.entries()).map(comparable);
          assert.deepEqual((await cut.entries()).map(comparable), expected);
          assert.deepEqual(cut.problems(), []);
        } finally {
          for (const folder of folders) await rm(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: Number(process.env.IMPORT_CUTS ?? 15) },
  );
});
