/** Whose entry it is that is written next. */

import type { EntryForm } from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';
import type { ExportForm, ExportSite } from './format.ts';

/** What writes entries of several sites. */
interface SiteWriter {
  of(site: string, siteName: string): void;
}

export function firstSite({ sites }: ExportForm): ExportSite {
  return sites[0] ?? { id: '', name: '' };
}

/** As writers of core take it. */
export function entryFormOf(form: ExportForm): EntryForm {
  const { exchange, raw, guard, columns } = form;
  return { siteName: firstSite(form).name, exchange, raw, guard, columns };
}

/** Tells the writer of an entry's site where it is another than before. */
export function siteTeller(form: ExportForm, writer: SiteWriter): (entry: SiteEntry) => void {
  const names = new Map(form.sites.map(({ id, name }) => [id, name]));
  let last = firstSite(form).id;
  return ({ site }) => {
    if (site === last) return;
    last = site;
    writer.of(site, names.get(site) ?? site);
  };
}
