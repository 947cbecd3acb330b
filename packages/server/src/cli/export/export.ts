import { resolve } from 'node:path';
import { counted, KINDS, TooManyValuesError } from '@ocpp-logs/core';
import { tooMany } from '../../export/bundle.ts';
import type { ExportResult, ExportWish } from '../../export/export.ts';
import { ExportRefusedError } from '../../export/export-refused.ts';
import { EXPORT_FORMATS, WITH_FRAMES } from '../../export/format.ts';
import { FORMATS } from '../../export/formats.ts';
import { runExport } from '../../export/run.ts';
import { wholeSites } from '../../export/whole-site.ts';
import { openReader } from '../../store/sqlite/reader-pool.ts';
import { openSource } from '../../store/sqlite/source.ts';
import type { EntrySource } from '../../store/store.ts';
import { auditedBy, sitesTold } from '../audited.ts';
import { type Call, type Command, CommandError, textFlag } from '../command.ts';
import { readFolder } from '../dropped-months.ts';
import { onInterruption } from '../interruption.ts';
import { bytesText, countText } from '../quantity.ts';
import { FILTER_OPTIONS, GUARD_OPTION, QUERY_OPTION } from '../search/query.ts';
import { chosenSites } from '../search/site.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { Progress } from './progress.ts';
import { fileTarget, pipeTarget, type Target } from './target.ts';
import { readExportWish } from './wish.ts';

export const exportCommand: Command = {
  name: ['export'],
  summary: 'Write what was recorded into a file to take away; also while a server runs on the folder.',
  words: 'SEARCH...',
  options: {
    format: {
      value: 'NAME',
      describe: `${EXPORT_FORMATS.join(', ')}; told by the ending of the file unless given, csv without a file.`,
    },
    output: { short: 'o', value: 'FILE', describe: 'File to write; - or none for the standard output.' },
    ...FILTER_OPTIONS,
    site: { value: 'A,B', describe: 'Sites, all into one file; needed unless there is only one.' },
    query: QUERY_OPTION,
    kinds: {
      value: 'A,B',
      describe: `${KINDS.join(', ')}; exchange unless given, in a trace orphan and malformed as well, in a bundle all but setting.`,
    },
    include: {
      value: 'A,B',
      describe: 'exchange, raw: more columns of each entry; not of a trace or a bundle.',
    },
    columns: {
      value: 'A,B',
      describe:
        'These alone, in this order, such as occurrence_time,action,exchange.outcome; not of a trace or a bundle.',
    },
    sort: {
      value: 'ORDER',
      describe: 'asc or desc by time; desc, newest first, unless given; a trace and a bundle are asc.',
    },
    take: { value: 'N', describe: 'At most so many entries.' },
    guard: GUARD_OPTION,
    pseudonymise: {
      aliases: ['pseudonymize'],
      describe:
        'Replace id tags, tokens and serial numbers, in payloads too, so that they still correlate; a bundle does so unless --no-pseudonymise.',
    },
    'pseudonym-key': {
      value: 'FILE',
      describe:
        'Key of the pseudonyms, of 16 bytes or more; the same key gives the same. That of this folder unless given.',
    },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs export --from -7d -o week.xlsx', 'a week of the only site for a spreadsheet'],
    [
      'ocpp-logs export --site depot --from 2026-01-01 --to 2026-02-01 -o january.parquet',
      'for DuckDB or pandas',
    ],
    ['ocpp-logs export --charger CP_1 --format trace --pseudonymise -o cp1.jsonl', 'for a vendor'],
    ['ocpp-logs export --charger CP_1 --from -2d -o cp1.html', 'a page that opens by itself, for a vendor'],
    ['ocpp-logs export --format ndjson | zstd > day.ndjson.zst', 'through a pipe'],
  ],
  async run(call) {
    const folder = readFolder(call);
    const sites = await chosenSites(call);
    const named = textFlag(call, 'output') ?? '-';
    const file = named === '-' ? null : named;
    const report = (line: string) => call.terminal.errors.write(`${line}\n`);
    const seenActions = async () => {
      const reader = openReader(folder, { threads: 1, report });
      try {
        return await reader.actions(sites.map(({ id }) => id));
      } finally {
        await reader.close();
      }
    };
    const wish = await readExportWish(call, folder, sites, file, seenActions);
    const source = openSource(folder, { report });
    try {
      return await write(call, source, wish, file);
    } finally {
      await source.close();
    }
  },
};

async function write(
  call: Call,
  source: EntrySource,
  wish: ExportWish,
  file: string | null,
): Promise<number> {
  const { errors, output } = call.terminal;
  const { filters, take } = wish.query;
  const matching = await source.count(wish.query);
  const entries = Math.min(matching, take ?? matching);
  const { most } = FORMATS[wish.format];
  if (most !== null && entries > most) throw new CommandError(`--format: ${tooMany(most)}`);
  const target: Target = file === null ? pipeTarget(output) : await fileTarget(file);
  const named = wish.pseudonymKey === null ? [] : [await source.count(wholeSites(filters))];
  const progress = new Progress(call.terminal, [...named, entries]);
  const interruption = onInterruption();
  try {
    await auditedBy(call, 'export-downloaded', { details: detailsOf(wish, entries, file) });
    const result = await runExport(source, wish, target, (so) => progress.show(so), interruption.signal);
    await target.finish();
    progress.clear();
    errors.write(summary(wish, result, file));
    return 0;
  } catch (error) {
    progress.clear();
    const left = await target.discard();
    if (!interruption.signal.aborted) {
      const refused = error instanceof ExportRefusedError || error instanceof TooManyValuesError;
      throw refused ? new CommandError(error.message) : error;
    }
    errors.write(`stopped: ${left}\n`);
    return interruption.status;
  } finally {
    interruption.release();
  }
}

/** As records of exports over HTTP have it, and how many entries were found. */
function detailsOf({ format, form, pseudonymKey }: ExportWish, entries: number, file: string | null) {
  return {
    format,
    ...sitesTold(form.sites.map(({ id }) => id)),
    raw: form.raw || WITH_FRAMES.has(format),
    pseudonymise: pseudonymKey !== null,
    entries,
    into: file === null ? 'standard output' : resolve(file),
  };
}

function summary({ query }: ExportWish, result: ExportResult, file: string | null): string {
  const { entries, bytes, sha256, remarks } = result;
  const iso = (ms: number) => new Date(ms).toISOString();
  const from = Math.min(...query.filters.map((filter) => filter.from));
  const to = Math.max(...query.filters.map((filter) => filter.to));
  const range = `from ${iso(from)} to ${iso(to)}`;
  const into = file === null ? '' : ` into ${file}`;
  return [
    `${counted(entries, 'entry', 'entries')} ${range}${into}`,
    ...(entries === 0 ? ['nothing matches; --from and --to widen the range'] : []),
    `bytes   ${bytes} (${bytesText(bytes)})`,
    `sha256  ${sha256}`,
    ...remarks.map(({ count, text }) => `${countText(count)} ${text}`),
    '',
  ].join('\n');
}
