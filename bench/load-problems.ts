/** What did not hold in a run under load. */

import type { LoadRun } from './load-seen.ts';

export function problemsOf(run: Omit<LoadRun, 'problems'>): readonly string[] {
  const { afterHold, atEnd, faults, metrics, stations, storm: stormed, connecting, reading } = run;
  const found: string[] = [];
  const say = (isWrong: boolean, what: string) => {
    if (isWrong) found.push(what);
  };
  const unrecorded = metrics.get('unrecorded_total') ?? Number.NaN;
  say(connecting.missing > 0, `${connecting.missing} stations never connected`);
  say(stormed.connecting.missing > 0, `${stormed.connecting.missing} stations never came back`);
  say(afterHold.answered !== afterHold.sent, `${afterHold.sent - afterHold.answered} calls got no answer`);
  // What goes unrecorded at the bound is told by a gap entry of its station, one by one below: docs/limits.md.
  say(
    unrecorded === 0 && afterHold.stored.exchanges !== afterHold.sent,
    `${afterHold.stored.exchanges} exchanges are stored of ${afterHold.sent} calls`,
  );
  say(
    unrecorded === 0 && afterHold.stored.answered !== afterHold.stored.exchanges,
    `${afterHold.stored.answered} of ${afterHold.stored.exchanges} are stored as answered`,
  );
  say(
    unrecorded > 0,
    `${unrecorded} frames went unrecorded; ${faults.inGap} calls lie in gaps of their stations`,
  );
  say(
    unrecorded === 0 && (atEnd.stored.exchanges < atEnd.answered || atEnd.stored.exchanges > atEnd.sent),
    `at the end ${atEnd.stored.exchanges} exchanges are stored; ${atEnd.answered} were answered, ${atEnd.sent} sent`,
  );
  say(atEnd.broken > 0, `${atEnd.broken} connections ended by themselves`);
  say(atEnd.strange > 0, `${atEnd.strange} answers to what was not asked`);
  // An answer whose call went unrecorded is an orphan.
  say(unrecorded === 0 && atEnd.stored.strange > 0, `${atEnd.stored.strange} entries are no exchanges`);
  // Accepted, cut, accepted again; an attempt that was given up may have been accepted, and is told then.
  const tries = [...stormed.connecting.failures.values(), ...connecting.failures.values()];
  const most = stations * 3 + 2 * tries.reduce((sum, times) => sum + times, 0);
  say(
    unrecorded === 0 && (atEnd.stored.connections < stations * 3 || atEnd.stored.connections > most),
    `${atEnd.stored.connections} entries of connections instead of ${stations * 3}`,
  );
  const wrong = faults.twice + faults.foreign + faults.otherwise + faults.missing;
  say(wrong > 0, `one by one: ${faults.examples.join('; ')}`);
  const { csms } = atEnd;
  say(csms !== null && csms.again + csms.strange > 0, `${csms?.again} calls reached the CSMS twice`);
  say(
    afterHold.csms !== null && afterHold.csms.missing > 0,
    `${afterHold.csms?.missing} calls never reached the CSMS`,
  );
  say(
    metrics.get('capture_stations') !== stations,
    `${metrics.get('capture_stations')} stations are counted as connected`,
  );
  say(run.unseen > 0, `${run.unseen} looks at the metrics of the server got no answer`);
  for (const [when, readers] of [
    ['', reading?.readers],
    [' in the storm', stormed.readers],
  ] as const) {
    if (readers === null || readers === undefined) continue;
    const others = [...readers.others].map((one) => one.join(' x ')).join(', ');
    say(others !== '', `readers were answered otherwise${when}: ${others}`);
    say(readers.tails !== run.tails, `${readers.tails} of ${run.tails} live tails are there${when}`);
    say(readers.asked === 0, `no reader asked${when}`);
  }
  for (const { what, found: seen, allowed, holds } of run.verdicts)
    say(holds === false, `${what}: ${seen}, allowed are ${allowed}`);
  return found;
}
