/** The report at the end of an import, for people. */

import { counted } from '@ocpp-logs/core';
import { expectedLines, UNKNOWN } from '../../import/detect.ts';
import { type FileReport, totals } from '../../import/report.ts';
import { countText } from '../quantity.ts';
import { table } from '../table.ts';

const STATIONS_SHOWN = 8;
const DIRECTIONS = { station_to_csms: '→ CSMS', csms_to_station: '← CSMS' } as const;

export interface ImportTold {
  readonly site: string;
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  readonly files: readonly FileReport[];
}

export function reportJson({ site, dryRun, interrupted, files }: ImportTold): string {
  return JSON.stringify({ files, site, dry_run: dryRun, interrupted, ...totals(files) });
}

/** Of the files that were read; what could not be is told by {@link failureLines}. */
export function reportText(told: ImportTold, columns: number): string {
  const read = told.files.filter(wasRead);
  if (read.length === 0) return '';
  const blocks = read.flatMap((file) => fileLines(file, told.dryRun, columns));
  return `${[...blocks, ...totalLines(told, read)].join('\n')}\n`;
}

const wasRead = ({ failure, frames, events, skipped_lines }: FileReport): boolean =>
  failure === null || frames + events + skipped_lines > 0;

/** What was wrong, a line for each file and what can be done about it. */
export function failureLines(files: readonly FileReport[]): readonly string[] {
  const failed = files.flatMap(({ file, failure, guess, evidence }) => {
    if (failure === null) return [];
    const near =
      guess === null
        ? []
        : [`  closest is ${guess} (${evidence}); if it is that, --format ${guess} reads it`];
    return [`${file}: ${failure}`, ...near];
  });
  const puzzling = files.some(({ failure }) => failure?.startsWith(UNKNOWN) === true);
  return puzzling ? [...failed, ...expectedLines()] : failed;
}

function fileLines(file: FileReport, dryRun: boolean, columns: number): readonly string[] {
  const { failure, events, skipped_lines, from, to } = file;
  const came = dryRun ? '' : '; what came before that is imported';
  const given = failure === null ? ` (${file.evidence})` : `, given up: ${failure}${came}`;
  return [
    `${file.file}: ${file.format ?? 'unknown'}${given}`,
    row('frames', countText(file.frames)),
    ...(events > 0 ? [row('events', countText(events))] : []),
    ...(dryRun
      ? []
      : [row('accepted', countText(file.accepted)), row('duplicates', countText(file.duplicates))]),
    row('entries', entriesText(file)),
    ...(file.left_out_by_level > 0
      ? [row('left out', `${countText(file.left_out_by_level)} by the level of the site`)]
      : []),
    row('skipped', countText(skipped_lines)),
    ...file.skipped_reasons.map(({ reason, count, lines }) => {
      const places = `${lines.join(', ')}${count > lines.length ? ', ...' : ''}`;
      return `    ${countText(count)} x ${reason} (${count === 1 ? 'line' : 'lines'} ${places})`;
    }),
    ...file.notes.map((note) => `  note: ${note}`),
    ...(from === null ? [] : [`  from ${from} to ${to}`, `  stations: ${stationsText(file.chargers)}`]),
    ...(dryRun ? firstLines(file, columns) : []),
  ];
}

function firstLines({ first_entries }: FileReport, columns: number): readonly string[] {
  if (first_entries.length === 0) return [];
  const rows = first_entries.map(({ time, charger, direction, action }) => [
    time,
    charger,
    DIRECTIONS[direction],
    action ?? '',
  ]);
  const titles = [
    { title: 'Time', whole: true },
    { title: 'Station' },
    { title: 'Way' },
    { title: 'Action' },
  ];
  const lines = table(titles, rows, columns - 4)
    .trimEnd()
    .split('\n');
  return ['  begins with', ...lines.map((line) => `    ${line}`)];
}

function totalLines({ site, dryRun }: ImportTold, read: readonly FileReport[]): readonly string[] {
  const { frames, accepted, duplicates, entries, skipped_lines } = totals(read);
  const events = read.reduce((sum, file) => sum + file.events, 0);
  const what = [counted(frames, 'frame'), ...(events > 0 ? [counted(events, 'event')] : [])].join(' and ');
  const of = read.length === 1 ? what : `${what} of ${counted(read.length, 'file')}`;
  const made = counted(entries, 'entry', 'entries');
  if (dryRun) return [`read ${of}, would make ${made}, imported none (--dry-run)`];
  const more = [`${countText(accepted)} new`, `${countText(duplicates)} stored before`, made];
  const skipped = skipped_lines > 0 ? [`${counted(skipped_lines, 'line')} skipped`] : [];
  return [`imported into site ${site}: ${[of, ...more, ...skipped].join(', ')}`];
}

function entriesText({ entries }: FileReport): string {
  const kinds = Object.entries(entries);
  if (kinds.length === 0) return '0';
  const sum = kinds.reduce((all, [, count]) => all + count, 0);
  return `${countText(sum)} (${kinds.map(([kind, count]) => `${kind} ${countText(count)}`).join(', ')})`;
}

const row = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;

function stationsText(stations: readonly string[]): string {
  const shown = stations.slice(0, STATIONS_SHOWN).join(', ');
  const more = stations.length - STATIONS_SHOWN;
  return more > 0 ? `${shown} and ${countText(more)} more` : shown;
}
