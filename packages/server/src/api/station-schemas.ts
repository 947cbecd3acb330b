/** What the station route takes and answers. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { Type } from 'typebox';

export const StationPathSchema = Type.Object({
  id: Type.String({ description: 'Site id, percent-encoded.' }),
  charger: Type.String({ description: 'Charger id, percent-encoded.' }),
});

export const StationQuerySchema = Type.Object({
  from: Type.Optional(
    Type.String({
      description: 'Start of the time range, inclusive, as for the logs; a day before its end unless given.',
    }),
  ),
  to: Type.Optional(
    Type.String({ description: 'End of the time range, exclusive; now unless given, and never later.' }),
  ),
});

const Text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const Amount = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const Time = (description: string) => Text(`${description} ISO 8601 UTC.`);

const Skew = (whose: string) =>
  Type.Union(
    [
      Type.Object({
        median_ms: Type.Number({ description: 'Positive where the clock is ahead.' }),
        spread_ms: Type.Number({ description: 'Between the lower and the upper quarter.' }),
        samples: Type.Integer(),
      }),
      Type.Null(),
    ],
    { description: `${whose}; null where nothing tells.` },
  );

export const COMMANDING = ['ready', 'role', 'passed-on', 'not-connected'] as const;

export const StationSchema = Type.Object(
  {
    id: Type.String(),
    site_id: Type.String(),
    site_name: Type.String(),
    timezone: Type.String({ description: 'IANA name.' }),
    vendor: Text('As it last booted.'),
    model: Text('As it last booted.'),
    serial: Text('As it last booted.'),
    firmware: Text('As it last booted.'),
    iccid: Text('Of its SIM card, as it last booted.'),
    protocol: Text('Subprotocol of its newest connection.'),
    booted: Time('When it last told so.'),
    first_seen: Time('Oldest entry that is kept.'),
    last_seen: Time('When it last sent something.'),
    connected: Type.Boolean({ description: 'Now.' }),
    connected_since: Time('Of the newest connection, if that is open.'),
    commands: Type.Object(
      {
        state: Type.Enum([...COMMANDING], {
          description:
            'ready: it can be called; role: the caller may not; passed-on: its own CSMS calls it; not-connected: it is not here.',
        }),
        version: Type.Union([Type.Enum([...OCPP_VERSIONS]), Type.Null()], {
          description: 'Of OCPP, if it can be called.',
        }),
      },
      { description: 'Whether this caller can call the station.' },
    ),
    from: Type.String({ description: 'Of what follows.' }),
    to: Type.String(),
    complete: Type.Boolean({
      description: 'false: there was more to look at than is looked at; the parts say which.',
    }),
    coverage: Type.Object({
      complete: Type.Boolean(),
      segments: Type.Array(
        Type.Object({
          from: Type.String(),
          to: Type.String(),
          state: Type.Enum(['connected', 'heard', 'blind', 'disconnected'], {
            description:
              'heard: messages were recorded, no more than an hour apart, though no record tells of the connection, as in logs from elsewhere; blind: nothing was recorded.',
          }),
        }),
        { description: 'They follow on each other and fill the range.' },
      ),
    }),
    connectors: Type.Object({
      complete: Type.Boolean(),
      states: Type.Array(
        Type.Object({
          connector: Type.Integer({ description: 'OCPP 2.x: the EVSE.' }),
          evse_connector: Amount('OCPP 2.x: the connector of the EVSE.'),
          from: Type.String(),
          to: Type.String(),
          status: Type.String(),
          error_code: Text('null for NoError.'),
          entry_id: Text('Entry that reported it.'),
        }),
        {
          description:
            'By connector, then by time, where the station was recorded: a status ends where coverage is blind, and is not told while it is disconnected.',
        },
      ),
    }),
    answer_times: Type.Object({
      complete: Type.Boolean(),
      entries: Type.Integer({ description: 'Calls looked at, the newest ones.' }),
      actions: Type.Array(
        Type.Object({
          action: Type.String(),
          direction: Type.Enum(['station_to_csms', 'csms_to_station']),
          count: Type.Integer(),
          p50_ms: Amount('Half of the answers took no longer.'),
          p95_ms: Amount('95 of 100 answers took no longer.'),
          max_ms: Amount('The longest.'),
          unanswered: Type.Integer(),
          errors: Type.Integer({ description: 'Answered by an error.' }),
        }),
        { description: 'Most frequent first.' },
      ),
    }),
    configuration: Type.Object({
      complete: Type.Boolean(),
      settings: Type.Array(
        Type.Object({
          name: Type.String({ description: 'Of 1.6 the key, of 2.x Component.Variable.' }),
          value: Text('As last seen; null: without a value.'),
          readonly: Type.Union([Type.Boolean(), Type.Null()]),
          time: Type.String(),
          source: Type.String({ description: 'Action that told it.' }),
          entry_id: Text('Entry that told it.'),
        }),
        { description: 'As last seen before the end of the range, by name.' },
      ),
    }),
    clock_skew: Type.Object({
      station: Skew('Times in StatusNotification against the time of capture'),
      csms: Skew('Times in answers to Heartbeat and BootNotification against the time of capture'),
    }),
    findings: Type.Array(Type.Object({ code: Type.String(), count: Type.Integer() }), {
      description: 'In the range, most frequent first.',
    }),
  },
  { title: 'Station' },
);
