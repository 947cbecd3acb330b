/** What the command routes take and answer. */

import { OCPP_VERSIONS } from '@ocpp-logs/core';
import { Type } from 'typebox';

export const CommandPathSchema = Type.Object({
  id: Type.String({ description: 'Site id, percent-encoded.' }),
  charger: Type.String({ description: 'Charger id, percent-encoded.' }),
});

export const VersionPathSchema = Type.Object({
  version: Type.String({ enum: [...OCPP_VERSIONS], description: 'Version of OCPP.' }),
});

export const CommandWishSchema = Type.Object(
  {
    action: Type.String({ description: 'As GET /commands/{version} names it.' }),
    payload: Type.Optional(
      Type.Object({}, { description: 'Sent as it is written here. An empty object unless given.' }),
    ),
  },
  { title: 'CommandWish' },
);

const nullable = (schema: ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>, text: string) =>
  Type.Union([schema, Type.Null()], { description: text });

export const CommandAnswerSchema = Type.Object(
  {
    outcome: Type.Enum(['answered', 'error', 'timeout', 'connection_lost'], {
      description: 'What became of the call, as the log has it.',
    }),
    message_id: Type.String({ description: 'Of the call; the log has it in the group exchange.' }),
    latency_ms: nullable(Type.Number(), 'Null where no answer came.'),
    response_payload: Type.Union([Type.Object({}), Type.Null()], {
      description: 'Of the CALLRESULT, as the station wrote it.',
    }),
    error_code: nullable(Type.String(), 'Of the CALLERROR.'),
    error_description: nullable(Type.String(), 'Of the CALLERROR.'),
    error_details: Type.Unknown({
      description: 'Of the CALLERROR, as the station wrote them; null without.',
    }),
  },
  { title: 'CommandAnswer' },
);

export const CommandFormsSchema = Type.Object(
  {
    version: Type.Enum([...OCPP_VERSIONS]),
    actions: Type.Array(
      Type.Object({
        action: Type.String(),
        request: Type.Object(
          {},
          {
            description:
              'JSON Schema of the payload, for forms: references are followed, customData is left out.',
          },
        ),
      }),
    ),
  },
  { title: 'CommandForms' },
);
