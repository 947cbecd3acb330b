/** The embedded store and ClickHouse beside each other, and how both grow. */

import { SITES, type StoreFigures } from './clickhouse.ts';
import { count, ms, type Table, times } from './table.ts';

const NOTES = [
  `${SITES} sites in one month at every size; over HTTP through two servers of ocpp-logs, in turns, each question for a range of its own; warm; the parts of ClickHouse's table were merged before`,
  'ClickHouse is the library of the tests behind a small server, on the same cores: one thread, one question at a time, every answer copied whole and then compressed again. A server of ClickHouse has none of that, and has threads; nor was a cluster measured',
];

export function clickHouseTables(figures: readonly StoreFigures[]): readonly Table[] {
  const [first] = figures;
  if (first === undefined) return [];
  return [...figures.map(sizeTable), growthTable(figures), storingTable(figures)];
}

function sizeTable({ entries, rows, shim }: StoreFigures): Table {
  return {
    title: `Embedded and ClickHouse: ${count(entries)} entries`,
    header: ['', 'embedded p50', 'p99', 'ClickHouse p50', 'p99', 'takes', 'requests'],
    rows: rows.map(({ name, embedded, clickhouse }) => [
      name,
      ms(embedded.p50),
      ms(embedded.p99),
      ms(clickhouse.p50),
      ms(clickhouse.p99),
      times(clickhouse.p50 / embedded.p50),
      `${embedded.requests}/${clickhouse.requests}`,
    ]),
    notes: [
      ...NOTES,
      `of the right side ${ms(shim.nothing)} is what a question without rows takes that server; a page asks two or three`,
    ],
  };
}

function growthTable(figures: readonly StoreFigures[]): Table {
  const [first] = figures;
  const ofSize = (what: string) => figures.map(({ entries }) => `${what}, ${count(entries)}`);
  return {
    title: 'How both grow: p50',
    header: ['', ...ofSize('embedded'), ...ofSize('ClickHouse')],
    rows: (first?.rows ?? []).map(({ name }, place) => [
      name,
      ...figures.map(({ rows }) => ms(rows[place]?.embedded.p50)),
      ...figures.map(({ rows }) => ms(rows[place]?.clickhouse.p50)),
    ]),
    notes: [],
  };
}

function storingTable(figures: readonly StoreFigures[]): Table {
  const row = (name: string, of: (one: StoreFigures) => number) => [
    name,
    ...figures.map((one) => count(of(one))),
  ];
  return {
    title: 'Stored and moved',
    header: ['', ...figures.map(({ entries }) => `${count(entries)} entries`)],
    rows: [
      row('bytes an entry, embedded', ({ seeded, entries }) => seeded.bytes / entries),
      row('bytes an entry, ClickHouse, one copy', ({ bytes, entries }) => bytes / entries),
      row(
        'bytes of call and answer an entry',
        ({ seeded, entries }) => (seeded.callBytes + seeded.answerBytes) / entries,
      ),
      row(
        'entries/s moved and compared by ocpp-logs migrate',
        ({ migrated, entries }) => entries / migrated.seconds,
      ),
    ],
    notes: [
      'embedded: all files after checkpoint; ClickHouse: its table, merged, without indexes of the data folder',
    ],
  };
}
