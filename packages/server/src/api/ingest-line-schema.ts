/** What a line of the ingest route may hold; the recorder reads it. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { ENDED_BY, EVENTS, HOW } from '../capture/recorder/connection-event.ts';

const HEAD = {
  charger_id: Type.String(),
  occurrence_time: Type.String({ description: 'ISO 8601 with Z or an offset.' }),
  connection_id: Type.Optional(
    Type.String({ description: 'Lines without it belong to one connection per charger and source.' }),
  ),
  untimed: Type.Optional(
    Type.Boolean({
      description: 'The source bore no times, occurrence_time is a stand-in: no latency is made of it.',
    }),
  ),
};

const FrameLineSchema = Type.Object(
  {
    ...HEAD,
    direction: Type.Enum(['station_to_csms', 'csms_to_station']),
    frame: Type.Union([Type.String(), Type.Array(Type.Unknown())], {
      description: 'The OCPP-J message, as its text or as an array.',
    }),
    ocpp_version: Type.Optional(Type.Enum([...OCPP_VERSIONS])),
    connector_id: Type.Optional(
      Type.Integer({
        description:
          'Connector that the source tells, for a message that names a transaction alone, such as StopTransaction.',
      }),
    ),
    rebuilt: Type.Optional(
      Type.Boolean({
        description:
          'The frame was put together of parts that an archive holds: it is a duplicate of one of the same station, direction and millisecond with the same action and payload, whatever its text.',
      }),
    ),
  },
  { title: 'IngestFrameLine' },
);

const EventLineSchema = Type.Object(
  {
    ...HEAD,
    event: Type.Object(
      {
        event: Type.Enum([...EVENTS]),
        status: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 999, description: 'HTTP status of the handshake.' }),
        ),
        subprotocol: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        remote_address: Type.Optional(Type.String()),
        close_code: Type.Optional(Type.Integer({ minimum: 0, maximum: 4999 })),
        reason: Type.Optional(Type.String()),
        ended_by: Type.Optional(Type.Enum([...ENDED_BY])),
        how: Type.Optional(Type.Enum([...HOW])),
      },
      { description: 'What the source tells of the connection itself, instead of direction and frame.' },
    ),
  },
  { title: 'IngestEventLine' },
);

export const IngestLineSchema = Type.Union([FrameLineSchema, EventLineSchema]);
