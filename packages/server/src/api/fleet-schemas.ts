/** What the routes of the fleet take and answer. */

import { FLEET_GROUPINGS } from '@ocpp-logs/core';
import { Type } from 'typebox';

export const FLEET_LIMIT = { minimum: 1, maximum: 1000, default: 200 } as const;
export const FLEET_DAYS = { maximum: 92, default: 30 } as const;
export const FLEET_SORTS = [
  'name',
  'uptime',
  'first_success',
  'tries',
  'failed',
  'station_p95',
  'csms_p95',
  'findings',
  'connections',
] as const;
export const FLEET_INCLUDES = ['daily', 'findings'] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];
export const NOISE_SORTS = ['entries', 'bytes', 'connections', 'errors', 'unanswered'] as const;
export type NoiseSort = (typeof NOISE_SORTS)[number];
export const NOISE_LIMIT = { minimum: 1, maximum: 200, default: 20 } as const;

const Text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const Amount = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const Count = (description: string) => Type.Integer({ description });

const RANGE = {
  site: Type.Optional(
    Type.String({ description: 'Comma-separated site ids; all that are readable unless given.' }),
  ),
  from: Type.Optional(
    Type.String({
      description: `The UTC day in which this lies is the first; ${FLEET_DAYS.default} days before the last unless given, at most ${FLEET_DAYS.maximum}.`,
    }),
  ),
  to: Type.Optional(
    Type.String({
      description: 'The UTC day that holds the moment before this is the last; now unless given.',
    }),
  ),
};

const CHOICE = {
  charger_id: Type.Optional(Type.String({ description: 'Comma-separated charger ids.' })),
  model: Type.Optional(Type.String({ description: 'Comma-separated models, as stations spell them.' })),
  firmware: Type.Optional(Type.String({ description: 'Comma-separated firmware versions.' })),
};

export const FleetQuerySchema = Type.Object({
  ...RANGE,
  ...CHOICE,
  by: Type.Optional(Type.Enum([...FLEET_GROUPINGS], { default: 'station' })),
  sort: Type.Optional(
    Type.Enum([...FLEET_SORTS], {
      default: 'name',
      description: 'Rows of which it is unknown come last.',
    }),
  ),
  order: Type.Optional(Type.Enum(['asc', 'desc'], { default: 'asc' })),
  limit: Type.Optional(Type.Integer({ ...FLEET_LIMIT, description: 'Rows of the answer at most.' })),
  cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
  include: Type.Optional(
    Type.String({
      description:
        'Comma-separated: daily, each row day by day, too; findings, messages are looked through for up to ten seconds more, if they were not yet. sort=findings does the same.',
    }),
  ),
});

export const FirmwareChangesQuerySchema = Type.Object({ ...RANGE, ...CHOICE });

export const NoisyQuerySchema = Type.Object({
  ...RANGE,
  sort: Type.Optional(Type.Enum([...NOISE_SORTS], { default: 'entries' })),
  limit: Type.Optional(Type.Integer({ ...NOISE_LIMIT, description: 'Stations of the answer at most.' })),
});

const Share = (what: string) =>
  Type.Object(
    {
      count: Count('How many.'),
      of: Count('Of how many.'),
      share: Amount('null where there were none.'),
      low: Amount('Lower end of the 95 % interval (Wilson).'),
      high: Amount('Upper end of it.'),
    },
    { description: what },
  );

const Answers = (whose: string) =>
  Type.Object(
    {
      calls: Count('Calls that wanted an answer.'),
      timed: Count('Answers of which it is known how long they took.'),
      p50_ms: Amount('Within 3 %; null where none was timed.'),
      p95_ms: Amount('The same.'),
      unanswered: Amount('Calls without any answer; null where no answer at all was captured.'),
      errors: Count('Answers that were errors.'),
    },
    { description: whose },
  );

const MEASURES = {
  uptime: Type.Object({
    share: Amount('Of the time that was watched, connected and not faulted. null where nothing was watched.'),
    watched_ms: Count('Of all stations together.'),
    connected_ms: Count('Connected, faulted or not.'),
    faulted_ms: Count('Connected and faulted.'),
  }),
  tries: Type.Object({
    count: Count('Tries to charge that begin in these days.'),
    succeeded: Count('Over, without a failure.'),
    failed: Count('With a verdict that is a failure.'),
    open: Count('Not over yet.'),
  }),
  first_tries: Share('First tries that succeeded.'),
  causes: Type.Array(Type.Object({ rule: Type.String(), count: Type.Integer() }), {
    description: 'Failed tries by the rule of their verdict, most frequent first.',
  }),
  answer_times: Type.Object({
    csms: Answers('Answers of the CSMS to the station.'),
    station: Answers('Answers of the station to the CSMS.'),
  }),
  findings: Type.Array(Type.Object({ code: Type.String(), count: Type.Integer() }), {
    description:
      'In how many entries each was found, of all entries of these days, as a search for its code tells; most frequent first. Where findings_complete is false, at least.',
  }),
  findings_complete: Type.Boolean({
    description: 'Whether all messages were looked through; false: include=findings goes on with it.',
  }),
  connections: Count('Connections that were accepted.'),
  boots: Count('BootNotifications.'),
  entries: Count('Entries that were looked at.'),
};

const Daily = Type.Array(
  Type.Object({
    day: Type.String({ description: 'UTC, such as 2026-01-05.' }),
    uptime: Amount('Share; null where nothing was watched.'),
    tries: Type.Integer(),
    failed: Type.Integer(),
    first_success: Amount('Share; null where no first try was decided.'),
  }),
  { description: 'With include=daily: days of which something is known.' },
);

const RestsOn = Type.Object(
  {
    entries: Count('Entries that were looked at for what is told.'),
    days: Count('UTC days of sites that were asked for and are kept.'),
    days_missing: Count('Of them not made yet: ask again.'),
    days_cut: Count('Of them told in part: there was more than may be read.'),
    partial: Type.Boolean({ description: 'Whether days are missing or cut.' }),
    as_of: Text('When the oldest part of it was made. ISO 8601 UTC.'),
    findings_days_missing: Count('Days of sites of which no message was looked through for findings yet.'),
    findings_days_cut: Count('Of them looked through in part: there was more than may be read.'),
    findings_as_of: Text('The earliest of those of all sites. ISO 8601 UTC.'),
  },
  { description: 'What the answer rests on.' },
);

const HEAD = {
  from: Type.String({ description: 'ISO 8601 UTC.' }),
  to: Type.String({ description: 'ISO 8601 UTC.' }),
  rests_on: RestsOn,
};

const RowSchema = Type.Object(
  {
    site_id: Text('Of one station.'),
    site_name: Text('Of one station.'),
    charger_id: Text('Of one station.'),
    vendor: Text('null where no boot told it.'),
    model: Text('null where no boot told it.'),
    firmware: Text('Of a station the last; null where no boot told it, and of a model.'),
    stations: Count('Stations that are counted here.'),
    ...MEASURES,
    findings_as_of: Text('Of one station: what came later is in none of its findings. ISO 8601 UTC.'),
    daily: Type.Optional(Daily),
  },
  { title: 'FleetRow' },
);

export const FleetSchema = Type.Object({
  ...HEAD,
  by: Type.Enum([...FLEET_GROUPINGS]),
  total: Type.Object({ stations: Type.Integer(), ...MEASURES, daily: Type.Optional(Daily) }),
  count: Count('Rows in all.'),
  rows: Type.Array(RowSchema),
  next_cursor: Text('Where to go on; null at the end.'),
});

const Difference = (what: string) =>
  Type.Union(
    [
      Type.Object({
        difference: Type.Number({ description: 'Share after minus share before.' }),
        low: Type.Number({ description: 'Lower end of its 95 % interval (Newcombe).' }),
        high: Type.Number({ description: 'Upper end of it.' }),
        reading: Type.Enum(['higher', 'lower', 'unclear'], {
          description:
            'unclear: the interval holds 0, so that the numbers do not bear to speak of a difference.',
        }),
      }),
      Type.Null(),
    ],
    { description: what },
  );

const COMPARED = {
  before: Type.Object(MEASURES),
  after: Type.Object(MEASURES),
  differences: Type.Object({
    first_tries: Difference('Of the share of first tries that succeeded.'),
    unanswered: Difference('Of the share of calls of the CSMS that the station left unanswered.'),
  }),
};

export const FirmwareChangesSchema = Type.Object({
  ...HEAD,
  changes: Type.Array(
    Type.Object(
      {
        vendor: Text('null where it is unknown.'),
        model: Text('null where it is unknown.'),
        firmware_before: Type.String(),
        firmware_after: Type.String(),
        stations: Count('Stations that made this change.'),
        ...COMPARED,
        by_station: Type.Array(
          Type.Object({
            site_id: Type.String(),
            site_name: Type.String(),
            charger_id: Type.String(),
            time: Type.String({ description: 'The boot that told it. ISO 8601 UTC.' }),
            entry_id: Text('That boot; null where the day it was is all that is known.'),
            ...COMPARED,
          }),
          { description: 'The first 200.' },
        ),
      },
      { title: 'FirmwareChange' },
    ),
    { description: 'Most stations first, the first 100.' },
  ),
  more: Type.Boolean({ description: 'Whether there are more changes than are told.' }),
});

const Part = (what: string) =>
  Type.Object(
    { count: Type.Number(), share: Amount('Of all stations of these sites; null where there is none.') },
    { description: what },
  );

export const NoisySchema = Type.Object({
  from: Type.String({ description: 'ISO 8601 UTC.' }),
  to: Type.String({ description: 'ISO 8601 UTC.' }),
  rests_on: Type.Object({
    entries: Count('Entries that were counted.'),
    sampled: Count('Entries of which the length was looked at.'),
    stations: Count('Stations that said anything.'),
    sites_missing: Count('Sites that there was no time for.'),
    partial: Type.Boolean(),
  }),
  stations: Type.Array(
    Type.Object(
      {
        site_id: Type.String(),
        site_name: Type.String(),
        charger_id: Type.String(),
        entries: Part('Calls with their answers, and messages without.'),
        connections: Part('Connections that were accepted, refused or closed.'),
        errors: Part('Calls answered by an error.'),
        unanswered: Part('Calls without an answer.'),
        bytes: Type.Object(
          {
            estimate: Amount('null where fewer than 30 of its entries are in the sample.'),
            share: Amount('Of the estimate for all stations.'),
            sampled: Count('Entries that it rests on.'),
          },
          { description: 'Bytes of messages, from a sample of 20,000 entries a site.' },
        ),
      },
      { title: 'NoisyStation' },
    ),
  ),
});
