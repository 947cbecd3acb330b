/** Counts of values by field, gathered from groups of the roll-ups or from entries one by one. */

import type { EntryText } from '@ocpp-logs/core';
import { eachField, FIELDS, readHead } from '@ocpp-logs/core';
import type { Facet, FacetField, Facets } from '../store.ts';
import { type Trait, traitOfText } from './trait.ts';

const CONNECTOR = FIELDS.indexOf('connector_id');

export class Tally {
  readonly #values: ReadonlyMap<FacetField, Map<string, number>>;
  #entries = 0;

  constructor(fields: readonly FacetField[]) {
    this.#values = new Map(fields.map((field) => [field, new Map()]));
  }

  /** Entries of which all was told. */
  count(entries: number): void {
    this.#entries += entries;
  }

  add(field: FacetField, value: string, n: number): void {
    const values = this.#values.get(field);
    if (values !== undefined) values.set(value, (values.get(value) ?? 0) + n);
  }

  trait(trait: Trait, n: number): void {
    const { direction, version, statuses, errors, findings } = trait;
    if (direction !== null) this.add('direction', direction, n);
    if (version !== null) this.add('version', version, n);
    for (const status of new Set(statuses)) this.add('status', status, n);
    for (const error of new Set(errors)) this.add('error', error, n);
    for (const finding of new Set(findings)) this.add('finding', finding, n);
  }

  entry(site: string, text: EntryText): void {
    this.count(1);
    this.add('site', site, 1);
    this.add('kind', text.kind, 1);
    if (text.charger !== '') this.add('station', text.charger, 1);
    if (text.action !== null) this.add('action', text.action, 1);
    if (text.outcome !== null) this.add('outcome', text.outcome, 1);
    const connector = connectorText(text.fields);
    if (connector !== null) this.add('connector', connector, 1);
    this.trait(traitOfText(readHead(text.head), text.fields), 1);
  }

  facets(top: number, exact: boolean): Facets {
    const facets = [...this.#values].map(([field, values]): Facet => {
      const sorted = [...values]
        .filter(([, count]) => count > 0)
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return { field, values: sorted.slice(0, top), distinct: sorted.length };
    });
    return { facets, count: this.#entries, exact };
  }
}

/** As it is shown; null where there is none, or one that a number cannot hold. */
function connectorText(fields: string): string | null {
  let found: string | null = null;
  eachField(fields, (place, json) => {
    if (place === CONNECTOR && Math.abs(Number(json)) <= Number.MAX_SAFE_INTEGER)
      found = String(Number(json));
  });
  return found;
}
