/** Parameters of the log routes. The parser takes names, ranges and choices from here, and so does the documentation. */

import { KINDS, QUERY_LENGTH_MAX } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { FACET_FIELDS } from '../store/store.ts';

export const TAKE = { minimum: 1, maximum: 1000, default: 100 } as const;

const OURS = 'Extension of this server.';

const From = Type.String({
  description:
    'Start of the time range, inclusive: ISO 8601 with Z or an offset; a date alone is midnight UTC; finer than a millisecond is rounded up.',
  examples: ['2026-01-05T00:00:00Z', '2026-01-05'],
});
const To = Type.String({
  description: 'End of the time range, exclusive; must be after from.',
  examples: ['2026-01-06T00:00:00Z', '2026-01-06'],
});

/** Filters that the page, the downloads and the live tail share. */
const FILTERS = {
  actions: Type.Optional(
    Type.String({
      description:
        'Comma-separated OCPP actions, exactly as they are spelled: any of OCPP 1.6, 2.0.1 and 2.1, and any that was seen. An unknown one is refused.',
      examples: ['BootNotification,StatusNotification'],
    }),
  ),
  charger_id: Type.Optional(Type.String({ description: `Comma-separated charger ids. ${OURS}` })),
  connector_id: Type.Optional(
    Type.String({ description: `Comma-separated connector numbers (OCPP 2.x: EVSE). ${OURS}` }),
  ),
  kinds: Type.Optional(
    Type.String({
      description: `Comma-separated kinds of entry: ${KINDS.join(', ')}. All but exchange have neither action nor payload. A search that names the field kind looks through all of them unless this is given. ${OURS}`,
      default: 'exchange',
    }),
  ),
  q: Type.Optional(
    Type.String({
      description: `A search, such as status:Faulted -station:CP0* latency:>5s "free text". Where only texts tell what matches, the count is exact if it is known within 2 s, otherwise a lower bound with count_exact false. ${OURS}`,
      maxLength: QUERY_LENGTH_MAX,
      examples: ['action:StatusNotification status:Faulted'],
    }),
  ),
  include: Type.Optional(
    Type.String({
      description: `Comma-separated groups that every entry has besides: exchange (pairing, outcome, latency, answer), raw (texts of the frames), validation (findings; not in CSV), session (id of the charging session that it is in, and its role there; of pages of JSON and single entries). ${OURS}`,
    }),
  ),
};

export const PageQuerySchema = Type.Object({
  from: From,
  to: To,
  actions: FILTERS.actions,
  sort_order: Type.Optional(
    Type.Enum(['asc', 'desc'], { description: 'By occurrence_time, then entry id.', default: 'desc' }),
  ),
  take: Type.Optional(
    Type.Integer({
      ...TAKE,
      description: 'Entries of the answer. Without it NDJSON and CSV give the whole range.',
    }),
  ),
  skip: Type.Optional(
    Type.Integer({ minimum: 0, default: 0, description: 'Entries passed over. Pages of JSON only.' }),
  ),
  cursor: Type.Optional(
    Type.String({
      description: `Instead of skip: empty for the first page, then the next_cursor of the page before. Deep pages cost what the first costs. ${OURS}`,
    }),
  ),
  charger_id: FILTERS.charger_id,
  connector_id: FILTERS.connector_id,
  kinds: FILTERS.kinds,
  q: FILTERS.q,
  count: Type.Optional(
    Type.Enum(['quick'], {
      description: `With quick, a search over texts is not counted beyond the page: it answers as soon as the page is full, the count is a lower bound, and next_cursor goes on from there. ${OURS}`,
    }),
  ),
  include: FILTERS.include,
  guard: Type.Optional(
    Type.Enum(['none'], {
      description: `CSV only: with none, texts that begin with =, +, -, @, a tab or a return are written as they are. Otherwise they get a leading apostrophe, so that no spreadsheet runs them; numbers and JSON never do. ${OURS}`,
    }),
  ),
});

export const TailQuerySchema = Type.Object({
  from: Type.Optional(From),
  to: Type.Optional(To),
  ...FILTERS,
});

const Sites = Type.Optional(
  Type.String({ description: 'Comma-separated site ids; all that are readable unless given.' }),
);

export const AcrossPageQuerySchema = Type.Object({ site: Sites, ...PageQuerySchema.properties });
export const AcrossTailQuerySchema = Type.Object({ site: Sites, ...TailQuerySchema.properties });

const { include: _, ...COUNTED } = FILTERS;
export const TOP = { minimum: 1, maximum: 1000, default: 20 } as const;
export const BINS = { minimum: 1, maximum: 1000, default: 120 } as const;

export const FacetsQuerySchema = Type.Object({
  site: Sites,
  from: From,
  to: To,
  ...COUNTED,
  fields: Type.Optional(
    Type.String({ description: `Comma-separated: ${FACET_FIELDS.join(', ')}; all unless given.` }),
  ),
  top: Type.Optional(Type.Integer({ ...TOP, description: 'Values of each field, the most frequent ones.' })),
});

export const HistogramQuerySchema = Type.Object({
  site: Sites,
  from: From,
  to: To,
  ...COUNTED,
  bins: Type.Optional(Type.Integer({ ...BINS, description: 'At most so many bins.' })),
});

export const EntryQuerySchema = Type.Object({ include: FILTERS.include });

export const INCLUDES = ['exchange', 'raw', 'validation'] as const;
/** Of pages and single entries: for what is streamed, too much would have to be read. */
export const PAGE_INCLUDES = [...INCLUDES, 'session'] as const;
