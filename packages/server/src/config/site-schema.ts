/** What the configuration file says of a site. */

import { SITE_LEVELS } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { STATION_AUTHS } from '../store/control.ts';

export const SiteSetting = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Stands in the WebSocket URL of its stations: /ocpp/{site}/{charger}.',
    }),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Shown; the id if absent.' }),
    ),
    timezone: Type.Optional(Type.String({ description: 'IANA name, such as Europe/Berlin; UTC if absent.' })),
    upstream: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description:
          'CSMS to pass on to, {charger} stands for the station: wss://csms.example/ocpp/{charger}. Without one the built-in CSMS answers.',
      }),
    ),
    retention_days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 36_500,
        description: 'Days that entries are kept; 0 is for ever.',
      }),
    ),
    retention_days_info: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 36_500,
        description:
          'Days that entries are kept of what the level info adds to minimal; 0 is as long as everything.',
      }),
    ),
    retention_days_debug: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 36_500,
        description:
          'Days that entries are kept of what the level debug adds to info; 0 is as long as everything.',
      }),
    ),
    level: Type.Optional(
      Type.Enum([...SITE_LEVELS], {
        description:
          'How much is kept: none, minimal (boot and firmware), info (also transactions, authorisations, status, security), debug (everything); debug if absent.',
      }),
    ),
    pseudonymise_id_tags: Type.Optional(
      Type.Boolean({
        description:
          'Whether id tags are replaced by keyed pseudonyms before anything is stored; false if absent.',
      }),
    ),
    station_auth: Type.Optional(
      Type.Enum([...STATION_AUTHS], {
        description:
          'What stations must show: nothing, a password (Basic auth, checked by the built-in CSMS), or a client certificate; none if absent.',
      }),
    ),
  },
  { additionalProperties: false },
);
