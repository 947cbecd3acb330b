/** The settings `control.*`. */

import { Type } from 'typebox';

const CLOSED = { additionalProperties: false };

const Postgres = Type.Object(
  {
    url: Type.String({
      default: '',
      description:
        'Address of a PostgreSQL 13 or newer that holds sites, keys and people instead of control.db, such as postgres://ocpp_logs@db.example/ocpp_logs; none if empty.',
    }),
    password_file: Type.String({
      default: '',
      description: 'File that holds the password of that user, unless the address does.',
    }),
    ca_file: Type.String({
      default: '',
      description: 'PEM file of the authority that signed its certificate; those that Node knows if absent.',
    }),
    connections: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 8,
      description: 'Connections to it that one node opens at most, besides the one that hears of changes.',
    }),
  },
  { ...CLOSED, default: {}, description: 'PostgreSQL for several nodes.' },
);

export const ControlSettings = Type.Object(
  {
    postgres: Postgres,
    node_url: Type.String({
      default: '',
      description:
        'Address at which the other nodes reach this one, such as http://10.0.0.5:9016, so that they pass requests for its exports and imports on; if empty they do not.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Where sites, keys, people and what belongs to them are kept.' },
);
