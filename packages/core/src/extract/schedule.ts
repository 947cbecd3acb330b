/** The charging profile fields: one charging schedule. Source: extraction rules 4. */

import type { SchedulePeriod } from '../fields.ts';
import type { Finding } from '../finding.ts';
import type { JsonObject } from '../message.ts';
import {
  isAbsent,
  isArray,
  isObject,
  type Leaf,
  readInteger,
  readNumber,
  readText,
  reportType,
} from './leaf.ts';
import type { MutableFields } from './mutable-fields.ts';
import { type Path, readPaths } from './path.ts';

export interface SchedulePaths {
  readonly rateUnit: readonly Path[];
  readonly duration: readonly Path[];
  readonly start: readonly Path[];
  readonly minRate: readonly Path[];
  readonly periods: readonly Path[];
}

export function readSchedule(
  paths: SchedulePaths,
  call: JsonObject,
  fields: MutableFields,
  findings: Finding[],
): void {
  const rateUnit = readPaths(paths.rateUnit, call, null, readText, findings);
  if (rateUnit !== undefined) fields.req_cs_profile_sched_charging_rate_unit = rateUnit;
  const duration = readPaths(paths.duration, call, null, readInteger, findings);
  if (duration !== undefined) fields.req_cs_profile_sched_duration = duration;
  const start = readPaths(paths.start, call, null, readText, findings);
  if (start !== undefined) fields.req_cs_profile_sched_start_schedule = start;
  const minRate = readPaths(paths.minRate, call, null, readNumber, findings);
  if (minRate !== undefined) fields.req_cs_profile_sched_min_charging_rate = minRate;
  const periods = readPaths(paths.periods, call, null, readPeriods, findings);
  if (periods !== undefined) fields.req_cs_profile_sched_schedule_period = periods;
}

/** Every period keeps its place; what is missing or of another type in it is null. */
function readPeriods(value: Leaf, path: string, findings: Finding[]): readonly SchedulePeriod[] | undefined {
  if (isArray(value)) return value.map((period, at) => readPeriod(period, `${path}[${at}]`, findings));
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}

function readPeriod(period: Leaf, path: string, findings: Finding[]): SchedulePeriod {
  if (!isObject(period)) {
    reportType(findings, path, period);
    return { start_period: null, limit: null, number_phases: null };
  }
  return {
    start_period: readInteger(period.startPeriod, `${path}.startPeriod`, findings) ?? null,
    limit: readNumber(period.limit, `${path}.limit`, findings) ?? null,
    number_phases: readInteger(period.numberPhases, `${path}.numberPhases`, findings) ?? null,
  };
}
