/** What is imported, complete: as a line of the ingest route. */

import type { DirectedFrame } from './direction-finder.ts';
import { type ImportedEvent, MissingOption } from './format.ts';
import type { ImportOptions } from './options.ts';

/** Where a row comes from and belongs to. */
export interface Place {
  /** 1-based, in the file. */
  readonly line: number;
  readonly charger: string;
  /** ms since 1970. */
  readonly at: number;
}

export interface ImportRow {
  readonly place: Place;
  /** JSON of the ingest route. */
  readonly text: string;
}

export const NO_TIMES = 'the log bears no times: add --start, such as --start 2026-01-31T12:00:00Z';

/** Throws a {@link MissingOption} for what neither the source nor the options tell. */
export function demand(
  told: { readonly charger: string | null; readonly time: string | null },
  options: ImportOptions,
): { readonly charger: string; readonly time: string } {
  const charger = told.charger ?? options.charger;
  if (charger === null)
    throw new MissingOption('charger', 'the log names no charging station: add --charger ID');
  const time = told.time ?? options.start;
  if (time === null) throw new MissingOption('start', NO_TIMES);
  return { charger, time };
}

/** `file`: the row says where it comes from, for whoever shows it to a person; those who store it pass over that. */
export function rowOf(
  told: DirectedFrame | ImportedEvent,
  options: ImportOptions,
  file: string | null = null,
): ImportRow {
  const { charger, time } = demand(told, options);
  const common = {
    charger_id: charger,
    occurrence_time: time,
    connection_id: told.connection ?? undefined,
    // The time is not its own, so that no latency is made of it.
    untimed: told.time === null || (told.kind === 'frame' && !told.timed) ? true : undefined,
    ...(file === null ? {} : { file, line: told.line }),
  };
  const line =
    told.kind === 'event'
      ? { ...common, event: told.event }
      : {
          ...common,
          direction: told.direction,
          frame: told.frame,
          ocpp_version: told.version ?? options.version ?? undefined,
          rebuilt: told.rebuilt ? true : undefined,
          connector_id: told.connector ?? undefined,
        };
  return { place: { line: told.line, charger, at: Date.parse(time) }, text: JSON.stringify(line) };
}
