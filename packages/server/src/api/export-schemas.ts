/** Bodies of the export routes: what validates and what is documented. */

import { KINDS } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { EXPORT_FORMATS } from '../export/format.ts';
import { JOB_STATES } from '../export/jobs/job.ts';

const List = (description: string) =>
  Type.Optional(Type.Union([Type.Array(Type.String()), Type.String()], { description }));

export const GUARDS = ['formula', 'none'] as const;

export const ExportWishSchema = Type.Object(
  {
    site: Type.String({ description: 'Site id.' }),
    from: Type.String({ description: 'Start of the time range, inclusive, as on the page of logs.' }),
    to: Type.String({ description: 'End of the time range, exclusive.' }),
    format: Type.Optional(
      Type.Enum([...EXPORT_FORMATS], {
        description: 'Unless given, what Accept names; otherwise csv. trace is Open OCPP Trace 1.1.',
      }),
    ),
    actions: List('OCPP actions; all unless given.'),
    charger_id: List('Charger ids.'),
    connector_id: Type.Optional(
      Type.Union([Type.Array(Type.Integer()), Type.Integer(), Type.String()], {
        description: 'Connector numbers (OCPP 2.x: EVSE).',
      }),
    ),
    q: Type.Optional(Type.String({ description: 'A search, as on the page of logs.' })),
    kinds: List(
      `Kinds of entry: ${KINDS.join(', ')}; exchange unless given, in a trace orphan and malformed as well.`,
    ),
    sort_order: Type.Optional(
      Type.Enum(['asc', 'desc'], {
        default: 'desc',
        description: 'By occurrence_time; a trace is always asc.',
      }),
    ),
    include: List('Groups that every entry has besides: exchange, raw.'),
    take: Type.Optional(Type.Integer({ minimum: 1, description: 'At most so many entries.' })),
    guard: Type.Optional(
      Type.Enum([...GUARDS], {
        default: 'formula',
        description:
          'CSV: text cells that begin like a formula get an apostrophe; none writes them as they are.',
      }),
    ),
    pseudonymise: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Id tags, tokens, serial numbers, ICCID, IMSI and VINs become stable keyed hashes, wherever they stand.',
      }),
    ),
    estimate_only: Type.Optional(
      Type.Boolean({ default: false, description: 'Answers how much it would be, and begins nothing.' }),
    ),
  },
  { title: 'ExportWish' },
);

export const EstimateSchema = Type.Object(
  {
    entries: Type.Integer({ description: 'Exact when it was asked.' }),
    bytes: Type.Integer({ description: 'Told from some of the entries.' }),
  },
  { title: 'ExportEstimate' },
);

export const ExportJobSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum([...JOB_STATES]),
    site: Type.String(),
    format: Type.Enum([...EXPORT_FORMATS]),
    pseudonymised: Type.Boolean(),
    created: Type.String({ description: 'ISO 8601 UTC.' }),
    expires: Type.String({ description: 'ISO 8601 UTC: when an export that has ended is removed.' }),
    estimate: EstimateSchema,
    progress: Type.Object({ entries: Type.Integer(), bytes: Type.Integer(), percent: Type.Number() }),
    size: Type.Union([Type.Integer(), Type.Null()], { description: 'Bytes of the file, when it is done.' }),
    sha256: Type.Union([Type.String(), Type.Null()], { description: 'Of the file, in hexadecimal.' }),
    file_name: Type.String(),
    remarks: Type.Array(Type.String(), { description: 'What the format could not take as it is.' }),
    links: Type.Object({ self: Type.String(), file: Type.String(), events: Type.String() }),
    error: Type.Union([Type.String(), Type.Null()], { description: 'Of one that failed: why.' }),
  },
  { title: 'Export' },
);

export const ExportListSchema = Type.Object({ exports: Type.Array(ExportJobSchema) });
export const ExportPathSchema = Type.Object({ id: Type.String({ description: 'Id of the export.' }) });
