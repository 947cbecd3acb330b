import { once } from 'node:events';
import { counted } from '@ocpp-logs/core';
import type { PageRequest } from '../../api/log-query.ts';
import { scopesOf } from '../../api/scopes.ts';
import type { Site } from '../../store/control.ts';
import { openReader } from '../../store/sqlite/reader-pool.ts';
import type { EntryReader, Page } from '../../store/store.ts';
import { auditedBy } from '../audited.ts';
import { type Command, choiceFlag, type Terminal } from '../command.ts';
import { readFolder } from '../dropped-months.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { entryTable, type ShownEntry } from './entry-table.ts';
import { FILTER_OPTIONS, GUARD_OPTION, QUERY_OPTION, readSearch } from './query.ts';
import { chosenSite } from './site.ts';

const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
const TAKE = 100;

export const search: Command = {
  name: ['search'],
  summary: "Show what was recorded, by the API's filters; also while a server runs on the folder.",
  words: 'SEARCH...',
  options: {
    ...FILTER_OPTIONS,
    query: QUERY_OPTION,
    include: {
      value: 'A,B',
      describe: 'exchange, raw: more about each entry, in all formats but the table.',
    },
    sort: { value: 'ORDER', describe: 'asc or desc by time; desc, newest first, unless given.' },
    take: { value: 'N', describe: `At most so many, 1 to 1000; ${TAKE} as table and json, otherwise all.` },
    skip: { value: 'N', describe: 'Pass so many over; table and json.' },
    guard: GUARD_OPTION,
    format: { value: 'NAME', describe: 'table, json, ndjson or csv; table on a terminal, ndjson in a pipe.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs search --from -3h', 'the last three hours of the only site'],
    ["ocpp-logs search 'status:Faulted -error:NoError'", 'what failed in the last day'],
    ['ocpp-logs search --site depot --charger CP_1 --actions StatusNotification', 'one station, one action'],
    [
      'ocpp-logs search --from 2026-01-01 --to 2026-02-01 --format csv > january.csv',
      'a month for a spreadsheet',
    ],
    ['ocpp-logs search --from -7d --kinds malformed,gap,connection', 'what went wrong around the messages'],
  ],
  async run(call) {
    const format = choiceFlag(call, 'format', FORMATS) ?? (call.terminal.interactive ? 'table' : 'ndjson');
    const folder = readFolder(call);
    const site = await chosenSite(call);
    const whole = format === 'ndjson' || format === 'csv';
    const reader = openReader(folder, {
      threads: 1,
      report: (line) => call.terminal.errors.write(`${line}\n`),
    });
    try {
      const wanted = await readSearch(call, site.id, whole, () => reader.actions([site.id]));
      // As over HTTP: payloads of calls are in a stream whatever is included.
      if (whole || wanted.include.raw) await auditedBy(call, 'raw-read', { site: site.id });
      if (whole) await writeStream(reader, site, wanted, format, call.terminal);
      else await writePage(reader, site, wanted, format, call.terminal);
      return 0;
    } finally {
      await reader.close();
    }
  },
};

async function pageOf(reader: EntryReader, site: Site, wanted: PageRequest, table: boolean): Promise<Page> {
  const include = table ? { exchange: true, raw: false } : wanted.include;
  const take = wanted.take ?? TAKE;
  const query = {
    scopes: scopesOf([site], { ...wanted, include }, Date.now()),
    order: wanted.order,
    take,
    skip: wanted.skip,
    after: null,
  };
  const first = await reader.page(query);
  const bodies = [first.body];
  let { entries, last, more } = first;
  // A search over texts gives what it has found after a while, and goes on from there.
  while (more && last !== null && entries < take) {
    const next = await reader.page({ ...query, take: take - entries, skip: 0, after: last, quick: true });
    bodies.push(next.body);
    entries += next.entries;
    ({ last, more } = next);
  }
  const filled = bodies.filter(({ length }) => length > 0);
  const body = filled.length < 2 ? (filled[0] ?? first.body) : joined(filled);
  return { ...first, body, entries, count: Math.max(first.count, wanted.skip + entries) };
}

/** With a comma between. */
function joined(bodies: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(bodies.flatMap((body, at) => (at === 0 ? [body] : [Buffer.from(','), body])));
}

async function writePage(
  reader: EntryReader,
  site: Site,
  wanted: PageRequest,
  format: 'table' | 'json',
  { output, errors, columns }: Terminal,
): Promise<void> {
  const page = await pageOf(reader, site, wanted, format === 'table');
  const body = Buffer.from(page.body).toString();
  if (format === 'json') {
    const exact = page.countExact ? '' : ',"count_exact":false';
    output.write(`{"ocpp_logs":[${body}],"count":${page.count}${exact}}\n`);
    return;
  }
  // Safe: written by our own renderer, which tests hold to the schema.
  const entries = JSON.parse(`[${body}]`) as readonly ShownEntry[];
  if (entries.length > 0) output.write(entryTable(entries, columns));
  errors.write(summary(wanted, page));
}

function summary({ filter, skip }: PageRequest, page: Page): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const range = `from ${iso(filter.from)} to ${iso(filter.to)}`;
  if (page.count === 0) return `nothing ${range}; --from and --to widen the range\n`;
  const all = counted(page.count, 'entry', 'entries');
  const count = page.countExact ? all : `at least ${all}`;
  const shown = page.entries === page.count ? count : `${skip + 1} to ${skip + page.entries} of ${count}`;
  return `${shown} ${range}\n`;
}

async function writeStream(
  reader: EntryReader,
  site: Site,
  wanted: PageRequest,
  format: 'ndjson' | 'csv',
  { output }: Terminal,
): Promise<void> {
  const { guard, include } = wanted;
  const chunks = reader.stream({
    scopes: scopesOf([site], { ...wanted, include: { ...include, guard } }, Date.now()),
    order: wanted.order,
    format,
    take: wanted.take,
  });
  for await (const chunk of chunks) {
    if (!output.write(chunk)) await once(output, 'drain');
  }
}
