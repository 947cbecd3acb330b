/** Bodies of the export routes: what validates and what is documented. */

import { KINDS } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { EXPORT_FORMATS } from '../export/format.ts';
import { JOB_STATES } from '../export/jobs/job.ts';

const List = (description: string) =>
  Type.Optional(Type.Union([Type.Array(Type.String()), Type.String()], { description }));

/** Entries that can be named. */
export const ENTRIES_MAX = 1_000;

export const GUARDS = ['formula', 'none'] as const;

export const ExportWishSchema = Type.Object(
  {
    site: Type.Optional(Type.String({ description: 'Site id. One of site, sites and entries is required.' })),
    sites: List('Site ids: entries of all of them in one file, in one order.'),
    from: Type.Optional(
      Type.String({
        description:
          'Start of the time range, inclusive, as on the page of logs; required, but with entries.',
      }),
    ),
    to: Type.Optional(Type.String({ description: 'End of the time range, exclusive; as from.' })),
    entries: Type.Optional(
      Type.Array(
        Type.Object({
          site_id: Type.String(),
          id: Type.String({ description: 'exchange.id of the entry.' }),
        }),
        {
          minItems: 1,
          maxItems: ENTRIES_MAX,
          description:
            'These entries, whatever their kind, instead of those of a site, a time range and filters, which are refused beside them. Those that are not there any more are left out.',
        },
      ),
    ),
    format: Type.Optional(
      Type.Enum([...EXPORT_FORMATS], {
        description:
          'Unless given, what Accept names; otherwise csv. trace is Open OCPP Trace 1.1; bundle a page of HTML that opens by itself, of up to 20,000 entries.',
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
      `Kinds of entry: ${KINDS.join(', ')}; exchange unless given, in a trace orphan and malformed as well, in a bundle all but setting.`,
    ),
    sort_order: Type.Optional(
      Type.Enum(['asc', 'desc'], {
        default: 'desc',
        description: 'By occurrence_time, entry id and site; a trace and a bundle are always asc.',
      }),
    ),
    include: List('Groups that every entry has besides: exchange, raw.'),
    columns: Type.Optional(
      Type.Union([Type.Array(Type.String()), Type.String()], {
        description:
          'These columns alone, in this order: members of an entry, such as occurrence_time, those of its groups as exchange.outcome or raw.request_text. NDJSON has the members nested as in the API. Instead of include; not for a trace or a bundle.',
      }),
    ),
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
        description:
          'Id tags, tokens, serial numbers, ICCID, IMSI and VINs become stable keyed hashes, wherever they stand. Unless given, yes for a bundle and no for others.',
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
    site: Type.Union([Type.String(), Type.Null()], { description: 'null: there are several.' }),
    sites: Type.Array(Type.String()),
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
