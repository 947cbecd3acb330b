import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { KINDS } from '@ocpp-logs/core';
import { openReader } from '../../store/sqlite/reader-pool.ts';
import type { CapturedFrame } from '../sink.ts';
import { frameCost } from './batch.ts';
import type { CommittedChange } from './recorder.ts';
import { RecorderClient, type RecorderSettings } from './recorder-client.ts';
import { rulesOfSites } from './recording-rig.ts';

const OPENED = {
  site: 's',
  charger: 'CP1',
  subprotocol: 'ocpp1.6',
  remoteAddress: '127.0.0.1',
  mode: 'relay',
} as const;

interface Shown {
  readonly charger_id: string;
  readonly action: string | null;
  readonly exchange: {
    readonly kind: string;
    readonly outcome: string | null;
    readonly event?: Record<string, unknown>;
  };
}

const HOUR_MS = 3_600_000;

class Rig {
  readonly recorder: RecorderClient;
  readonly reports: string[] = [];
  readonly folder: string;
  readonly #waiting = new Set<() => void>();

  constructor(folder: string, settings: Partial<RecorderSettings> = {}) {
    this.folder = folder;
    this.recorder = new RecorderClient({
      folder,
      timeoutMs: 60_000,
      redact: [],
      onReport: (line) => this.reports.push(line),
      // That a busy machine keeps it from answering is what another test is about.
      watchMs: HOUR_MS,
      ...settings,
    });
    this.recorder.onCommit(() => {
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    });
  }

  frame(text: string, direction: CapturedFrame['direction'] = 'station_to_csms'): CapturedFrame {
    const arrival = Math.round(performance.now() * 1000);
    return { direction, bytes: Buffer.from(text), binary: false, cut: null, at: Date.now(), arrival };
  }

  nextCommit(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Until nothing waits any more: the next commit alone may be of something else. */
  async allCommitted(): Promise<void> {
    while ((this.recorder.counters().uncommitted_bytes ?? 0) > 0) await setTimeout(1);
  }

  async shown(): Promise<readonly Shown[]> {
    const reader = openReader(this.folder);
    const filter = {
      site: 's',
      from: 0,
      to: Date.now() + 60_000,
      kinds: KINDS,
      actions: null,
      chargers: null,
      connectors: null,
      query: null,
    };
    const rendering = { siteName: 's', exchange: true, raw: false };
    const page = await reader.page({
      scopes: [{ filter, rendering }],
      order: 'asc',
      take: 1000,
      skip: 0,
      after: null,
    });
    await reader.close();
    return JSON.parse(`[${new TextDecoder().decode(page.body)}]`) as Shown[];
  }
}

async function rig(t: TestContext, settings: Partial<RecorderSettings> = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-recorder-'));
  const made = new Rig(folder, settings);
  t.after(async () => {
    await made.recorder.close();
    await rm(folder, { recursive: true, force: true });
  });
  await made.recorder.ready();
  return made;
}

test('what was committed is told in commit order, with its time for each charger', async (t) => {
  const { recorder, reports } = await rig(t);
  const seen: CommittedChange[] = [];
  recorder.onCommit((site, changes) => {
    assert.equal(site, 's');
    seen.push(...changes);
  });
  const connection = recorder.opened(OPENED);
  const before = recorder.committed;
  const at = Date.now();
  recorder.frame(connection, {
    direction: 'station_to_csms',
    bytes: Buffer.from('[2,"1","Heartbeat",{}]'),
    binary: false,
    cut: null,
    at,
    arrival: 1,
  });
  while (seen.length < 2) await new Promise<void>((resolve) => void recorder.onCommit(() => resolve()));
  assert.deepEqual(
    seen.map(({ seq, change }) => [seq - before, change]),
    [
      [1, 'entry'],
      [2, 'entry'],
    ],
  );
  assert.equal(recorder.capturedThrough('s').get('CP1'), at);
  assert.equal(recorder.capturedThrough('other').size, 0);
  assert.deepEqual(reports, []);
});

test('a connection that falls silent with a hand-over is told to its last frame', async (t) => {
  const { recorder } = await rig(t);
  const connection = recorder.opened(OPENED);
  // So long that it is handed over at once, mostly within its own millisecond.
  const bytes = Buffer.alloc(1024 * 1024, '[');
  for (let time = 1; time <= 10; time++) {
    const at = Date.now();
    recorder.frame(connection, {
      direction: 'station_to_csms',
      bytes,
      binary: false,
      cut: null,
      at,
      arrival: time,
    });
    while (recorder.capturedThrough('s').get('CP1') !== at) await setTimeout(5);
  }
});

test('the recorder thread dies: capture goes on, a new thread takes over, the blind time is a gap', async (t) => {
  const r = await rig(t);
  const connection = r.recorder.opened(OPENED);
  r.recorder.frame(connection, r.frame('[2,"1","Heartbeat",{}]'));
  await r.nextCommit();
  await r.recorder.killThread();
  assert.notEqual(r.recorder.fault, null);
  r.recorder.frame(connection, r.frame('[2,"lost","Heartbeat",{}]'));
  while (r.recorder.fault !== null) await setTimeout(10);
  r.recorder.frame(connection, r.frame('[2,"2","Authorize",{"idTag":"T"}]'));
  await r.allCommitted();
  const shown = await r.shown();
  const entries = shown.filter(({ exchange }) => exchange.kind === 'exchange');
  assert.deepEqual(
    entries.map(({ action, exchange }) => [action, exchange.outcome]),
    [
      ['Heartbeat', 'connection_lost'],
      ['Authorize', 'pending'],
    ],
  );
  const gaps = shown
    .filter(({ exchange }) => exchange.kind === 'gap')
    .map(({ exchange }) => exchange.event?.reason);
  assert.deepEqual(gaps.sort(), [
    'recording had stopped',
    'the server stopped without closing the connection',
  ]);
  assert.equal(shown.filter(({ exchange }) => exchange.event?.event === 'accepted').length, 1);
  const { unrecorded_total, thread_failures_total } = r.recorder.counters();
  assert.deepEqual([unrecorded_total, thread_failures_total], [1, 1]);
  assert.match(r.reports[0] ?? '', /^recording has stopped and begins again in 1000 ms/);
});

test('a recorder that is busy with a few frames for long is told of while it is, and when it answers again', async (t) => {
  const r = await rig(t, { watchMs: 5 });
  while (r.recorder.fault !== null) await setTimeout(1);
  const connection = r.recorder.opened(OPENED);
  const long = `[2,"1","DataTransfer",{"data":[${'{"a":1},'.repeat(500_000)}1]}]`;
  for (let at = 0; at < 4; at++) r.recorder.frame(connection, r.frame(long));
  while (r.recorder.fault === null) await setTimeout(1);
  assert.match(r.recorder.fault, /^The recorder has not answered for \d+ s\.$/);
  assert.notEqual(r.recorder.fault, null);
  assert.ok((r.recorder.counters().thread_silences_total ?? 0) > 0);
  while (r.recorder.fault !== null) await setTimeout(1);
  assert.equal(r.recorder.counters().thread_silence_seconds, 0);
  assert.ok(r.reports.some((line) => /has not answered for \d+ s/.test(line)));
  assert.ok(r.reports.some((line) => /answers again/.test(line)));
});

test('more than the bound not committed: further frames are counted and leave a gap, recording begins again', async (t) => {
  const r = await rig(t, { uncommittedBytesMax: 5 * frameCost(460) });
  const connection = r.recorder.opened(OPENED);
  const call = (id: number) => r.frame(`[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(400)}"}]`);
  for (let id = 0; id < 10; id++) r.recorder.frame(connection, call(id));
  assert.notEqual(r.recorder.fault, null);
  const dropped = r.recorder.counters().unrecorded_total ?? 0;
  assert.ok(dropped > 0 && dropped < 10);
  await r.nextCommit();
  await r.allCommitted();
  r.recorder.frame(connection, call(99));
  await r.allCommitted();
  const shown = await r.shown();
  assert.equal(shown.filter(({ action }) => action === 'DataTransfer').length, 11 - dropped);
  const gap = shown.find(({ exchange }) => exchange.kind === 'gap')?.exchange.event;
  assert.equal(gap?.reason, 'the store did not keep up');
  assert.ok(String(gap?.from) <= String(gap?.to));
});

test('a station that says nothing more after frames of it went unrecorded has its gap once there is room', async (t) => {
  const r = await rig(t, { uncommittedBytesMax: 5 * frameCost(460) });
  const quiet = r.recorder.opened({ ...OPENED, charger: 'QUIET' });
  const connection = r.recorder.opened(OPENED);
  const call = (id: number) => r.frame(`[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(400)}"}]`);
  for (let id = 0; id < 10; id++) r.recorder.frame(connection, call(id));
  r.recorder.frame(quiet, r.frame('[2,"lost","Heartbeat",{}]'));
  const dropped = r.recorder.counters().unrecorded_total ?? 0;
  while ((r.recorder.counters().gaps_total ?? 0) < 2 || (r.recorder.counters().uncommitted_bytes ?? 0) > 0)
    await setTimeout(1);
  const shown = await r.shown();
  assert.equal(
    shown.filter(({ action }) => action !== null).length,
    11 - dropped,
    'the last one is not there',
  );
  const gaps = shown.filter(({ exchange }) => exchange.kind === 'gap');
  assert.deepEqual(gaps.map(({ charger_id }) => charger_id).sort(), ['CP1', 'QUIET']);
  assert.deepEqual(
    new Set(gaps.map(({ exchange }) => exchange.event?.reason)),
    new Set(['the store did not keep up']),
  );
});

test('stations that come and go beyond the bound are told by a gap of their site, and one that stays by its own', async (t) => {
  const r = await rig(t, { uncommittedBytesMax: 5 * frameCost(460) });
  const connection = r.recorder.opened(OPENED);
  const call = (id: number) => r.frame(`[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(400)}"}]`);
  for (let id = 0; id < 10; id++) r.recorder.frame(connection, call(id));
  assert.notEqual(r.recorder.fault, null);
  const closing = { event: 'closed', close_code: 1000, ended_by: 'station', how: 'close_frame' } as const;
  for (let n = 0; n < 100; n++) r.recorder.closed(r.recorder.opened({ ...OPENED, charger: 'GONE' }), closing);
  const stays = r.recorder.opened({ ...OPENED, charger: 'STAYS' });
  await r.nextCommit();
  while (r.recorder.fault !== null) await setTimeout(1);
  r.recorder.frame(stays, r.frame('[2,"1","Heartbeat",{}]'));
  const ofKind = async (kind: string) =>
    (await r.shown()).filter(({ exchange }) => exchange.kind === kind).map((entry) => entry.charger_id);
  while (!(await ofKind('exchange')).includes('STAYS') || (await ofKind('gap')).length < 3)
    await setTimeout(10);
  assert.deepEqual((await ofKind('connection')).sort(), ['CP1', 'STAYS']);
  assert.deepEqual((await ofKind('gap')).sort(), ['', 'CP1', 'STAYS']);
  assert.ok((r.recorder.counters().unrecorded_total ?? 0) >= 100);
});

test('what could not be told while too much waited is told by a gap of the site at the end', async (t) => {
  const r = await rig(t, { uncommittedBytesMax: 5 * frameCost(460) });
  const connection = r.recorder.opened(OPENED);
  const call = (id: number) => r.frame(`[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(400)}"}]`);
  for (let id = 0; id < 10; id++) r.recorder.frame(connection, call(id));
  const closing = { event: 'closed', ended_by: 'server', how: 'shutdown' } as const;
  const late = r.recorder.opened({ ...OPENED, charger: 'LATE' });
  for (const each of [connection, late]) r.recorder.closed(each, closing);
  assert.notEqual(r.recorder.fault, null, 'too much waits still');
  await r.recorder.close();
  const gaps = (await r.shown()).filter(({ exchange }) => exchange.kind === 'gap');
  assert.deepEqual(gaps.map(({ charger_id }) => charger_id).sort(), ['', 'CP1']);
  assert.ok(gaps.every(({ exchange }) => exchange.event?.reason === 'the store did not keep up'));
});

/** Where the next writer would begin its gap, ms. */
function runMark(folder: string): number {
  const index = new DatabaseSync(join(folder, 'logs', 'index.db'), { readOnly: true });
  try {
    return Number(index.prepare('SELECT through FROM run').get()?.through);
  } finally {
    index.close();
  }
}

/** Its thread dies with a connection that was handed over; what is there then, and when its frame came. */
async function diedWithConnection(t: TestContext) {
  const r = await rig(t, { rules: rulesOfSites('s') });
  const connection = r.recorder.opened(OPENED);
  const frame = r.frame('[2,"lost","Heartbeat",{}]');
  r.recorder.frame(connection, frame);
  r.recorder.closed(connection, {
    event: 'closed',
    close_code: 1000,
    ended_by: 'station',
    how: 'close_frame',
  });
  await setTimeout(25);
  await r.recorder.killThread();
  while (r.recorder.fault !== null) await setTimeout(10);
  return { frame, shown: await r.shown() };
}

test('the recorder thread dies with a connection that it had not committed: the gap of its site covers it', async (t) => {
  let died = await diedWithConnection(t);
  // A machine that keeps the test from going on may have let the thread commit it before.
  for (let tries = 1; tries < 20 && died.shown.length > 1; tries++) died = await diedWithConnection(t);
  const { frame, shown } = died;
  const [gap, ...others] = shown;
  assert.deepEqual(others, [], 'nothing else is known of it');
  const { from, to, reason } = gap?.exchange.event ?? {};
  assert.equal(reason, 'recording stopped all at once; what came last may be missing');
  assert.ok(Date.parse(String(from)) < frame.at && Date.parse(String(to)) > frame.at);
});

test('where nothing comes, it is told all the same how far the recording reaches', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const r = await rig(t, { rules: rulesOfSites('s') });
  const started = Date.now();
  // What is handed over at the start reaches no further than this.
  const later = started + 1_000;
  for (let turn = 0; runMark(r.folder) < later; turn++) {
    assert.ok(turn < 1_000, 'it still reaches no further');
    await setTimeout(50);
    t.mock.timers.tick(10_000);
  }
});
