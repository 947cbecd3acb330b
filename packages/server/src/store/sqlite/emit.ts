/** From found places to the texts that stand there now, in the order in which they were found. */

import type { EntryText } from '@ocpp-logs/core';
import type { Scope } from '../store.ts';
import type { Found } from './merged.ts';
import type { Place } from './month.ts';
import { placeOfId } from './month.ts';
import type { RunSource, SiteRun } from './site-run.ts';
import { Texts } from './texts.ts';
import { FOUND } from './walk.ts';

/** What writes entries of several sites. */
export interface SiteWriter {
  /** Entries from here on are of this site. */
  of(site: string, siteName: string): void;
}

/** Entries that have gone meanwhile, or cannot be read, are left out. */
export function emit(
  source: RunSource,
  found: readonly Found[],
  writer: SiteWriter,
  write: (text: EntryText) => void,
): void {
  const texts = new Map<SiteRun, ReadonlyMap<Place, EntryText>>();
  for (const [run, ofRun] of Map.groupBy(found, ({ run }) => run)) {
    texts.set(
      run,
      textsAt(
        source,
        run,
        ofRun.map(({ place }) => place),
      ),
    );
  }
  let last: Scope | null = null;
  for (const { run, place } of found) {
    const text = texts.get(run)?.get(place);
    if (text === undefined) continue;
    const { scope } = run;
    if (scope !== last) writer.of(scope.filter.site, scope.rendering.siteName);
    last = scope;
    write(text);
  }
}

function textsAt(
  { access, texts }: RunSource,
  { scope, month }: SiteRun,
  places: readonly Place[],
): ReadonlyMap<Place, EntryText> {
  const found = new Map<Place, EntryText>();
  access.inMonth(scope.filter.site, month, (file) => {
    const rows = file.db.numbers(
      `SELECT ${FOUND} FROM entry WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(places),
    );
    for (const text of new Texts(file, texts).of(rows)) found.set(placeOfId(month, text.id), text);
  });
  return found;
}
