/** Options of an export to what is exported, and how. */

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { readColumns } from '../../api/export-wish.ts';
import { Query } from '../../api/query-string.ts';
import { kept } from '../../api/scopes.ts';
import { loadSecretKey } from '../../auth/secret-key.ts';
import { Problem } from '../../errors.ts';
import type { ExportWish } from '../../export/export.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../../export/format.ts';
import { FORMATS } from '../../export/formats.ts';
import { pseudonymKey, pseudonymKeyOfFile } from '../../export/pseudonymise.ts';
import type { Site } from '../../store/control.ts';
import { type Call, CommandError, choiceFlag, textFlag, UsageError, wholeFlag } from '../command.ts';
import { readSearch } from '../search/query.ts';
import { settingsOf } from '../settings.ts';

const TAKE_MAX = 10 ** 15 - 1;

export async function readExportWish(
  call: Call,
  folder: string,
  sites: readonly Site[],
  file: string | null,
  seenActions: () => Promise<readonly string[]>,
): Promise<ExportWish> {
  const format = formatOf(call, file);
  const { title, order, kinds, text, noGroups } = FORMATS[format];
  if (!text && file === null && call.terminal.interactive) {
    throw new UsageError(`${format} is nothing to read on a terminal: name a file with -o FILE`);
  }
  if (textFlag(call, 'guard') !== undefined && format !== 'csv') {
    throw new UsageError('--guard is for csv: no other format marks its texts');
  }
  for (const flag of noGroups === null ? [] : ['include', 'columns']) {
    if (textFlag(call, flag) !== undefined)
      throw new UsageError(`--${flag} is not for ${format}: ${noGroups}`);
  }
  if (order === 'asc' && textFlag(call, 'sort') === 'desc') {
    throw new UsageError(`--sort: ${title} stands in the order of time`);
  }
  const take = wholeFlag(call, 'take', 1, TAKE_MAX) ?? null;
  const asked = { ...call.flags, kinds: call.flags.kinds ?? kinds.join(','), take: undefined };
  const [first] = sites;
  const wanted = await readSearch({ ...call, flags: asked }, first?.id ?? '', true, seenActions);
  const now = Date.now();
  return {
    query: {
      filters: sites.map((site) => kept(wanted.filter, site, now)),
      order: order ?? wanted.order,
      take,
      only: null,
    },
    form: {
      sites: sites.map(({ id, name }) => ({ id, name })),
      ...wanted.include,
      guard: wanted.guard,
      columns: columnsOf(call),
    },
    format,
    pseudonymKey: keyOf(call, folder, FORMATS[format].pseudonymised),
  };
}

function columnsOf(call: Call): readonly string[] | null {
  const named = textFlag(call, 'columns');
  if (named === undefined) return null;
  if (textFlag(call, 'include') !== undefined) {
    throw new UsageError('--include is for all columns; --columns names those of the groups too');
  }
  const query = new Query(`?${new URLSearchParams({ columns: named })}`, ['columns']);
  const columns = readColumns(query);
  try {
    query.settle();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new UsageError(error.errors.map(({ message }) => `--columns ${message}`).join('\n'));
  }
  return columns;
}

function formatOf(call: Call, file: string | null): ExportFormatName {
  const named = choiceFlag(call, 'format', EXPORT_FORMATS);
  if (named !== undefined) return named;
  if (file === null) return 'csv';
  const ending = extname(file).slice(1).toLowerCase();
  // `.jsonl` can be several.
  const meant = EXPORT_FORMATS.find((name) => name !== 'trace' && FORMATS[name].extension === ending);
  if (meant !== undefined) return meant;
  throw new UsageError(
    `--format is needed: ${file} does not end in .csv, .xlsx, .ndjson, .parquet or .html; it is one of ${EXPORT_FORMATS.join(', ')}`,
  );
}

/** `usual`: whether it is done where nobody says. */
function keyOf(call: Call, folder: string, usual: boolean): Uint8Array | null {
  const path = textFlag(call, 'pseudonym-key');
  if ((call.flags.pseudonymise ?? usual) !== true) {
    if (path !== undefined) throw new UsageError('--pseudonym-key goes with --pseudonymise');
    return null;
  }
  if (path === undefined) return pseudonymKey(loadSecretKey(folder, settingsOf(call).secret_key));
  try {
    readFileSync(path);
    return pseudonymKeyOfFile(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError(`--pseudonym-key: ${error.message}`);
  }
}
