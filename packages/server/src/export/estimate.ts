/** How much an export will be: its entries are counted, its bytes are told from the first of them. */

import type { EntryText } from '@ocpp-logs/core';
import type { EntrySource } from '../store/store.ts';
import type { ExportEstimate, ExportWish } from './export.ts';
import { FORMATS } from './formats.ts';
import { transformFor } from './transform.ts';

const SAMPLE = 1000;

export async function estimateExport(source: EntrySource, wish: ExportWish): Promise<ExportEstimate> {
  const { filter, take } = wish.query;
  const matching = await source.count(filter);
  const entries = Math.min(matching, take ?? matching);
  const format = FORMATS[wish.format];
  const order = format.order ?? wish.query.order;
  const sample: EntryText[] = [];
  const asked = { filter, order, take: Math.min(take ?? SAMPLE, SAMPLE) };
  for await (const batch of source.entries(asked)) sample.push(...batch);
  const transform = transformFor(wish);
  transform.collect?.(sample);
  let bytes = 0;
  const exporter = format.open(wish.form, {
    async write(chunk) {
      bytes += chunk.length;
    },
  });
  try {
    await exporter.write(transform.map(sample));
    await exporter.end();
  } catch (error) {
    exporter.cancel();
    throw error;
  }
  const whole = sample.length === 0 || entries <= sample.length;
  return { entries, bytes: whole ? bytes : Math.round((bytes / sample.length) * entries) };
}
