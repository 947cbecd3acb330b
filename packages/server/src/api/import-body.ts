/** How an import is shown. */

import type { Static } from 'typebox';
import type { ParameterFault } from '../errors.ts';
import type { ImportJob } from '../import/jobs/job.ts';
import type { Lack } from '../import/jobs/lacks.ts';
import type { FileReport } from '../import/report.ts';
import type { ImportJobSchema } from './import-schemas.ts';

const iso = (ms: number) => new Date(ms).toISOString();

/** `publicPath`: what a proxy cuts off before the path. */
export function importBody(job: ImportJob, publicPath: string): Static<typeof ImportJobSchema> {
  const { id, state, site, created, expires, files, progress, error } = job;
  const self = `${publicPath}/rest/v1/imports/${id}`;
  return {
    id,
    state,
    site,
    created: iso(created),
    expires: expires === null ? null : iso(expires),
    files: files.map(fileBody),
    progress: {
      bytes: progress.bytes,
      total_bytes: progress.totalBytes,
      frames: progress.frames,
      entries_per_second: progress.entriesPerSecond,
    },
    links: { self, run: `${self}/run`, events: `${self}/events` },
    error,
  };
}

function fileBody(report: FileReport): Static<typeof ImportJobSchema>['files'][number] {
  const { skipped, chargers, skipped_reasons, notes, first_entries, evidence, failure, lacks } = report;
  return {
    ...report,
    skipped: [...skipped],
    chargers: [...chargers],
    skipped_reasons: skipped_reasons.map(({ lines, ...reason }) => ({ ...reason, lines: [...lines] })),
    notes: [...notes],
    first_entries: [...first_entries],
    evidence: asParameters(evidence),
    failure: failure === null ? null : asParameters(failure),
    lacks: lacks === null ? null : parameterOf(lacks),
  };
}

const NAMES: Readonly<Record<string, string>> = { charger: 'charger_id' };

function parameterOf(option: string): string {
  return NAMES[option] ?? option.replaceAll('-', '_');
}

/** What a run must be given, by its parameter, each once. */
export function lackFaults(lacks: readonly Lack[]): readonly ParameterFault[] {
  const first = new Map(lacks.toReversed().map((lack) => [lack.option, lack]));
  return [...first.values()].map(({ option, file, failure }) => ({
    parameter: parameterOf(option),
    message: `is needed for ${file}: ${asParameters(failure)}`,
  }));
}

/** Texts name the options of the command line; here they are parameters. */
function asParameters(text: string): string {
  return text.replaceAll(/(add |such as )?--([a-z][a-z-]*)( (?=\S))?/g, (_, asked, name: string, blank) => {
    const parameter = parameterOf(name);
    return `${asked ?? ''}${parameter}${blank === undefined ? '' : asked === undefined ? ' ' : '='}`;
  });
}
