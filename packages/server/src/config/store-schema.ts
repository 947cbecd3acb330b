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
  },
  { ...CLOSED, default: {}, description: 'A ClickHouse that entries are shipped to and read from.' },
);

export const Store = Type.Object(
  { clickhouse: ClickHouse },
  { ...CLOSED, default: {}, description: 'Where entries are read.' },
);
