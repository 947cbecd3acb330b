/** Counts of the values of fields: grouped by the server, and entry by entry where only texts tell. */

import { Tally } from '../sqlite/tally.ts';
import type { FacetField, Facets, FacetsQuery } from '../store.ts';
import { eachUndecided } from './count.ts';
import { countedSql } from './counted.ts';
import { nameOf } from './names.ts';
import { Parameters } from './parameters.ts';
import { rolledRuns } from './rolled-days.ts';
import type { RowBinary } from './row-binary.ts';
import type { Connection } from './sql.ts';

/** Rows that a question for facets may answer; a combination more is one that no page could show. */
const GROUPS_MAX = 1_000_000;

interface Grouping {
  readonly columns: readonly string[];
  /** Tells the tally of one group. */
  readonly read: (row: RowBinary, tally: Tally) => void;
  /** Whether its groups count every entry once. */
  readonly counts?: boolean;
}

/** A few groupings by what seldom differs, instead of one of all combinations. */
const NARROW: Grouping = {
  columns: ['site', 'kind', 'action', 'outcome', 'direction', 'ocpp'],
  counts: true,
  read: (row, tally) => {
    const [site, kind, action, outcome, direction, ocpp] = Array.from({ length: 6 }, () => row.text());
    const n = row.number();
    tally.count(n);
    const tell = (field: FacetField, text: string | undefined) => {
      if (text !== undefined && text !== '') tally.add(field, nameOf(text), n);
    };
    tell('site', site);
    tell('kind', kind);
    tell('action', action);
    tell('outcome', outcome);
    tell('direction', direction);
    tell('version', ocpp);
  },
};
const TOLD: Grouping = {
  columns: ['statuses', 'errors', 'findings'],
  read: (row, tally) => {
    const names = () => row.texts().map(nameOf);
    const trait = {
      direction: null,
      version: null,
      statuses: names(),
      errors: names(),
      findings: names(),
      latency: null,
    };
    tally.trait(trait, row.number());
  },
};
const STATIONS: Grouping = {
  columns: ['charger'],
  read: (row, tally) => {
    const station = row.text();
    const n = row.number();
    if (station !== '') tally.add('station', nameOf(station), n);
  },
};
const CONNECTORS: Grouping = {
  columns: ['connector'],
  read: (row, tally) => {
    const connector = row.nullable(() => row.double());
    const n = row.number();
    if (connector !== null && Math.abs(connector) <= Number.MAX_SAFE_INTEGER) {
      tally.add('connector', String(connector), n);
    }
  },
};

const GROUPING_OF: Readonly<Partial<Record<FacetField, Grouping>>> = {
  station: STATIONS,
  connector: CONNECTORS,
  status: TOLD,
  error: TOLD,
  finding: TOLD,
};

export async function facetsOf(
  connection: Connection,
  { filters, fields, top }: FacetsQuery,
  late: () => boolean,
  signal?: AbortSignal,
): Promise<Facets> {
  const tally = new Tally(fields);
  const groupings = new Set([NARROW, ...fields.flatMap((field) => GROUPING_OF[field] ?? [])]);
  const runs = await rolledRuns(connection, filters, signal);
  for (const { columns, read } of groupings) {
    const bound = new Parameters();
    const needs = columns.filter((column) => column !== 'site');
    const counting = { entries: columns, rolled: columns, needs, most: GROUPS_MAX };
    const sql = countedSql(connection.database, filters, runs, counting, bound);
    if (sql !== null) await connection.rows(sql, bound, (row) => read(row, tally), signal);
  }
  const exact = await eachUndecided(
    connection,
    filters,
    late,
    (entry) => tally.entry(entry.site, entry),
    signal,
  );
  return tally.facets(top, exact);
}
