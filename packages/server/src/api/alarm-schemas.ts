/** What the routes of alarms take and give. */

import { Type } from 'typebox';
import {
  DELIVERY_STATES,
  KEEPER_LOSSES,
  QUIET_MINUTES_MAX,
  TARGET_KINDS,
  TARGETS_MAX,
} from '../store/alarms.ts';

const OptionalText = Type.Union([Type.String(), Type.Null()]);
const Sites = Type.Union([Type.Array(Type.String()), Type.Null()], {
  description: 'Ids; null: all, also those that are made later.',
});
const Rule = Type.String({
  description:
    'A search; A THEN B WITHIN 30s, A THEN NO B WITHIN 60s, both with WHERE B.connector = A.connector; or SILENT 15min.',
});

export const NewTargetSchema = Type.Object({
  id: Type.Optional(
    Type.String({ description: 'Of one that is there: its secret stays unless one is given.' }),
  ),
  kind: Type.Enum([...TARGET_KINDS]),
  url: Type.String({
    description: 'Such as https://hooks.example/ocpp; its host must be one that alarms.allow allows.',
  }),
  topic: Type.Optional(Type.String({ description: 'Of MQTT.' })),
  username: Type.Optional(OptionalText),
  secret: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'What a webhook is signed with, or the password of an MQTT user. Never shown again.',
    }),
  ),
});

export const NewAlarmSchema = Type.Object(
  {
    name: Type.String(),
    rule: Rule,
    sites: Type.Optional(Sites),
    enabled: Type.Optional(Type.Boolean({ default: true })),
    quiet_minutes: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: QUIET_MINUTES_MAX,
        default: 0,
        description: 'Of one station it tells once in so many minutes; 0: as often as it comes true.',
      }),
    ),
    targets: Type.Optional(Type.Array(NewTargetSchema, { maxItems: TARGETS_MAX })),
  },
  { title: 'NewAlarm' },
);

const TargetSchema = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...TARGET_KINDS]),
  url: Type.Union([Type.String(), Type.Null()], {
    description: 'null for whoever may not change the alarm.',
  }),
  topic: OptionalText,
  username: OptionalText,
  has_secret: Type.Boolean(),
});

export const AlarmSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    rule: Rule,
    sites: Sites,
    enabled: Type.Boolean(),
    quiet_minutes: Type.Integer(),
    targets: Type.Array(TargetSchema),
    ready: Type.Boolean({
      description: 'Whether it comes with the server: it can be switched off, not removed.',
    }),
    editable: Type.Boolean({ description: 'Whether the caller may change it.' }),
    etag: Type.Union([Type.String(), Type.Null()], {
      description:
        'For If-Match, as it is, with its quotation marks: another one with every change. null for whoever may not change the alarm.',
    }),
    changed: Type.String({ description: 'ISO 8601 UTC.' }),
    keeper: Type.Union([Type.String(), Type.Null()], {
      description:
        'Who answers for it: the person or key that changed it last or took it over. null where it needs nobody, and for whoever may not change it.',
    }),
    unkept: Type.Union(
      [
        Type.Object({
          reason: Type.Enum([...KEEPER_LOSSES]),
          since: Type.String({ description: 'ISO 8601 UTC.' }),
        }),
        Type.Null(),
      ],
      {
        description:
          'Why nobody answers for it any more: it tells nothing until somebody takes it over; one that comes with the server tells no target. null where somebody does.',
      },
    ),
    fired: Type.Union([Type.Integer(), Type.Null()], {
      description:
        'How often it was told, at all of its sites; null where the caller may not read all of them.',
    }),
    suppressed: Type.Union([Type.Integer(), Type.Null()], {
      description: 'How often not, because it came true too often in a minute; null as of fired.',
    }),
    fault: Type.Union([Type.String(), Type.Null()], {
      description: 'Why this version cannot read its rule; null where it can.',
    }),
  },
  { title: 'Alarm' },
);
export const AlarmListSchema = Type.Object({ alarms: Type.Array(AlarmSchema) });

const EntryIds = Type.Array(Type.String(), { description: 'Ids of the entries that prove it.' });

export const FiringSchema = Type.Object(
  {
    id: Type.String({ description: 'Chosen at random: it tells nothing of other firings.' }),
    alarm: Type.String(),
    alarm_name: OptionalText,
    site: Type.String(),
    station: Type.String(),
    time: Type.String({ description: 'When it came true, ISO 8601 UTC.' }),
    fired: Type.String({ description: 'When it was seen, ISO 8601 UTC.' }),
    entries: EntryIds,
    deliveries: Type.Array(
      Type.Object({
        target: Type.String(),
        state: Type.Enum([...DELIVERY_STATES], {
          description: 'dropped: nobody answered for the alarm any more.',
        }),
        attempts: Type.Integer(),
        at: OptionalText,
        error: OptionalText,
      }),
      { description: 'How it gets to the targets; empty for whoever may not change the alarm.' },
    ),
  },
  { title: 'Firing' },
);
export const FiringListSchema = Type.Object({
  firings: Type.Array(FiringSchema),
  next_cursor: OptionalText,
});

export const TargetTestSchema = Type.Object(
  {
    delivered: Type.Boolean({ description: 'Whether the target took it; of UDP, whether it is on its way.' }),
    error: Type.Union([Type.String(), Type.Null()], { description: 'Why not, as the receiver said it.' }),
  },
  { title: 'TargetTest' },
);

export const TrialWishSchema = Type.Object(
  {
    rule: Rule,
    sites: Type.Optional(Sites),
    from: Type.Optional(Type.String({ description: 'ISO 8601; a day before to unless given.' })),
    to: Type.Optional(Type.String({ description: 'ISO 8601; now unless given.' })),
  },
  { title: 'AlarmTrialWish' },
);

export const TrialSchema = Type.Object(
  {
    from: Type.String(),
    to: Type.String(),
    through: Type.String({ description: 'How far it was looked.' }),
    complete: Type.Boolean({ description: 'false: it was too much, and looked no further than through.' }),
    looked: Type.Integer({ description: 'Entries that were looked at.' }),
    fired: Type.Integer({ description: 'How often it would have come true.' }),
    stations: Type.Integer({ description: 'Of how many stations.' }),
    firings: Type.Array(
      Type.Object({ site: Type.String(), station: Type.String(), time: Type.String(), entries: EntryIds }),
      { description: 'The first of them.' },
    ),
    hints: Type.Array(Type.Object({ column: Type.Integer(), message: Type.String() }), {
      description: 'What is understood, but was hardly meant.',
    }),
  },
  { title: 'AlarmTrial' },
);
