/**
 * The composite of what is known to be set (OCPP 1.6 3.13.3 and 3.13.4, 2.0.1 K01.FR.34 to 39): of each purpose the
 * valid profile with the highest level; TxProfile instead of TxDefaultProfile; then the lowest over the purposes.
 * Watts and amperes are kept apart, since nobody knows the voltage; profiles from before the log are unknown.
 */

import type { Period, Profile } from './profiles.ts';
import type { LimitPoint } from './session.ts';

const POINTS_MAX = 1_000;
const SECOND = 1_000;
const CYCLES: Readonly<Record<string, number>> = { Daily: 86_400_000, Weekly: 7 * 86_400_000 };

/** Of the station's own and of whatever is outside of it. */
const OVER_ALL = new Set([
  'ChargePointMaxProfile',
  'ChargingStationMaxProfile',
  'ChargingStationExternalConstraints',
]);

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly profile: Profile;
  readonly period: Period;
}

/** `from` is the start of the transaction, `to` its end or the last that was heard of it; ms. */
export function limitsOf(profiles: readonly Profile[], from: number, to: number): readonly LimitPoint[] {
  const pieces = profiles.flatMap((profile) => piecesOf(profile, from, to));
  const times = [...new Set(pieces.flatMap((piece) => [piece.from, piece.to]))]
    .filter((at) => at <= to)
    .sort((a, b) => a - b)
    .slice(0, POINTS_MAX);
  const points: LimitPoint[] = [];
  for (const at of times) {
    const point = pointAt(at, pieces);
    const last = points.at(-1);
    const same =
      last?.limitW === point.limitW && last?.limitA === point.limitA && last?.phases === point.phases;
    if (last === undefined ? point.entry !== null : !same) points.push(point);
  }
  return points;
}

function pointAt(at: number, pieces: readonly Piece[]): LimitPoint {
  const holding = Map.groupBy(
    pieces.filter((piece) => piece.from <= at && at < piece.to),
    ({ profile }) => profile.purpose,
  );
  const highest = new Map([...holding].map(([purpose, held]) => [purpose, held.reduce(higher)]));
  if (highest.has('TxProfile')) highest.delete('TxDefaultProfile');
  let point: LimitPoint = { at, limitW: null, limitA: null, phases: null, entry: null };
  for (const { profile, period } of highest.values()) {
    if (period.limit === null || profile.unit === null) continue;
    const name = profile.unit === 'W' ? 'limitW' : 'limitA';
    const known = point[name];
    if (known !== null && known <= period.limit) continue;
    point = { ...point, [name]: period.limit, phases: period.phases, entry: profile.entry };
  }
  return point;
}

/** One of the connector goes before one of the whole station, but for what holds over all. */
function higher(a: Piece, b: Piece): Piece {
  const { profile: pa } = a;
  const { profile: pb } = b;
  if (pa.stackLevel !== pb.stackLevel) return pa.stackLevel > pb.stackLevel ? a : b;
  if (OVER_ALL.has(pa.purpose)) return pb.at >= pa.at ? b : a;
  if (pa.connector !== pb.connector) return pa.connector > pb.connector ? a : b;
  return pb.at >= pa.at ? b : a;
}

function piecesOf(profile: Profile, from: number, to: number): readonly Piece[] {
  const begins = Math.max(profile.at, profile.validFrom ?? profile.at, from);
  const ends = Math.min(
    profile.until ?? Number.POSITIVE_INFINITY,
    profile.validTo ?? Number.POSITIVE_INFINITY,
  );
  // Without a start it is relative, whatever it calls itself.
  const relative = profile.kind === 'Relative' || profile.startSchedule === null;
  const start = relative ? Math.max(from, profile.at) : (profile.startSchedule ?? from);
  const cycle = relative || profile.kind !== 'Recurring' ? null : (CYCLES[profile.recurrency ?? ''] ?? null);
  const pieces: Piece[] = [];
  const first = cycle === null ? 0 : Math.floor((begins - start) / cycle);
  const last = cycle === null ? 0 : Math.floor((to - start) / cycle);
  // Nothing holds before its start.
  for (let turn = Math.max(first, 0); turn <= last; turn += 1) {
    const zero = start + turn * (cycle ?? 0);
    const end = Math.min(
      profile.duration === null ? Number.POSITIVE_INFINITY : zero + profile.duration * SECOND,
      cycle === null ? Number.POSITIVE_INFINITY : zero + cycle,
    );
    const sorted = profile.periods.toSorted((a, b) => a.start - b.start);
    for (const [place, period] of sorted.entries()) {
      const next = sorted[place + 1];
      const low = Math.max(zero + period.start * SECOND, begins);
      const high = Math.min(next === undefined ? end : zero + next.start * SECOND, end, ends);
      if (high > low && low <= to) pieces.push({ from: low, to: high, profile, period });
    }
    if (pieces.length >= POINTS_MAX) break;
  }
  return pieces;
}
