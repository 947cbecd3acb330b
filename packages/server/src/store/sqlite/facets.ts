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
import { TRAIT_MAX } from './trait.ts';

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
    const counts = new Counts(file, conditions);
    groups = [byRow(counts, file, filter.site)];
    if (fields.some((field) => PLUGS.includes(field))) groups.push(byPlug(counts, file));
  });
  return groups;
}

/** One number for all four: SQLite sorts by it in two thirds of the time. Kinds are below 8, outcomes below 16. */
const ROW_KEY = `((action * ${TRAIT_MAX + 1} + trait) * 8 + kind) * 16 + outcome`;

function partsOf(key: number): readonly [kind: number, action: number, outcome: number, trait: number] {
  const outcome = key % 16;
  const kinds = (key - outcome) / 16;
  const kind = kinds % 8;
  const traits = (kinds - kind) / 8;
  const trait = traits % (TRAIT_MAX + 1);
  return [kind, (traits - trait) / (TRAIT_MAX + 1), outcome, trait];
}

function byRow(counts: Counts, file: ReaderFile, site: string): Tell {
  const { told } = file.traits();
  const rows = counts.groups(ROW_KEY, false);
  return (tally) => {
    for (const [key, n] of rows) {
      const [kind, action, outcome, trait] = partsOf(Number(key));
      const entries = Number(n);
      tally.count(entries);
      tally.add('site', site, entries);
      tally.add('kind', kindOf(kind), entries);
      if (action > 0) tally.add('action', file.actions.nameOf(action), entries);
      const ended = outcomeOf(outcome);
      if (ended !== null) tally.add('outcome', ended, entries);
      const of = told.get(trait);
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
