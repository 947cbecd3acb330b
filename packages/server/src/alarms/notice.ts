/** What is told of a firing: to every target the same. */

import { EntryJsonWriter } from '@ocpp-logs/core';
import { filterOf, type Lookup } from './lookup.ts';

export interface Notice {
  /** Of the firing; null: nothing came true, somebody tries whether it arrives. */
  readonly id: string | null;
  readonly alarm: { readonly id: string; readonly name: string; readonly rule: string };
  readonly site: { readonly id: string; readonly name: string };
  readonly station: string;
  /** ms: when it came true, and when it was seen. */
  readonly at: number;
  readonly fired: number;
  /** Ids. */
  readonly entries: readonly string[];
}

export function noticeId({ id, fired }: Pick<Notice, 'id' | 'fired'>): string {
  return id ?? `test_${fired}`;
}

export async function noticeJson(
  notice: Notice,
  lookup: Pick<Lookup, 'entries' | 'elsewhere'>,
): Promise<string> {
  const { id, alarm, site, station, at, fired } = notice;
  const head = {
    type: id === null ? 'alarm.test' : 'alarm.fired',
    id: noticeId(notice),
    alarm,
    site,
    station,
    time: new Date(at).toISOString(),
    fired: new Date(fired).toISOString(),
  };
  const entries = await entriesJson(notice, lookup);
  return `${JSON.stringify(head).slice(0, -1)},"entries":[${entries}]}`;
}

/** As the page has them, without those that are gone. */
async function entriesJson(
  { site, entries }: Notice,
  lookup: Pick<Lookup, 'entries' | 'elsewhere'>,
): Promise<string> {
  const form = { siteName: site.name, exchange: true, raw: false };
  const write = async (ids: readonly string[], read: Lookup['entries']) => {
    const writer = new EntryJsonWriter(site.id, form);
    const only = ids.map((id) => ({ site: site.id, id }));
    const asked = { filters: [filterOf(site.id, null)], order: 'asc', take: null, only } as const;
    const found = new Set<string>();
    for await (const batch of read(asked)) {
      for (const entry of batch) {
        writer.item(entry);
        found.add(String(entry.id));
      }
    }
    return { text: Buffer.from(writer.take()).toString('utf8'), found };
  };
  const own = await write(entries, lookup.entries);
  const missing = entries.filter((id) => !own.found.has(id));
  const other = missing.length === 0 ? null : await write(missing, lookup.elsewhere);
  return [own.text, other?.text ?? ''].filter((text) => text !== '').join(',');
}

/** One line for people. */
export function noticeLine({ id, alarm, site, station, at }: Notice): string {
  const where = station === '' ? site.name : `${station} at ${site.name}`;
  return `${id === null ? 'Test of ' : ''}${alarm.name}: ${where}, ${new Date(at).toISOString()}`;
}
