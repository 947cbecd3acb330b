/** `ocpp-logs pull --status`: how far each mirror of a data folder has come. */

import type { Checkpoint } from '../../pull/checkpoint.ts';
import { checkpointsIn } from '../../pull/checkpoint-file.ts';
import { checkpointRecord } from '../../pull/checkpoint-text.ts';
import type { Call } from '../command.ts';
import { countText } from '../quantity.ts';
import { type Column, table } from '../table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'SITE' },
  { title: 'FROM' },
  { title: 'MIRRORED SINCE', whole: true },
  { title: 'THROUGH', whole: true },
  { title: 'READ', right: true },
  { title: 'GAPS', right: true },
  { title: 'LAST ERROR', yields: true },
];

/** 1 where a file there is no checkpoint. */
export function showStatus({ flags, terminal }: Call, dataFolder: string): number {
  const { checkpoints, unreadable } = checkpointsIn(dataFolder);
  if (flags.json === true)
    terminal.output.write(`${JSON.stringify({ mirrors: checkpoints.map(checkpointRecord) })}\n`);
  else if (checkpoints.length === 0) terminal.output.write(`nothing was pulled into ${dataFolder} yet\n`);
  else terminal.output.write(table(COLUMNS, checkpoints.map(rowOf), terminal.columns));
  for (const path of unreadable) {
    terminal.errors.write(`${path} is no checkpoint; remove it to begin anew, nothing is stored twice\n`);
  }
  return unreadable.length === 0 ? 0 : 1;
}

function rowOf({ into, site, url, from, through, counts, gaps, lastError }: Checkpoint): readonly string[] {
  const second = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return [
    into,
    `${site} of ${url}`,
    second(from),
    second(through),
    countText(counts.entries),
    String(gaps.length),
    lastError?.message ?? '',
  ];
}
