/**
 * CitrineOS's layout: every message in one table, its text as jsonb. Where a reading was left open it is the one kinder
 * to PostgreSQL: a call and its answer share a row (CitrineOS keeps two, to be joined), the site is a column, and so is
 * the connector that was known when the call came.
 */

import type { Spoken } from './said.ts';

export const LAYOUT = `one row an exchange: site, station, connection, correlation id, origin, protocol, action, call and
answer as jsonb, time of both; primary key (id), index on (site, "timestamp")`;

/** `table` is a name of the benchmark's own. */
export function createTable(table: string): string {
  return `CREATE TABLE ${table} (
    id bigserial PRIMARY KEY,
    "siteId" text NOT NULL,
    "stationId" text NOT NULL,
    "connectionId" text,
    "correlationId" text NOT NULL,
    origin text NOT NULL,
    protocol text NOT NULL,
    action text NOT NULL,
    request jsonb NOT NULL,
    response jsonb,
    connector integer,
    "timestamp" timestamptz NOT NULL,
    "answeredAt" timestamptz
  );
  CREATE INDEX ${table}_site_time ON ${table} ("siteId", "timestamp")`;
}

export const COLUMNS = [
  'siteId',
  'stationId',
  'connectionId',
  'correlationId',
  'origin',
  'protocol',
  'action',
  'request',
  'response',
  'connector',
  'timestamp',
  'answeredAt',
] as const;
export const COLUMN_LIST = COLUMNS.map((name) => `"${name}"`).join(', ');

const TYPES = [
  ...['text', 'text', 'text', 'text', 'text', 'text', 'text'],
  ...['jsonb', 'jsonb', 'integer', 'timestamptz', 'timestamptz'],
];

/** One statement for a batch of any size: an array a column. */
export function insertBatch(table: string): string {
  const arrays = TYPES.map((type, place) => `$${place + 1}::${type}[]`);
  return `INSERT INTO ${table} (${COLUMN_LIST}) SELECT * FROM unnest(${arrays.join(', ')})`;
}

export type Row = readonly (string | number | null)[];

export function rowOf(spoken: Spoken): Row {
  const answeredAt = spoken.answer === null ? null : spoken.at + Math.round(spoken.latency / 1000);
  return [
    spoken.site,
    spoken.charger,
    spoken.connection,
    spoken.id,
    spoken.direction === 'station_to_csms' ? 'cs' : 'csms',
    spoken.version,
    spoken.action,
    spoken.call,
    spoken.answer,
    spoken.connector,
    new Date(spoken.at).toISOString(),
    answeredAt === null ? null : new Date(answeredAt).toISOString(),
  ];
}

/** A line of COPY's text format. */
export function copyLine(row: Row): string {
  return `${row.map((value) => (value === null ? '\\N' : escaped(String(value)))).join('\t')}\n`;
}

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text)
    ? text.replace(
        /[\\\t\n\r]/g,
        (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found] ?? found,
      )
    : text;
}
