/** From the query of a request to what is to be imported, and how. */

import { nearest, OCPP_VERSIONS } from '@ocpp-logs/core';
import { FORMATS } from '../import/formats.ts';
import type { JobOptions } from '../import/jobs/job.ts';
import { isDay, isTimeZone, SEEN_FROM } from '../import/options.ts';
import { emptySite, siteFaults } from '../store/control/site-rules.ts';
import type { Site } from '../store/control.ts';
import { ImportOptionsSchema, ImportQuerySchema } from './import-schemas.ts';
import { readInstant } from './instant.ts';
import { Query } from './query-string.ts';

export interface AskedImport {
  readonly site: string;
  /** Without a preview. */
  readonly run: boolean;
  readonly options: JobOptions;
}

export const newSite = (id: string): Site => emptySite(id, 'added');

export function readImportWish(url: string): AskedImport {
  const query = new Query(url, Object.keys(ImportQuerySchema.properties));
  const site = query.text('site');
  const [fault] = site === null ? [] : siteFaults(newSite(site));
  if (site === null) query.fault('site', 'is required: the id of a site');
  else if (fault !== undefined) query.fault('site', fault.message);
  const run = query.text('run');
  if (run !== null && run !== 'true' && run !== 'false')
    query.fault('run', `must be true or false, not "${run}"`);
  const options = readOptions(query);
  query.settle();
  return { site: site ?? '', run: run === 'true', options };
}

/** Those that are given. */
export function readImportOptions(url: string): Partial<JobOptions> {
  const query = new Query(url, Object.keys(ImportOptionsSchema.properties));
  const options = readOptions(query);
  query.settle();
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

function readOptions(query: Query): JobOptions {
  const start = query.text('start');
  const instant = start === null ? null : readInstant(start);
  if (instant !== null && 'fault' in instant) query.fault('start', instant.fault);
  const formats = FORMATS.map(({ name }) => name);
  return {
    format: choice(query, 'format', formats),
    charger: text(query, 'charger_id', (id) => id !== '', 'the id of a charging station'),
    start: instant !== null && 'ms' in instant ? new Date(instant.ms).toISOString() : null,
    timeZone: text(query, 'time_zone', isTimeZone, 'an IANA name such as Europe/Berlin'),
    date: text(query, 'date', isDay, 'a day such as 2026-01-31'),
    version: choice(query, 'ocpp_version', OCPP_VERSIONS),
    seenFrom: choice(query, 'seen_from', SEEN_FROM),
  };
}

function text(
  query: Query,
  name: string,
  allowed: (value: string) => boolean,
  example: string,
): string | null {
  const value = query.text(name);
  if (value !== null && !allowed(value)) query.fault(name, `must be ${example}, not "${value}"`);
  return value;
}

function choice<C extends string>(query: Query, name: string, choices: readonly C[]): C | null {
  const value = query.text(name);
  if (value === null) return null;
  const found = choices.find((known) => known === value);
  if (found !== undefined) return found;
  const near = nearest(value, choices);
  const hint = near === null ? '' : `; did you mean ${near}?`;
  query.fault(name, `must be one of ${choices.join(', ')}, not "${value}"${hint}`);
  return null;
}
