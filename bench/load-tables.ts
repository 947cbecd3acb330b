/** A run under load, for people. */

import { msAt, type Times } from '../test/load/histogram.ts';
import { LOAD_BOUNDS } from '../test/load/load-verdicts.ts';
import type { ReaderCounts } from '../test/load/readers-process.ts';
import type { Measured } from './load-phases.ts';
import type { LoadRun } from './load-seen.ts';
import { CORES, type CpuUse, coresOf } from './load-watch.ts';
import { count, ms, NONE, type Table } from './table.ts';

const WHO = { relay: 'relayed', csms: 'at the built-in CSMS' } as const;
const MIB = 2 ** 20;
const megabytes = (bytes: number) => `${(bytes / MIB).toFixed(0)} MiB`;
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const threeOf = (times: Times | null) =>
  times === null ? [NONE, NONE, NONE] : [0.5, 0.99, 1].map((share) => ms(msAt(times, share)));

export function loadTables(run: LoadRun): readonly Table[] {
  return [verdictsTable(run), figuresTable(run), timesTable(run), cpuTable(run), minutesTable(run)];
}

function title(run: LoadRun): string {
  return `Load: ${count(run.stations)} stations ${WHO[run.mode]}`;
}

function figuresTable(run: LoadRun): Table {
  const { idle, connected, left, afterHold, atEnd, faults, reading, metrics } = run;
  const stormReaders = run.storm.readers;
  const last = run.held.at(-1);
  const calls = mean(run.held, ({ callsPerSecond }) => callsPerSecond);
  const failures = [...run.storm.connecting.failures].map(([why, times]) => `${times} x ${why}`).join(', ');
  const rows = [
    ['calls a second, held', count(calls)],
    ['of each station', run.found.rate.toFixed(2)],
    ...(run.beside === null ? [] : [['the same with readers and in the storm', run.beside.rate.toFixed(2)]]),
    ['frames a second', count(calls * 2)],
    ['memory before stations', megabytes(idle.resident)],
    ['with all of them connected', megabytes(connected.resident)],
    ['a station', `${((connected.resident - idle.resident) / run.stations / 1024).toFixed(1)} KiB`],
    ['memory at the end of the load', megabytes(last?.resident ?? Number.NaN)],
    ['after the storm', megabytes(run.storm.resident)],
    ['when all have left', megabytes(left.resident)],
    ['descriptors: before, connected, left', [idle, connected, left].map((at) => at.descriptors).join(', ')],
    ['of them sockets', [idle, connected, left].map((at) => at.sockets).join(', ')],
    ['calls sent and answered', count(afterHold.sent)],
    ['of them stored as answered', count(afterHold.stored.answered)],
    ['calls sent at the end, after the storm', count(atEnd.sent)],
    ['of them answered', count(atEnd.answered)],
    ['stored', count(atEnd.stored.exchanges)],
    ['entries of connections', count(atEnd.stored.connections)],
    ['compared one by one', count(faults.compared)],
    ['missing, twice, never sent', [faults.missing, faults.twice, faults.foreign].join(', ')],
    [
      'frames unrecorded, gap entries',
      [metrics.get('unrecorded_total') ?? NONE, atEnd.stored.gaps].join(', '),
    ],
    ['calls not made because 16 waited', count(atEnd.skipped)],
    ['all back after the cut of all lines', `${(run.storm.connecting.ms / 1000).toFixed(1)} s`],
    ['attempts that failed', failures === '' ? '0' : failures],
    ['an upgrade took', threeOf(run.storm.connecting.times).join(', ')],
    ...(reading === null
      ? []
      : [
          ['answers to readers', count(reading.readers.asked)],
          ['other than 200', others(reading.readers)],
          ['entries told to live tails', count(reading.readers.events)],
        ]),
    ...(stormReaders === null
      ? []
      : [
          ['answers to readers in the storm', count(stormReaders.asked)],
          ['other than 200', others(stormReaders)],
          ['live tails that were there all the while', count(stormReaders.tails)],
        ]),
  ];
  const wanted = run.wanted * run.stations;
  return {
    title: title(run),
    header: ['', 'figure'],
    rows,
    notes: [
      `${run.sites} sites; ${count(wanted)} calls a second wanted: ${run.found.over ?? 'reached'}`,
      ...(run.beside === null || run.beside.over === null ? [] : [`with readers: ${run.beside.over}`]),
      `the server said at its start: ${run.printed}`,
      'stations, CSMS and readers are processes of their own on the same cores; all stations have one address',
    ],
  };
}

function others(readers: ReaderCounts): string {
  return [...readers.others].map((one) => one.join(' x ')).join(', ') || '0';
}

function verdictsTable(run: LoadRun): Table {
  return {
    title: `${title(run)}: what it is judged by`,
    header: ['', 'found', 'allowed', ''],
    rows: run.verdicts.map(({ what, found, allowed, holds }) => [
      what,
      found,
      allowed,
      holds === null ? 'not judged' : holds ? 'holds' : 'FAILED',
    ]),
    notes: [
      `what did not hold, of these and of what must not be lost, stored twice or refused: ${run.problems.join('; ') || 'nothing'}`,
      `growth is the median of all slopes between ${count(run.beats.length)} looks; a load of less than ${LOAD_BOUNDS.minutes} minutes is judged by its sockets alone`,
    ],
  };
}

/** Round trips of stations in processes that have time. */
function timesTable(run: LoadRun): Table {
  const held = run.held.at(-1);
  const row = (what: string, measured: Measured | undefined): string[][] => {
    if (measured === undefined) return [];
    const { probe, direct, all } = measured;
    const added = direct === null ? Number.NaN : msAt(probe, 0.99) - msAt(direct, 0.99);
    return [
      [what, ...threeOf(probe)],
      ...(direct === null
        ? []
        : [
            [`${what}, beside the relay`, ...threeOf(direct)],
            [`${what}, added`, ms(msAt(probe, 0.5) - msAt(direct, 0.5)), ms(added), NONE],
          ]),
      [`${what}, as the busy swarm sees it`, ...threeOf(all)],
    ];
  };
  const { reading } = run;
  const stormReaders = run.storm.readers;
  return {
    title: `${title(run)}: times`,
    header: ['call to answer', 'p50', 'p99', 'max'],
    rows: [
      ...row('last part of the load', held),
      ...row('with readers', reading?.measured),
      ...(reading === null ? [] : [['an answer to a reader', ...threeOf(reading.readers.times)]]),
      ...(stormReaders === null
        ? []
        : [['an answer to a reader, in the storm', ...threeOf(stormReaders.times)]]),
    ],
    notes: [],
  };
}

function cpuTable(run: LoadRun): Table {
  const uses: [string, CpuUse, number][] =
    run.held.length === 0 ? [] : [['load', sumUse(run.held), mean(run.held, (one) => one.callsPerSecond)]];
  if (run.reading !== null)
    uses.push(['with readers', run.reading.measured.cpu, run.reading.measured.callsPerSecond]);
  uses.push(['storm', run.storm.cpu, Number.NaN]);
  const rows = uses.map(([what, use, calls]) => {
    const [[, server = 0] = [], ...others] = [...use.used];
    const theirs = others.reduce((sum, [, used]) => sum + used, 0);
    const frames = calls * 2 * use.seconds;
    return [
      what,
      percent(use.share),
      coresOf(server, use.seconds),
      coresOf(use.mainThread, use.seconds),
      coresOf(theirs, use.seconds),
      coresOf(Math.max(0, use.all - server - theirs), use.seconds),
      Number.isNaN(calls) ? NONE : `${((server / frames) * 1000).toFixed(1)} ms`,
    ];
  });
  return {
    title: `${title(run)}: CPU`,
    header: [
      '',
      `of ${CORES} cores`,
      'server, cores',
      'its main thread',
      'swarm and CSMS',
      'the rest',
      'server, 1,000 frames',
    ],
    rows,
    notes: ['the rest: readers, the system, and what else ran'],
  };
}

function minutesTable(run: LoadRun): Table {
  return {
    title: `${title(run)}: by part`,
    header: [
      'part',
      'seconds',
      'calls/s',
      'CPU',
      'p99',
      'added p99',
      'memory',
      'descriptors',
      'loop p99',
      'loop max',
      'uncommitted',
    ],
    rows: run.held.map((part, place) => [
      String(place + 1),
      part.cpu.seconds.toFixed(0),
      count(part.callsPerSecond),
      percent(part.cpu.share),
      ms(msAt(part.probe, 0.99)),
      part.direct === null ? NONE : ms(msAt(part.probe, 0.99) - msAt(part.direct, 0.99)),
      megabytes(part.resident),
      count(part.descriptors),
      ms(part.loopP99),
      ms(part.loopMax),
      count(part.uncommitted),
    ]),
    notes: [
      'loop: delay of the event loop of the server, of its last two minutes; uncommitted: bytes on their way to the store',
    ],
  };
}

function mean(parts: readonly Measured[], of: (part: Measured) => number): number {
  return parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
}

function sumUse(parts: readonly Measured[]): CpuUse {
  const seconds = parts.reduce((sum, { cpu }) => sum + cpu.seconds, 0);
  const used = new Map<number, number>();
  for (const { cpu } of parts) for (const [pid, more] of cpu.used) used.set(pid, (used.get(pid) ?? 0) + more);
  return {
    seconds,
    share: parts.reduce((sum, { cpu }) => sum + cpu.share * cpu.seconds, 0) / seconds,
    used,
    mainThread: parts.reduce((sum, { cpu }) => sum + cpu.mainThread, 0),
    all: parts.reduce((sum, { cpu }) => sum + cpu.all, 0),
  };
}
