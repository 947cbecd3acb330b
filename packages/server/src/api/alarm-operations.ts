/** What the reference tells of the routes of alarms. */

import { Type } from 'typebox';
import { ALARMS_MAX, FIRINGS_A_MINUTE, FIRINGS_MAX, FIRINGS_TAKE_MAX } from '../store/alarms.ts';
import {
  AlarmListSchema,
  AlarmSchema,
  FiringListSchema,
  NewAlarmSchema,
  TargetTestSchema,
  TrialSchema,
  TrialWishSchema,
} from './alarm-schemas.ts';
import { JSON_TYPE } from './json-body.ts';
import type { Operation } from './operation.ts';

export const AlarmPathSchema = Type.Object({ id: Type.String({ description: 'Id of the alarm.' }) });

export const TargetPathSchema = Type.Object({
  ...AlarmPathSchema.properties,
  target: Type.String({ description: 'Id of one of its targets.' }),
});

export const FiringsQuerySchema = Type.Object({
  alarm: Type.Optional(Type.String({ description: 'Id of an alarm; all unless given.' })),
  site: Type.Optional(Type.String({ description: 'Ids of sites, comma-separated; all that are readable.' })),
  take: Type.Optional(Type.Integer({ minimum: 1, maximum: FIRINGS_TAKE_MAX, default: 100 })),
  cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
});

const COMMON = { tag: 'Alarms', extension: true, query: Type.Object({}) } as const;
const OF_BODY = ['bad-request', 'body-too-large', 'body-type', 'unavailable'] as const;
const BODY = { description: 'The alarm.', content: { [JSON_TYPE]: NewAlarmSchema } };
const ALARM = { [JSON_TYPE]: AlarmSchema };
const CONDITION = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description:
        'An etag of the alarm: 412, and nothing is done, where it has another one by now. Without it the last one counts.',
    }),
  ),
});

export const alarmOperations = {
  list: {
    ...COMMON,
    scope: 'read',
    id: 'listAlarms',
    summary: 'Alarms',
    description: 'Those that concern a site of the caller. Secrets are never shown.',
    answers: { 200: { description: 'The alarms.', content: { [JSON_TYPE]: AlarmListSchema } } },
    problems: ['bad-request', 'unavailable'],
  },
  make: {
    ...COMMON,
    scope: 'admin',
    audit: 'alarm-made',
    id: 'makeAlarm',
    summary: 'Make an alarm',
    description: `Over sites of which the caller is an admin; all of those unless sites is given. At most ${ALARMS_MAX} alarms, and ${FIRINGS_A_MINUTE} firings of one in a minute.`,
    body: BODY,
    answers: { 201: { description: 'It is made.', content: ALARM } },
    problems: [...OF_BODY, 'site-not-found', 'too-many'],
  },
  one: {
    ...COMMON,
    scope: 'read',
    id: 'getAlarm',
    summary: 'One alarm',
    description: 'Its etag is in the header ETag, too.',
    path: AlarmPathSchema,
    answers: { 200: { description: 'The alarm.', content: ALARM } },
    problems: ['bad-request', 'not-found', 'unavailable'],
  },
  replace: {
    ...COMMON,
    scope: 'admin',
    audit: 'alarm-changed',
    id: 'replaceAlarm',
    summary: 'Change an alarm',
    description: 'What it waits for begins anew.',
    path: AlarmPathSchema,
    headers: CONDITION,
    body: BODY,
    answers: { 200: { description: 'The alarm as it is now.', content: ALARM } },
    problems: [...OF_BODY, 'site-not-found', 'not-found', 'other-state', 'precondition-failed'],
  },
  remove: {
    ...COMMON,
    scope: 'admin',
    audit: 'alarm-removed',
    id: 'removeAlarm',
    summary: 'Remove an alarm',
    description: 'With its firings. One that comes with the server can only be switched off.',
    path: AlarmPathSchema,
    headers: CONDITION,
    answers: { 204: { description: 'It is gone.' } },
    problems: ['bad-request', 'not-found', 'other-state', 'precondition-failed', 'unavailable'],
  },
  try: {
    ...COMMON,
    scope: 'read',
    id: 'tryAlarm',
    summary: 'Try an alarm on what is stored',
    description:
      'How often it would have come true, and where. Of 31 days, 200,000 entries and 10 s at most.',
    body: { description: 'What to try.', content: { [JSON_TYPE]: TrialWishSchema } },
    answers: { 200: { description: 'What it would have told.', content: { [JSON_TYPE]: TrialSchema } } },
    problems: [...OF_BODY, 'site-not-found', 'too-many-requests'],
  },
  test: {
    ...COMMON,
    scope: 'admin',
    audit: 'alarm-tested',
    id: 'testTarget',
    summary: 'Send a test notice',
    description:
      'To one target of an alarm, as it is kept, by the same way as a firing and once, with the type alarm.test. Ten in a minute.',
    path: TargetPathSchema,
    answers: {
      200: {
        description: 'What the receiver said, within 10 s.',
        content: { [JSON_TYPE]: TargetTestSchema },
      },
    },
    problems: ['bad-request', 'not-found', 'other-state', 'too-many-requests', 'unavailable'],
  },
  takeOver: {
    ...COMMON,
    scope: 'admin',
    audit: 'alarm-taken-over',
    id: 'takeAlarmOver',
    summary: 'Take an alarm over',
    description:
      'The caller answers for it from now on. One that nobody answered for begins anew: what happened meanwhile is told to nobody.',
    path: AlarmPathSchema,
    answers: { 200: { description: 'The alarm as it is now.', content: ALARM } },
    problems: ['bad-request', 'not-found', 'other-state', 'unavailable'],
  },
  firings: {
    ...COMMON,
    scope: 'read',
    id: 'listFirings',
    summary: 'What alarms have told',
    description: `Newest first; ${FIRINGS_MAX} are kept.`,
    query: FiringsQuerySchema,
    answers: { 200: { description: 'A page of firings.', content: { [JSON_TYPE]: FiringListSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
  events: {
    ...COMMON,
    scope: 'read',
    id: 'followFirings',
    summary: 'What alarms tell, as it happens',
    description:
      'Server-sent events named firing, each with its id and the firing as data. A comment every 15 s keeps the connection open.',
    headers: Type.Object({
      'last-event-id': Type.Optional(
        Type.String({
          description: `Goes on behind this firing, with the newest ${FIRINGS_TAKE_MAX} of what came since; behind one that is gone with the newest ${FIRINGS_TAKE_MAX} of all.`,
        }),
      ),
    }),
    answers: { 200: { description: 'The events.', content: { 'text/event-stream': Type.String() } } },
    problems: ['bad-request', 'not-acceptable', 'too-many-requests', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;
