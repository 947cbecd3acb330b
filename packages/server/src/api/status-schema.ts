/** What GET /status tells: what validates and what is documented. */

import { Type } from 'typebox';

const OptionalTime = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const SiteStatusSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    retention_days: Type.Integer({ description: '0 is for ever.' }),
    chargers: Type.Integer({ description: 'That were ever seen.' }),
    connected: Type.Integer({ description: 'Of those, now.' }),
    captured_through: OptionalTime('ISO 8601 UTC: the newest of its chargers.'),
    gaps: Type.Integer({ description: 'Entries of kind gap in the last 24 hours.' }),
    bytes: Type.Integer({ description: 'Of all months.' }),
    months: Type.Array(
      Type.Object({ month: Type.String({ description: '2026-01, UTC.' }), bytes: Type.Integer() }),
      { description: 'What each month takes on the disk, oldest first.' },
    ),
  },
  { title: 'SiteStatus' },
);

export const StatusSchema = Type.Object(
  {
    version: Type.String(),
    started: Type.String({ description: 'ISO 8601 UTC.' }),
    uptime_s: Type.Integer(),
    recording: Type.Boolean({ description: 'Whether the server can do its work now, as /readyz says.' }),
    captured_through: OptionalTime('ISO 8601 UTC: the newest of all sites here.'),
    gaps: Type.Integer({ description: 'Of all sites here, in the last 24 hours.' }),
    disk: Type.Object({
      free_bytes: Type.Integer(),
      logs_bytes: Type.Integer({ description: 'Of the sites here.' }),
      set_aside: Type.Integer({ description: 'Damaged files that were set aside.' }),
    }),
    counters: Type.Record(Type.String(), Type.Number(), {
      description:
        'As in /metrics, without its prefix: those that end in _total count since the start, all others are of now, such as how much waits in a queue. None for operators of some sites only: they are of all sites together.',
    }),
    sites: Type.Array(SiteStatusSchema, { description: 'Those where the caller is operator, by id.' }),
  },
  { title: 'Status' },
);
