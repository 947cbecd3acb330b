/** Tallies as the API gives them. */

import {
  type AnswerCounts,
  differenceOf,
  durationQuantile,
  type FleetTally,
  type GroupDay,
  proportion,
} from '@ocpp-logs/core';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** null where nothing was watched. */
export function uptimeOf({ uptime }: FleetTally): number | null {
  const { watchedMs, connectedMs, faultedMs } = uptime;
  return watchedMs <= 0 ? null : Math.max(0, connectedMs - faultedMs) / watchedMs;
}

export function p95Of({ times }: AnswerCounts): number | null {
  return durationQuantile(times, 0.95);
}

export function firstSuccessOf({ attempts }: FleetTally) {
  return proportion(attempts.firstSucceeded, attempts.first);
}

function answers(counts: AnswerCounts) {
  const { calls, unanswered, errors, times } = counts;
  const timed = Object.values(times).reduce((sum, count) => sum + count, 0);
  // A log of one side alone tells nothing of answers.
  const none = calls > 0 && unanswered === calls;
  return {
    calls,
    timed,
    p50_ms: durationQuantile(times, 0.5),
    p95_ms: p95Of(counts),
    unanswered: none ? null : unanswered,
    errors,
  };
}

const frequent = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));

/** `looked`: whether all messages were looked through for what is found in them. */
export function measures(tally: FleetTally, looked: boolean) {
  const { attempts, uptime, causes, findings, connections, boots, entries } = tally;
  const { tries, succeeded, failed } = attempts;
  return {
    uptime: {
      share: uptimeOf(tally),
      watched_ms: Math.round(uptime.watchedMs),
      connected_ms: Math.round(uptime.connectedMs),
      faulted_ms: Math.round(uptime.faultedMs),
    },
    tries: { count: tries, succeeded, failed, open: tries - succeeded - failed },
    first_tries: firstSuccessOf(tally),
    causes: frequent(causes).map(([rule, count]) => ({ rule, count })),
    answer_times: { csms: answers(tally.answers.csms), station: answers(tally.answers.station) },
    findings: frequent(findings).map(([code, count]) => ({ code, count })),
    findings_complete: looked,
    connections,
    boots,
    entries,
  };
}

export function daily(days: readonly GroupDay[]) {
  return days.map(({ day, tally }) => ({
    day: iso(day).slice(0, 10),
    uptime: uptimeOf(tally),
    tries: tally.attempts.tries,
    failed: tally.attempts.failed,
    first_success: firstSuccessOf(tally).share,
  }));
}

/** Both sides of a change. */
export function compared(
  { before, after }: { readonly before: FleetTally; readonly after: FleetTally },
  looked: boolean,
) {
  const unanswered = ({ answers: { station } }: FleetTally) =>
    proportion(station.unanswered, station.unanswered === station.calls ? 0 : station.calls);
  return {
    before: measures(before, looked),
    after: measures(after, looked),
    differences: {
      first_tries: differenceOf(firstSuccessOf(before), firstSuccessOf(after)),
      unanswered: differenceOf(unanswered(before), unanswered(after)),
    },
  };
}
