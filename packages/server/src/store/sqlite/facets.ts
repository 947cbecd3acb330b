/** Counts of the values of fields: from the roll-ups where the filter needs no text, otherwise entry by entry. */

import type { EntryFilter, FacetField, Facets, FacetsQuery } from '../store.ts';
import { BEYOND, kindOf, outcomeOf } from './codes.ts';
import { conditionsFor } from './conditions.ts';
import { Counts } from './count.ts';
import { eachMatch } from './each-match.ts';
import type { Month } from './month.ts';
import type { ReaderFile } from './reader-files.ts';
import type { RunSource } from './site-run.ts';
import type { Steps } from './steps.ts';
import { Tally } from './tally.ts';

const PLUGS: readonly FacetField[] = ['station', 'connector'];
const TRAITS: readonly FacetField[] = ['direction', 'version', 'status', 'error', 'finding'];

export function* facetsSteps(source: RunSource, query: FacetsQuery, late: () => boolean): Steps<Facets> {
  const tally = new Tally(query.fields);
  let exact = true;
  for (const filter of query.filters) {
    for (const { month } of source.access.rowsOf(filter, 'desc')) {
      const groups = groupsOf(source, filter, month, query.fields);
      if (groups !== null) for (const tell of groups) tell(tally);
      else {
        exact &&= yield* eachMatch(source, filter, month, late, (text) => tally.entry(filter.site, text));
      }
    }
    yield;
  }
  return tally.facets(query.top, exact);
}

type Tell = (tally: Tally) => void;

/** null: only texts tell. */
function groupsOf(
  { access }: RunSource,
  filter: EntryFilter,
  month: Month,
  fields: readonly FacetField[],
): readonly Tell[] | null {
  let groups: Tell[] | null = [];
  access.inMonth(filter.site, month, (file) => {
    groups = [];
    const conditions = conditionsFor(file, filter);
    if (conditions === null) return;
    const byTrait = fields.some((field) => TRAITS.includes(field));
    if (conditions.residual !== null || (byTrait && file.traits().untold)) {
      groups = null;
      return;
    }
    const counts = new Counts(file.db, conditions);
    groups = [byRow(counts, file, filter.site)];
    if (fields.some((field) => PLUGS.includes(field))) groups.push(byPlug(counts, file));
  });
  return groups;
}

function byRow(counts: Counts, file: ReaderFile, site: string): Tell {
  const { told } = file.traits();
  const rows = counts.groups('kind, action, outcome, trait', false);
  return (tally) => {
    for (const [kind, action, outcome, trait, n] of rows) {
      const entries = Number(n);
      tally.count(entries);
      tally.add('site', site, entries);
      tally.add('kind', kindOf(Number(kind)), entries);
      if (Number(action) > 0) tally.add('action', file.actions.nameOf(Number(action)), entries);
      const ended = outcomeOf(Number(outcome));
      if (ended !== null) tally.add('outcome', ended, entries);
      const of = told.get(Number(trait));
      if (of !== undefined) tally.trait(of, entries);
    }
  };
}

function byPlug(counts: Counts, file: ReaderFile): Tell {
  const rows = counts.groups('charger, connector', true);
  return (tally) => {
    for (const [charger, connector, n] of rows) {
      const name = file.chargers.nameOf(Number(charger));
      if (name !== '') tally.add('station', name, Number(n));
      if (typeof connector === 'number' && Math.abs(connector) < BEYOND) {
        tally.add('connector', String(connector), Number(n));
      }
    }
  };
}
