/** Entries to take away, a source that holds them, and what an export of them wrote. */

import type { Entry } from '@ocpp-logs/core';
import { encodeEntry, firstIdAt, timeOfId } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import type { EntriesQuery, EntryFilter, EntrySource, SiteEntry } from '../store/store.ts';
import type { ExportWish } from './export.ts';
import type { ByteSink, EntryExporter, ExportForm, ExportFormatName, Remark } from './format.ts';

export const FORM: ExportForm = {
  sites: [{ id: 'depot', name: 'Depot "A", & <B>' }],
  exchange: true,
  raw: false,
  guard: true,
  columns: null,
};

export const ALL: EntryFilter = {
  site: 'depot',
  from: 0,
  to: Date.UTC(2100, 0),
  kinds: ['exchange', 'orphan', 'malformed', 'connection', 'gap', 'setting'],
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
};

export function wishFor(format: ExportFormatName, over: Partial<EntriesQuery> = {}): ExportWish {
  return {
    query: { filters: [ALL], order: 'asc', take: null, only: null, ...over },
    form: FORM,
    format,
    pseudonymKey: null,
  };
}

/** Every type of cell, texts that are hard to write, and an entry that has next to nothing. */
export const VARIED: readonly Entry[] = [
  entryAt(DEPOT_TIME, {
    fields: {
      connector_id: 1,
      request_status: '=1+1',
      request_info: 'a\r\nb\t"c" <&> _x0041_ \u0000 \ufffe 😀 ',
      request_transaction_id: 9_223_372_036_854_775_807n,
      request_meter_stop: '-5',
      extracted_power: -3480,
      extracted_energy: 0.1 + 0.2,
      offline: true,
      seq_no: 7,
    },
  }),
  entryAt(DEPOT_TIME + 1007, {
    request: wireOf('[2,"m2","MeterValues",{"a":1.50,\n"b":9007199254740993,"c":"=x,y"}]'),
    messageId: 'm2',
    action: 'MeterValues',
    answeredAt: null,
    latency: null,
    answer: null,
    outcome: 'timeout',
    fields: { request_transaction_id: -12, extracted_voltage: 1e21, offline: false },
  }),
  entryAt(DEPOT_TIME + 2000, {
    kind: 'gap',
    direction: null,
    version: null,
    messageId: null,
    action: null,
    outcome: null,
    request: null,
    answer: null,
    answeredAt: null,
    latency: null,
    fields: {},
    event: { event: 'gap', from: '2026-05-03T12:00:02Z', to: '2026-05-03T12:00:03Z', reason: 'stopped' },
  }),
];

/** With the ids that a store would give. */
export function textsOf(entries: readonly Entry[], site = 'depot'): readonly SiteEntry[] {
  const ordinals = new Map<number, bigint>();
  return entries.map((entry) => {
    const ordinal = ordinals.get(entry.at) ?? 0n;
    ordinals.set(entry.at, ordinal + 1n);
    return { ...encodeEntry(firstIdAt(entry.at) + ordinal, entry), site };
  });
}

export function sourceOf(texts: readonly SiteEntry[], batch = 1000): EntrySource {
  const matching = ({ site, from, to, kinds, chargers }: EntryFilter) =>
    texts.filter(
      ({ id, kind, charger, site: own }) =>
        own === site &&
        timeOfId(id) >= from &&
        timeOfId(id) < to &&
        kinds.includes(kind) &&
        (chargers === null || chargers.includes(charger)),
    );
  const named = (found: readonly SiteEntry[], only: EntriesQuery['only']) =>
    found.filter(({ id, site }) => only?.some((ref) => ref.site === site && ref.id === `${id}`) ?? true);
  return {
    count: async ({ filters, only }) => named(filters.flatMap(matching), only).length,
    async *entries({ filters, order, take, only }) {
      const found = named(filters.flatMap(matching), only).toSorted((a, b) =>
        a.id < b.id || (a.id === b.id && a.site < b.site) ? -1 : 1,
      );
      const ordered = (order === 'asc' ? found : found.toReversed()).slice(0, take ?? undefined);
      for (let at = 0; at < ordered.length; at += batch) yield ordered.slice(at, at + batch);
    },
    close: async () => undefined,
  };
}

export class CollectingSink implements ByteSink {
  readonly #chunks: Uint8Array[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes.slice());
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

export interface Written {
  readonly bytes: Buffer;
  readonly remarks: readonly Remark[];
}

export async function written(
  open: (sink: ByteSink) => EntryExporter,
  texts: readonly SiteEntry[],
): Promise<Written> {
  const sink = new CollectingSink();
  const exporter = open(sink);
  await exporter.write(texts);
  const remarks = await exporter.end();
  return { bytes: sink.bytes, remarks };
}
