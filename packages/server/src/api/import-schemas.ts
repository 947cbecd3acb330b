/** What the import routes take and tell: what validates and what is documented. */

import { KINDS, OCPP_VERSIONS } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { FORMATS } from '../import/formats.ts';
import { JOB_STATES } from '../import/jobs/job.ts';
import { SEEN_FROM } from '../import/options.ts';

const OptionalText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** What a log may lack; the same names when it begins. */
export const ImportOptionsSchema = Type.Object({
  format: Type.Optional(
    Type.Enum(
      FORMATS.map(({ name }) => name),
      { description: 'Recognised by content unless given.' },
    ),
  ),
  charger_id: Type.Optional(Type.String({ description: 'Charging station, where the log names none.' })),
  start: Type.Optional(
    Type.String({ description: 'Time of everything, ISO 8601, where the log bears no times.' }),
  ),
  time_zone: Type.Optional(
    Type.String({ description: 'IANA name such as Europe/Berlin, where the times bear no zone.' }),
  ),
  date: Type.Optional(Type.String({ description: 'Day such as 2026-01-31, where the times bear none.' })),
  ocpp_version: Type.Optional(
    Type.Enum([...OCPP_VERSIONS], {
      description: 'Where the log names none; told by the messages unless given.',
    }),
  ),
  seen_from: Type.Optional(
    Type.Enum([...SEEN_FROM], {
      description: 'Who wrote the log, so what "send" means; told by the actions unless given.',
    }),
  ),
});

export const ImportQuerySchema = Type.Object({
  site: Type.String({ description: 'Site id. A key with the scope admin makes one that is not there.' }),
  run: Type.Optional(Type.Boolean({ default: false, description: 'Import at once, without a preview.' })),
  ...ImportOptionsSchema.properties,
});

const FileSchema = Type.Object(
  {
    file: Type.String({ description: 'As its sender names it.' }),
    format: OptionalText('The format that was recognised; null where none was.'),
    frames: Type.Integer(),
    entries: Type.Partial(Type.Object(Object.fromEntries(KINDS.map((kind) => [kind, Type.Integer()]))), {
      description: 'Entries that came into being, by kind; of a preview those that would.',
    }),
    skipped: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() }), {
      description: 'The first 1,000 lines that were left out.',
    }),
    from: OptionalText('Time of the first frame, ISO 8601 UTC.'),
    to: OptionalText('Time of the last frame, ISO 8601 UTC.'),
    chargers: Type.Array(Type.String()),
    evidence: Type.String({ description: 'Why this format.' }),
    guess: OptionalText('The closest format where none fits well enough.'),
    events: Type.Integer({ description: 'What the file tells of connections.' }),
    accepted: Type.Integer({ description: 'Frames and events that were new.' }),
    duplicates: Type.Integer({ description: 'Frames and events that were stored already.' }),
    left_out_by_level: Type.Integer({
      description: 'Frames and events that the level of the site leaves out.',
    }),
    skipped_lines: Type.Integer(),
    skipped_reasons: Type.Array(
      Type.Object({
        reason: Type.String(),
        count: Type.Integer(),
        lines: Type.Array(Type.Integer(), { description: 'The first few.' }),
      }),
    ),
    failure: OptionalText('Why it was not read, or not to its end.'),
    lacks: OptionalText('Parameter that must be given, since the file cannot be read without it.'),
    notes: Type.Array(Type.String(), {
      description: 'What was not as it should be, and is read all the same; and what duplicates do not tell.',
    }),
    partial: Type.Boolean({ description: 'Only its beginning was read, as for a preview.' }),
    first_entries: Type.Array(
      Type.Object({
        time: Type.String(),
        charger: Type.String(),
        direction: Type.Enum(['station_to_csms', 'csms_to_station']),
        action: OptionalText('null for what is no call.'),
      }),
    ),
  },
  { title: 'ImportedFile' },
);

export const ImportJobSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum([...JOB_STATES]),
    site: Type.String(),
    created: Type.String({ description: 'ISO 8601 UTC.' }),
    expires: OptionalText('ISO 8601 UTC: when it is removed; null while it waits or runs.'),
    files: Type.Array(FileSchema, {
      description: 'Of the preview, until the import has ended: then of the import.',
    }),
    progress: Type.Object({
      bytes: Type.Integer({ description: 'Read of the files as they were sent.' }),
      total_bytes: Type.Integer(),
      frames: Type.Integer(),
      entries_per_second: Type.Integer(),
    }),
    links: Type.Object({ self: Type.String(), run: Type.String(), events: Type.String() }),
    error: OptionalText('Of one that failed as a whole: why.'),
  },
  { title: 'Import' },
);

export const ImportListSchema = Type.Object({ imports: Type.Array(ImportJobSchema) });
export const ImportPathSchema = Type.Object({ id: Type.String({ description: 'Id of the import.' }) });
