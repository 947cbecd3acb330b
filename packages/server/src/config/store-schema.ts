/** The settings `store.*`. */

import { Type } from 'typebox';

const CLOSED = { additionalProperties: false };

/** Of ClickHouse: as they are, without quotes. */
const NAME = '^[A-Za-z_][A-Za-z0-9_]{0,127}$';

const ClickHouse = Type.Object(
  {
    url: Type.String({
      pattern: '^(https?://[^/?#@]+/?)?$',
      title: 'an address such as https://clickhouse.example:8443, without user and path, or nothing',
      default: '',
      description:
        'Address of its HTTP interface, such as https://clickhouse.example:8443; none if empty: entries are read from the data folder.',
    }),
    database: Type.String({
      pattern: NAME,
      title: 'a name of letters, digits and _',
      default: 'ocpp_logs',
      description: 'Database of the tables, which are made where they are missing.',
    }),
    username: Type.String({ minLength: 1, default: 'default', description: 'User of that database.' }),
    password_file: Type.String({
      default: '',
      description: 'File that holds the password; OCPP_LOGS_CLICKHOUSE_PASSWORD if absent.',
    }),
    cluster: Type.String({
      pattern: `(${NAME})|^$`,
      title: 'a name of letters, digits and _, or nothing',
      default: '',
      description:
        'Cluster over which the tables are replicated and spread by site; on that one server alone if empty.',
    }),
    spool_keep_days: Type.Integer({
      minimum: 0,
      maximum: 36_500,
      default: 7,
      description:
        'Days after its end, and after its last change, at which a month of a site that was shipped whole is dropped from the data folder.',
    }),
    spool_max_bytes: Type.Integer({
      minimum: 0,
      default: 0,
      description:
        'Bytes that the data folder may take for entries; beyond, the oldest months that were shipped are dropped sooner. 0: no bound.',
    }),
    spool_min_free_bytes: Type.Integer({
      minimum: 0,
      default: 1_073_741_824,
      description:
        'Bytes left on the disk below which the oldest months that were shipped are dropped sooner.',
    }),
  },
  { ...CLOSED, default: {}, description: 'A ClickHouse that entries are shipped to and read from.' },
);

export const Store = Type.Object(
  { clickhouse: ClickHouse },
  { ...CLOSED, default: {}, description: 'Where entries are read.' },
);
