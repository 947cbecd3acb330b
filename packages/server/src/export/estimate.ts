/** How much an export will be: its entries are counted, its bytes are told from some of them. */

import { type EntryId, type EntryText, timeOfId } from '@ocpp-logs/core';
import type { EntriesQuery, EntrySource, SortOrder } from '../store/store.ts';
import type { ExportEstimate, ExportWish } from './export.ts';
import { FORMATS } from './formats.ts';
import { transformFor } from './transform.ts';
import { wholeSite } from './whole-site.ts';

const SAMPLE = 1000;
/** What is recorded changes over a day and over months: the sample is taken at so many times. */
const TIMES = 20;

export async function estimateExport(source: EntrySource, wish: ExportWish): Promise<ExportEstimate> {
  const { filter, take } = wish.query;
  const format = FORMATS[wish.format];
  const order = format.order ?? wish.query.order;
  const matching = await source.count(filter);
  const entries = Math.min(matching, take ?? matching);
  const sample =
    entries <= SAMPLE
      ? await read(source, { filter, order, take: entries })
      : await spreadSample(source, wish.query, order);
  const bytes = await bytesOf(sample, wish);
  const whole = sample.length === 0 || entries <= sample.length;
  const named = wish.pseudonymKey === null ? {} : { names: await source.count(wholeSite(filter.site)) };
  return { entries, bytes: whole ? bytes : Math.round((bytes / sample.length) * entries), ...named };
}

async function bytesOf(sample: readonly EntryText[], wish: ExportWish): Promise<number> {
  let bytes = 0;
  const exporter = FORMATS[wish.format].open(wish.form, {
    async write(chunk) {
      bytes += chunk.length;
    },
  });
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
  { filter }: EntriesQuery,
  order: SortOrder,
): Promise<readonly EntryText[]> {
  const [first] = await read(source, { filter, order: 'asc', take: 1 });
  const [last] = await read(source, { filter, order: 'desc', take: 1 });
  if (first === undefined || last === undefined) return [];
  const start = timeOfId(first.id);
  const step = (timeOfId(last.id) - start) / TIMES;
  const found = new Map<EntryId, EntryText>();
  for (let part = 0; part < TIMES; part++) {
    const from = Math.floor(start + part * step);
    const some = await read(source, { filter: { ...filter, from }, order: 'asc', take: SAMPLE / TIMES });
    for (const entry of some) found.set(entry.id, entry);
  }
  const ordered = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return order === 'asc' ? ordered : ordered.reverse();
}

async function read(source: EntrySource, query: EntriesQuery): Promise<readonly EntryText[]> {
  const found: EntryText[] = [];
  for await (const batch of source.entries(query)) found.push(...batch);
  return found;
}
