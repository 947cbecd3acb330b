/** How much an export will be: its entries are counted, its bytes are told from some of them. */

import { timeOfId } from '@ocpp-logs/core';
import type { EntriesQuery, EntrySource, SiteEntry, SortOrder } from '../store/store.ts';
import type { ExportEstimate, ExportWish } from './export.ts';
import { FORMATS, type Formats } from './formats.ts';
import { transformFor } from './transform.ts';
import { wholeSites } from './whole-site.ts';

const SAMPLE = 1000;
/** What is recorded changes over a day and over months: the sample is taken at so many times. */
const TIMES = 20;

export async function estimateExport(
  source: EntrySource,
  wish: ExportWish,
  formats: Formats = FORMATS,
): Promise<ExportEstimate> {
  const { filters, take } = wish.query;
  const format = formats[wish.format];
  const order = format.order ?? wish.query.order;
  const matching = await source.count(wish.query);
  const entries = Math.min(matching, take ?? matching);
  const sample =
    entries <= SAMPLE
      ? await read(source, { ...wish.query, order, take: entries })
      : await spreadSample(source, wish.query, order);
  const bytes = await bytesOf(sample, wish, formats);
  const whole = sample.length === 0 || entries <= sample.length;
  // What a file has without any entries does not grow with them.
  const empty = whole ? 0 : await bytesOf([], wish, formats);
  const named = wish.pseudonymKey === null ? {} : { names: await source.count(wholeSites(filters)) };
  return {
    entries,
    bytes: whole ? bytes : Math.round(empty + ((bytes - empty) / sample.length) * entries),
    ...named,
  };
}

async function bytesOf(sample: readonly SiteEntry[], wish: ExportWish, formats: Formats): Promise<number> {
  let bytes = 0;
  const counting = {
    async write(chunk: Uint8Array) {
      bytes += chunk.length;
    },
  };
  const exporter = formats[wish.format].open(wish.form, counting, wish.pseudonymKey !== null);
  const transform = transformFor(wish);
  transform.collect?.(sample);
  try {
    await exporter.write(transform.map(sample));
    await exporter.end();
  } catch (error) {
    exporter.cancel();
    throw error;
  }
  return bytes;
}

/** From the times between the first entry and the last one, some of each, in the order of the export. */
async function spreadSample(
  source: EntrySource,
  { filters, only }: EntriesQuery,
  order: SortOrder,
): Promise<readonly SiteEntry[]> {
  const [first] = await read(source, { filters, only, order: 'asc', take: 1 });
  const [last] = await read(source, { filters, only, order: 'desc', take: 1 });
  if (first === undefined || last === undefined) return [];
  const start = timeOfId(first.id);
  const step = (timeOfId(last.id) - start) / TIMES;
  const found = new Map<string, SiteEntry>();
  for (let part = 0; part < TIMES; part++) {
    const from = Math.floor(start + part * step);
    const some = await read(source, {
      filters: filters.map((filter) => ({ ...filter, from: Math.max(from, filter.from) })),
      only,
      order: 'asc',
      take: SAMPLE / TIMES,
    });
    for (const entry of some) found.set(`${entry.id} ${entry.site}`, entry);
  }
  const ordered = [...found.values()].sort((a, b) =>
    a.id < b.id || (a.id === b.id && a.site < b.site) ? -1 : 1,
  );
  return order === 'asc' ? ordered : ordered.reverse();
}

async function read(source: EntrySource, query: EntriesQuery): Promise<readonly SiteEntry[]> {
  const found: SiteEntry[] = [];
  for await (const batch of source.entries(query)) found.push(...batch);
  return found;
}
