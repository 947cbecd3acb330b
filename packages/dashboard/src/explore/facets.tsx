/** Values of the result with their counts; each can be included, excluded, or made the only one. */

import { type KeyboardEvent, useState } from 'react';
import type { Facet } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { type Choice, type Chosen, choose, chosenOf, withSites } from '../query/edit-query.ts';
import type { Range } from '../time/instant-text.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import { useSettled } from '../ui/use-settled.ts';
import { FACET_FIELDS, type FacetField, isFindable, valueMeaning, valueWords } from './facet-fields.ts';
import { hasMore, valuesOf } from './facet-values.ts';
import styles from './facets.module.css';
import type { FilterState } from './search-params.ts';
import { TOP_MORE, useFacets } from './use-facets.ts';

export interface FacetsProps {
  readonly filter: FilterState;
  readonly range: Range;
  /** Whether to ask now. */
  readonly ready: boolean;
  /** The search cannot be understood: there is nothing to count. */
  readonly refused: boolean;
  readonly siteNames: ReadonlyMap<string, string>;
  readonly onChange: (change: { readonly q?: string; readonly sites?: readonly string[] }) => void;
}

const FIND_MS = 200;

function withMore(more: ReadonlyMap<string, string>, field: string, find: string | null) {
  const next = new Map(more);
  if (find === null) next.delete(field);
  else next.set(field, find);
  return next;
}

function toggledIn(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

export function Facets({ filter, range, ready, refused, siteNames, onChange }: FacetsProps) {
  const client = useClient();
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(FACET_FIELDS.filter((each) => each.open).map(({ field }) => field)),
  );
  const [more, setMore] = useState<ReadonlyMap<string, string>>(new Map());
  const settled = useSettled(more, FIND_MS);
  const { facets, error, pending, busy } = useFacets(client, {
    filter,
    range,
    open,
    more: settled,
    ready: ready && !refused,
  });
  const fields = FACET_FIELDS.filter(({ field }) => field !== 'site' || siteNames.size > 1);

  // Sites that the address names beside the search are a choice among its values too.
  const textOf = (field: FacetField['field']) =>
    field === 'site' ? withSites(filter.q, filter.sites) : filter.q;
  const chosen = (field: FacetField['field']): Chosen => chosenOf(textOf(field), field);
  const take = (field: FacetField['field'], value: string, choice: Choice) => {
    const q = choose(textOf(field), field, value, choice);
    if (q !== null) onChange(field === 'site' ? { q, sites: [] } : { q });
  };
  if (refused) {
    return (
      <div className={styles.facets}>
        <p className={styles.refused}>Nothing is counted while the search cannot be understood.</p>
      </div>
    );
  }
  return (
    <div className={styles.facets} aria-busy={busy}>
      {error !== null && (
        <p role="alert" className={styles.fault}>
          The counts could not be made: {error.message}
        </p>
      )}
      {fields.map((each) => (
        <FacetGroup
          key={each.field}
          of={each}
          open={open.has(each.field)}
          facet={facets.get(each.field)}
          pending={pending}
          chosen={chosen(each.field)}
          siteNames={siteNames}
          onToggle={() => setOpen(toggledIn(open, each.field))}
          onMore={(find) => setMore(withMore(more, each.field, find))}
          find={more.get(each.field) ?? null}
          onTake={(value, choice) => take(each.field, value, choice)}
        />
      ))}
    </div>
  );
}

interface FacetGroupProps {
  readonly of: FacetField;
  readonly open: boolean;
  readonly facet: Facet | undefined;
  readonly pending: boolean;
  readonly chosen: Chosen;
  readonly siteNames: ReadonlyMap<string, string>;
  /** What is looked for among all values; null: only the first ones are shown. */
  readonly find: string | null;
  readonly onToggle: () => void;
  readonly onMore: (find: string | null) => void;
  readonly onTake: (value: string, choice: Choice) => void;
}

function FacetGroup(props: FacetGroupProps) {
  const { of, open, facet, chosen, find } = props;
  const all = find !== null;
  const [stop, setStop] = useState(0);
  const values = valuesOf(facet, [...chosen.included, ...chosen.excluded], find);
  const most = Math.max(1, ...values.map(({ count }) => count ?? 0));
  return (
    <section className={styles.group}>
      <h2 className={styles.heading}>
        <button type="button" aria-expanded={open} onClick={props.onToggle}>
          <Icon name={open ? 'down' : 'right'} size={13} />
          {of.label}
          {facet !== undefined && open && <span className={styles.distinct}>{facet.distinct}</span>}
        </button>
      </h2>
      {open && all && isFindable(of.field) && (
        <input
          type="search"
          className={`${controls.field} ${styles.find}`}
          placeholder="Find a value"
          aria-label={`Find in ${of.label}`}
          value={find}
          onChange={({ currentTarget }) => props.onMore(currentTarget.value)}
        />
      )}
      {open && (
        <ul className={styles.values} onKeyDown={moveFocus} onFocus={({ target }) => setStop(stopOf(target))}>
          {values.map(({ value, count }, place) => (
            <FacetRow
              key={value}
              words={valueWords(of.field, value, props.siteNames)}
              meaning={valueMeaning(of.field, value)}
              count={count}
              stop={place === Math.min(stop, values.length - 1)}
              share={(count ?? 0) / most}
              included={chosen.included.includes(value)}
              excluded={chosen.excluded.includes(value)}
              onTake={(choice) => props.onTake(value, choice)}
            />
          ))}
          {facet !== undefined && values.length === 0 && <li className={styles.none}>None</li>}
          {facet === undefined && props.pending && <li className={styles.none}>Counting…</li>}
          {facet?.more === true && all && (
            <li className={styles.none}>
              The first {TOP_MORE} of {facet.distinct.toLocaleString('en')}
            </li>
          )}
          {facet !== undefined && (hasMore(facet) || all) && (
            <li>
              <button
                type="button"
                className={`${controls.plain} ${styles.more}`}
                onClick={() => props.onMore(all ? null : '')}
              >
                {all ? 'Fewer' : `All ${facet.distinct.toLocaleString('en')}`}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

/** Rows and their choices, of which one alone is a stop for Tab: arrow keys go on from there. */
const STOPS = '[data-stop]';

function stopOf(target: Element): number {
  const row = target.closest('li');
  return row?.parentElement == null ? 0 : [...row.parentElement.children].indexOf(row);
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const { key, currentTarget, target } = event;
  if (!(target instanceof Element) || !target.matches(STOPS)) return;
  const down = { ArrowDown: 1, ArrowUp: -1 }[key];
  const along = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (down === undefined && along === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const row = target.closest('li');
  const own = [...(row?.querySelectorAll<HTMLElement>(STOPS) ?? [])];
  const place = own.findIndex((each) => each.isSameNode(target));
  if (along !== undefined) own[place + along]?.focus();
  else
    currentTarget.children[stopOf(target) + (down ?? 0)]
      ?.querySelectorAll<HTMLElement>(STOPS)
      [place]?.focus();
}

interface FacetRowProps {
  readonly words: string;
  readonly meaning: string;
  readonly count: number | null;
  readonly share: number;
  /** Whether Tab stops at it. */
  readonly stop: boolean;
  readonly included: boolean;
  readonly excluded: boolean;
  readonly onTake: (choice: Choice) => void;
}

function FacetRow({ words, meaning, count, share, stop, included, excluded, onTake }: FacetRowProps) {
  const state = included ? styles.included : excluded ? styles.excluded : '';
  return (
    <li className={`${styles.value} ${state}`}>
      <button
        type="button"
        className={styles.include}
        data-stop=""
        tabIndex={stop ? 0 : -1}
        aria-pressed={included}
        title={meaning}
        onClick={() => onTake('include')}
      >
        <span className={styles.share} style={{ width: `${share * 100}%` }} />
        <span className={styles.mark}>
          {included && <Icon name="check" size={12} />}
          {excluded && <Icon name="close" size={12} />}
        </span>
        <span className={styles.words}>
          <bdi>{shownText(words)}</bdi>
        </span>
        <span className={styles.count}>{count?.toLocaleString('en')}</span>
      </button>
      <span className={styles.choices}>
        <button
          type="button"
          data-stop=""
          tabIndex={-1}
          aria-label={`Only ${words}`}
          title="Only this"
          onClick={() => onTake('only')}
        >
          <Icon name="only" size={14} />
        </button>
        <button
          type="button"
          data-stop=""
          tabIndex={-1}
          aria-label={excluded ? `No longer exclude ${words}` : `Exclude ${words}`}
          aria-pressed={excluded}
          title="Exclude"
          onClick={() => onTake('exclude')}
        >
          <Icon name="minus" size={14} />
        </button>
      </span>
    </li>
  );
}
