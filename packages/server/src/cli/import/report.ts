/** The report at the end of an import, for people and for scripts. */

import type { Outcome, Place } from './outcome.ts';

const STATIONS_SHOWN = 8;

export interface ReadFile {
  readonly file: string;
  readonly format: string;
  /** Why that format. */
  readonly evidence: string;
  /** Where reading ended early: what was wrong. */
  readonly failure: string | null;
}

export interface ImportReport {
  readonly site: string;
  readonly dryRun: boolean;
  readonly files: readonly ReadFile[];
  readonly outcome: Outcome;
}

export function reportJson({ site, dryRun, files, outcome }: ImportReport): string {
  const { frames, accepted, duplicates, skippedLines, stations, range, reasons } = outcome;
  return JSON.stringify({
    site,
    dry_run: dryRun,
    files,
    frames,
    accepted,
    duplicates,
    skipped: skippedLines,
    skipped_reasons: reasons,
    from: range?.from ?? null,
    to: range?.to ?? null,
    stations,
  });
}

export function reportText({ site, dryRun, files, outcome }: ImportReport): string {
  const { frames, accepted, duplicates, skippedLines, range, reasons } = outcome;
  const several = files.length > 1;
  const lines = files.map(({ file, format, evidence, failure }) =>
    failure === null
      ? `${file}: ${format} (${evidence})`
      : `${file}: ${format}, given up: it ${failure}${dryRun ? '' : '; what came before that is imported'}`,
  );
  lines.push(
    dryRun
      ? `read ${counted(frames)}, imported none (--dry-run)`
      : `imported into site ${site}: ${counted(frames)}`,
  );
  if (!dryRun) lines.push(row('accepted', accepted), row('duplicates', duplicates));
  lines.push(row('skipped', skippedLines));
  for (const { reason, count, first } of reasons)
    lines.push(`    ${count} x ${reason} (${placesText(first, count, several)})`);
  if (range !== null)
    lines.push(`  from ${range.from} to ${range.to}`, `  stations: ${stationsText(outcome.stations)}`);
  return `${lines.join('\n')}\n`;
}

const counted = (frames: number): string => (frames === 1 ? '1 frame' : `${frames} frames`);
const row = (name: string, count: number): string => `  ${name.padEnd(10)} ${count}`;

function placesText(first: readonly Place[], count: number, several: boolean): string {
  const places = first.map(({ file, line }) => (several ? `${file}:${line}` : String(line))).join(', ');
  return `${count === 1 ? 'line' : 'lines'} ${places}${count > first.length ? ', ...' : ''}`;
}

function stationsText(stations: readonly string[]): string {
  const shown = stations.slice(0, STATIONS_SHOWN).join(', ');
  const more = stations.length - STATIONS_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
