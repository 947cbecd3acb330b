/** All that was measured, as tables. */

import type { IngestFigures } from './ingest.ts';
import { INSERT_BATCH } from './ingest-insert.ts';
import { PUSHED_LINES } from './ingest-push.ts';
import type { LayoutFigures } from './layout-bench.ts';
import { INSTALL_POSTGRES, SETTINGS } from './postgres.ts';
import { LAYOUT } from './postgres-layout.ts';
import type { RelayFigures, RelayPlan } from './relay.ts';
import { count, ms, NONE, type Table, times } from './table.ts';

export interface Figures {
  readonly layouts: readonly LayoutFigures[];
  readonly ingest: IngestFigures | null;
  readonly relay: readonly RelayFigures[] | null;
  /** Version, or why there is none. */
  readonly postgres: { readonly version: string } | { readonly missing: string };
}

export function pagesTable({ plan, seeded, pages }: LayoutFigures): Table {
  const rows = pages.map(({ query, times: by }) => {
    const ours = by.get('ocpp-logs');
    const theirs = by.get('PostgreSQL');
    const page = by.get('PostgreSQL, not counting');
    const ratio = (other: typeof ours) => times((other?.p50 ?? Number.NaN) / (ours?.p50 ?? Number.NaN));
    return [
      query.name,
      ms(ours?.p50),
      ms(ours?.p99),
      ms(theirs?.p50),
      ms(theirs?.p99),
      ratio(theirs),
      ...(query.take === 1 ? [NONE, NONE] : [ms(page?.p50), ratio(page)]),
      count(ours?.bytes ?? null),
      count(theirs?.bytes ?? null),
      [ours, theirs, page].map((one) => one?.requests ?? NONE).join('/'),
    ];
  });
  const frames = `${(seeded.callBytes / seeded.entries).toFixed(0)} bytes of call and ${(seeded.answerBytes / seeded.entries).toFixed(0)} of answer in the mean`;
  return {
    title: `Pages and counts: ${count(plan.entries)} entries, ${plan.name}`,
    header: [
      'over HTTP, with the count',
      'ocpp-logs p50',
      'p99',
      'PostgreSQL p50',
      'p99',
      'takes',
      'page alone p50',
      'takes',
      'bytes',
      'PostgreSQL bytes',
      'requests',
    ],
    rows,
    notes: [
      `seeded entries: ${frames}; warm; one keep-alive client, the contenders in turns; bytes differ because jsonb spells its text anew`,
      '"page alone": PostgreSQL without the count that belongs to the answer',
    ],
  };
}

export function postgresNotes({ postgres }: Figures): string[] {
  if ('missing' in postgres) return [`PostgreSQL's cells are empty: ${postgres.missing}`];
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  return [
    `PostgreSQL ${postgres.version} (${INSTALL_POSTGRES}): ${settings.join(', ')}`,
    `CitrineOS's layout: ${LAYOUT.replaceAll('\n', ' ')}`,
    'in its favour: CitrineOS keeps call and answer as two rows, which would have to be joined; page and count are asked for at the same time; its text is not parsed by the client; the fields are extracted and written by our own functions; a commit need not be on the disk (ours is within 1 s)',
    'against it: jsonb loses key order, duplicate keys and the spelling of numbers, which is why its answers differ in length',
  ];
}

export function ingestTable(figures: Figures): Table {
  const { ingest, layouts } = figures;
  const rows: string[][] = [];
  const push = (what: string, ours: number | null, instead: string, theirs: number | null) => {
    const ratio = ours === null || theirs === null ? Number.NaN : ours / theirs;
    rows.push([what, count(ours), instead, count(theirs), times(ratio)]);
  };
  if (ingest !== null) {
    const batches = `INSERT of ${INSERT_BATCH} rows`;
    push('entries/s recorded from frames', ingest.recorded, batches, ingest.inserted);
    push(
      `entries/s pushed by HTTP, ${PUSHED_LINES} lines a request, on disk`,
      ingest.pushed,
      batches,
      ingest.inserted,
    );
    push('microseconds of CPU an entry recorded', ingest.recordedCpu, '', null);
  }
  for (const { plan, seeded, load } of layouts) {
    const copied = load === null ? null : seeded.entries / load.seconds;
    push(`entries/s stored that are ready, ${plan.name}`, seeded.entries / seeded.storing, 'COPY', copied);
  }
  for (const { plan, seeded, load } of layouts) {
    const theirs = load === null ? null : load.bytes / seeded.entries;
    push(`bytes an entry, ${plan.name}`, seeded.bytes / seeded.entries, 'table and indexes', theirs);
  }
  for (const { plan, seeded } of layouts) {
    push(
      `microseconds an entry to seal, later, ${plan.name}`,
      (seeded.maintaining / seeded.entries) * 1e6,
      '',
      null,
    );
  }
  return {
    title: 'Storing',
    header: ['', 'ocpp-logs', 'instead', 'PostgreSQL', 'ours / theirs'],
    rows,
    notes: [
      'recorded from frames: masked, read, paired, fields extracted, stored and on the disk; INSERT and COPY are given all that ready',
      'bytes: all files after checkpoint; PostgreSQL after VACUUM',
    ],
  };
}

export function relayTable(relay: readonly RelayFigures[], plan: RelayPlan): Table {
  return {
    title: `Relay: ${plan.stations} stations`,
    header: ['', 'frames/s, full speed', 'added p50', 'added p99', 'CPU us a call', 'at full speed'],
    rows: relay.map(({ name, framesPerSecond, addedP50, addedP99, cpu, fullCpu }) => [
      name,
      count(framesPerSecond),
      name === 'direct' ? NONE : ms(addedP50),
      name === 'direct' ? NONE : ms(addedP99),
      cpu === null ? NONE : cpu.toFixed(1),
      fullCpu === null ? NONE : fullCpu.toFixed(1),
    ]),
    notes: [
      `medians of ${plan.rounds} rounds of ${plan.seconds} s each, contenders in turns; latency and the first CPU column at ${plan.rate} calls/s`,
      'the bare relay records nothing; ours records everything, and its CPU is that of the whole process, recorder and store too (sealing comes later and is in the table above)',
      'stations and CSMS are processes of their own on the same cores',
    ],
  };
}
