/** What the routes of charging sessions take and answer. */

import { ENTRY_ROLES, OCPP_VERSIONS, RULES } from '@ocpp-logs/core';
import { Type } from 'typebox';

export const SESSION_STATES = ['attempt', 'running', 'ended', 'stop_unseen'] as const;
export const SEVERITIES = ['failure', 'warning', 'note'] as const;
/** Rules that can be the verdict of a session. */
export const VERDICTS = RULES.filter(({ about }) => about === 'session').map(({ id }) => id);
export const LIMIT = { minimum: 1, maximum: 200, default: 50 } as const;

const Text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const Amount = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const Time = (description: string) => Text(`${description} ISO 8601 UTC.`);
const Moment = {
  time: Type.String({ description: 'ISO 8601 UTC.' }),
  entry_id: Type.String({ description: 'The entry that tells it.' }),
};

export const SessionsQuerySchema = Type.Object({
  site: Type.Optional(
    Type.String({ description: 'Comma-separated site ids; all that are readable unless given.' }),
  ),
  from: Type.Optional(
    Type.String({
      description: 'Sessions that begin then or later, as for the logs; a day before to unless given.',
    }),
  ),
  to: Type.Optional(Type.String({ description: 'Sessions that begin before; now unless given.' })),
  charger_id: Type.Optional(Type.String({ description: 'Comma-separated charger ids.' })),
  connector_id: Type.Optional(
    Type.String({ description: 'Comma-separated connector numbers (OCPP 2.x: EVSE).' }),
  ),
  verdict: Type.Optional(
    Type.String({
      description: 'Comma-separated rules, as GET /verdicts tells them.',
      examples: ['authorisation-refused'],
    }),
  ),
  severity: Type.Optional(
    Type.String({ description: `Of the verdict, comma-separated: ${SEVERITIES.join(', ')}.` }),
  ),
  state: Type.Optional(Type.String({ description: `Comma-separated: ${SESSION_STATES.join(', ')}.` })),
  limit: Type.Optional(Type.Integer({ ...LIMIT, description: 'Sessions of the answer at most.' })),
  cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
});

export const SessionPathSchema = Type.Object({
  id: Type.String({ description: 'Id of the session, percent-encoded.' }),
});

export const EvidenceSchema = Type.Object({
  ...Moment,
  what: Type.String({ description: 'Action, the word that matters, and the reason that its answer gives.' }),
});

export const ConclusionSchema = {
  rule: Type.String({ description: 'As GET /verdicts tells it.' }),
  severity: Type.Enum([...SEVERITIES]),
  text: Type.String({ description: 'In one line.' }),
  remedy: Type.String({ description: 'What to do; empty where nothing is to be done.' }),
  clause: Type.String({ description: 'Of the specification; empty where the rule is ours.' }),
  times: Type.Integer(),
  evidence: Type.Array(EvidenceSchema, { description: 'Entries that prove it, ten at most.' }),
};

const Register = (which: string) =>
  Type.Union(
    [
      Type.Object({
        wh: Type.Number(),
        text: Type.String({ description: 'As the station wrote it.' }),
        entry_id: Type.String(),
      }),
      Type.Null(),
    ],
    { description: `Register at the ${which}.` },
  );

const SUMMARY = {
  id: Type.String({ description: 'Of its first entry and its site.' }),
  entry_id: Type.String({ description: 'Its first entry.' }),
  site_id: Type.String(),
  site_name: Type.String(),
  charger_id: Type.String(),
  connector_id: Amount('Connector; OCPP 2.x: the EVSE. null while nothing names it.'),
  evse_connector_id: Amount('OCPP 2.x: the connector inside the EVSE.'),
  ocpp_version: Type.Union([Type.Enum([...OCPP_VERSIONS]), Type.Null()]),
  transaction_id: Text('null where it never was one, and where no answer told its id.'),
  id_tag: Text('Card or token.'),
  state: Type.Enum([...SESSION_STATES], {
    description:
      'attempt: no transaction. running: a transaction whose stop was not seen yet. stop_unseen: it is over, and no stop was ever seen.',
  }),
  over: Type.Boolean({ description: 'Nothing more is expected of it.' }),
  cut: Type.Boolean({
    description:
      'It had not ended 48 hours after the UTC day on which it began, or after 100,000 entries: what came later is not told here.',
  }),
  from: Type.String({ description: 'Its first entry. ISO 8601 UTC.' }),
  to: Type.String({ description: 'Its last entry. ISO 8601 UTC.' }),
  started: Time('When the transaction began; one that was told late by the clock of the station.'),
  stopped: Time('When it ended.'),
  duration_ms: Amount('Between the two.'),
  start_unseen: Type.Boolean({
    description: 'The transaction was under way at its first entry, as far as 48 hours before that day tell.',
  }),
  delivered_late: Type.Boolean(),
  stop_reason: Text('As told.'),
  trigger_reason: Text('OCPP 2.x: why the last event was sent.'),
  meter_start: Register('start'),
  meter_stop: Register('end'),
  energy: Type.Object({
    register_wh: Amount('Last register minus first.'),
    integral_wh: Amount('Power over time.'),
    tolerance_wh: Amount('By how much both may differ.'),
    agree: Type.Union([Type.Boolean(), Type.Null()]),
  }),
  power_max_w: Amount('Highest of the samples.'),
  soc_start_percent: Amount('Of the first sample.'),
  soc_end_percent: Amount('Of the last sample.'),
  cost: Amount('OCPP 2.x, in the currency of the station.'),
  reuses: Text('Another session that had the same transaction id.'),
  verdict: Type.Object({
    ...ConclusionSchema,
    also: Type.Array(Type.Object(ConclusionSchema), { description: 'What else was seen.' }),
  }),
};

const SessionSummarySchema = Type.Object(SUMMARY, { title: 'ChargingSessionSummary' });

export const SessionPageSchema = Type.Object({
  sessions: Type.Array(SessionSummarySchema),
  next_cursor: Type.Union([Type.String(), Type.Null()], {
    description:
      'Where to go on; null at the end. A page may hold fewer than limit, and none, where many entries had to be read for it.',
  }),
});

const Mark = Type.Object({
  ...Moment,
  role: Type.Enum([...ENTRY_ROLES]),
  action: Type.String(),
  word: Type.String({ description: 'The one word that matters, such as SuspendedEV.' }),
});
const Points = (description: string) =>
  Type.Array(Type.Object({ ...Moment, value: Type.Number() }), { description });

export const SessionSchema = Type.Object(
  {
    ...SUMMARY,
    start_authorisation: Text('Status of the token in the answer to the start.'),
    samples_factor: Amount(
      'By what the register in samples was multiplied to be that of start and stop; null where it is another one.',
    ),
    seq_missing: Type.Array(Type.Integer(), { description: 'OCPP 2.x: sequence numbers that are missing.' }),
    interruptions: Type.Array(
      Type.Object({
        ...Moment,
        kind: Type.Enum(['boot', 'connection']),
        until: Time('When a connection came back.'),
      }),
    ),
    marks: Type.Array(Mark, { description: 'Its entries, 5,000 at most.' }),
    marks_left_out: Type.Integer(),
    series: Type.Object({
      cut: Type.Boolean({ description: 'More than 10,000 samples are left out.' }),
      status: Type.Array(
        Type.Object({
          ...Moment,
          status: Type.String(),
          error_code: Text('null for NoError.'),
          vendor_error_code: Text('Of the vendor.'),
          info: Text('Of the vendor.'),
        }),
      ),
      authorisation: Type.Array(
        Type.Object({ ...Moment, id_tag: Text('Card or token.'), status: Text('null: no answer.') }),
      ),
      remote_start: Type.Array(
        Type.Object({
          ...Moment,
          id_tag: Text('Card or token.'),
          status: Text('null: no answer.'),
          remote_start_id: Text('OCPP 2.x.'),
        }),
      ),
      transaction: Type.Array(Mark, { description: 'Start, remote stop, stop.' }),
      power_w: Points('W.'),
      current_a: Points('A.'),
      soc_percent: Points('%.'),
      energy_wh: Points('The import register, Wh.'),
      limit: Type.Array(
        Type.Object({
          time: Type.String({ description: 'From then on. ISO 8601 UTC.' }),
          limit_w: Amount('null: nothing is known to be set in W.'),
          limit_a: Amount('Per phase; null: nothing is known to be set in A.'),
          phases: Amount('null where the profile does not say.'),
          entry_id: Text('The SetChargingProfile that says so.'),
        }),
        { description: 'What is known to be set by charging profiles.' },
      ),
      profiles: Type.Array(
        Type.Object({ ...Moment, purpose: Text('Of the profile.'), status: Text('Of the answer.') }),
      ),
    }),
  },
  { title: 'ChargingSession' },
);

export const VerdictsSchema = Type.Object({
  rules: Type.Array(
    Type.Object({
      id: Type.String(),
      about: Type.Enum(['session', 'station']),
      severity: Type.Enum([...SEVERITIES]),
      sees: Type.String({ description: 'What must be in the log.' }),
      text: Type.String({ description: 'What is said, with {name} for what is filled in.' }),
      remedy: Type.String(),
      clause: Type.String(),
      otherwise: Type.Boolean({ description: 'Told only where no rule before it saw anything.' }),
    }),
    { description: 'In their order: of a session the first that sees something is the verdict.' },
  ),
});

const SignedValueSchema = Type.Object({
  ...Moment,
  action: Type.String(),
  path: Type.String({ description: 'Where it stands in the message.' }),
  timestamp: Text('Of the meter value, as the station wrote it.'),
  context: Text('Such as Transaction.Begin.'),
  format: Text('As told or as the text itself tells: OCMF, ALFEN, EDL_40_P; null where nobody says.'),
  encoding: Type.Enum(['plain', 'base64', 'hex'], { description: 'What the text looks like.' }),
  signing_method: Text('OCPP 2.x: as told.'),
  text: Type.String({ description: 'The characters that the station sent.' }),
  public_key: Type.Union(
    [
      Type.Object({ text: Type.String({ description: 'As it was told.' }), entry_id: Moment.entry_id }),
      Type.Null(),
    ],
    {
      description:
        'Told with the value, with another one of its transaction, or in the configuration of the station.',
    },
  ),
});

export const SignedValuesSchema = Type.Object({
  session_id: Type.String(),
  charger_id: Type.String(),
  transaction_id: Text('As sessions have it.'),
  cut: Type.Boolean({ description: 'There are more than 10,000.' }),
  values: Type.Array(SignedValueSchema),
});
