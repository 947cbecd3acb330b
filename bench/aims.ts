/** What the figures are meant to reach, and whether they do. */

import type { Figures } from './figures.ts';
import { ms, NONE, type Table, times } from './table.ts';

const PAGE_MS = 6;
const COUNT_MS = 2;
const ENTRY_BYTES = 180;
const RECORDED = 60_000;
const RELAY_CPU = 1.2;

type Aim = readonly [aim: string, reached: string, met: boolean | null];

export function aimsTable(figures: Figures): Table {
  const aims = [...pageAims(figures), ...ingestAims(figures), ...relayAims(figures)];
  return {
    title: 'Aims',
    header: ['aim', 'reached', ''],
    rows: aims.map(([aim, reached, met]) => [aim, reached, met === null ? NONE : met ? 'yes' : 'NO']),
    notes: [],
  };
}

function pageAims({ layouts }: Figures): Aim[] {
  return layouts.flatMap(({ plan, seeded, pages }): Aim[] => {
    const pageRows = pages.filter(({ query }) => query.take > 1);
    const countRows = pages.filter(({ query }) => query.take === 1);
    const slowest = (rows: typeof pages) =>
      Math.max(...rows.map(({ times: by }) => by.get('ocpp-logs')?.p50 ?? Number.NaN));
    const ratios = pages.flatMap(({ times: by }) => {
      const ours = by.get('ocpp-logs');
      const theirs = by.get('PostgreSQL');
      return ours === undefined || theirs === undefined ? [] : [theirs.p50 / ours.p50];
    });
    const least = ratios.length === 0 ? null : Math.min(...ratios);
    const bytes = seeded.bytes / seeded.entries;
    return [
      [
        `${plan.name}: p50 of a page under ${PAGE_MS} ms`,
        `at most ${ms(slowest(pageRows))}`,
        slowest(pageRows) < PAGE_MS,
      ],
      [
        `${plan.name}: ahead of PostgreSQL in every row`,
        least === null ? NONE : `it takes at least ${times(least)} the time`,
        least === null ? null : least > 1,
      ],
      [
        `${plan.name}: count under ${COUNT_MS} ms`,
        `at most ${ms(slowest(countRows))}`,
        slowest(countRows) < COUNT_MS,
      ],
      [`${plan.name}: at most ${ENTRY_BYTES} bytes an entry`, bytes.toFixed(0), bytes <= ENTRY_BYTES],
    ];
  });
}

function ingestAims({ ingest, layouts }: Figures): Aim[] {
  const stored = layouts.map(({ plan, seeded }): Aim => {
    const rate = seeded.entries / seeded.storing;
    return [
      `${plan.name}: ${RECORDED} entries stored a second`,
      Math.round(rate).toLocaleString('en-US'),
      rate >= RECORDED,
    ];
  });
  if (ingest === null) return stored;
  const { recorded } = ingest;
  const reached = Math.round(recorded).toLocaleString('en-US');
  return [...stored, [`${RECORDED} entries recorded a second, from frames`, reached, recorded >= RECORDED]];
}

function relayAims({ relay }: Figures): Aim[] {
  const ours = relay?.find(({ name }) => name === 'ocpp-logs');
  const bare = relay?.find(({ name }) => name === 'bare ws relay');
  if (ours === undefined || bare === undefined) return [];
  const ratio = ours.cpu === null || bare.cpu === null ? Number.NaN : ours.cpu / bare.cpu;
  const fullRatio = ours.fullCpu === null || bare.fullCpu === null ? Number.NaN : ours.fullCpu / bare.fullCpu;
  return [
    [
      `relay: CPU at most ${RELAY_CPU} times a bare one's`,
      `${times(ratio)}, at full speed ${times(fullRatio)}`,
      Number.isNaN(ratio) ? null : ratio <= RELAY_CPU && fullRatio <= RELAY_CPU,
    ],
    [
      'relay: p99 not behind a bare one',
      `${ms(ours.addedP99)} against ${ms(bare.addedP99)}`,
      ours.addedP99 <= bare.addedP99,
    ],
  ];
}
