/** The search: typed with completion, its fault marked where it is. */

import { parseQuery, type QueryHint } from '@ocpp-logs/core';
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { Range } from '../time/instant-text.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { useMedia } from '../ui/use-media.ts';
import { type Offer, offersAt, takeOffer, wantedValues } from './completion.ts';
import styles from './search-bar.module.css';
import { useValues } from './use-values.ts';

export interface SearchFault {
  /** 1-based. */
  readonly column: number | null;
  readonly message: string;
}

export interface SearchBarProps {
  readonly q: string;
  readonly sites: readonly string[];
  readonly range: Range | null;
  /** What the server found wrong with `q`. */
  readonly refused: SearchFault | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onSearch: (q: string) => void;
}

function faultOf(text: string): SearchFault | null {
  const parsed = parseQuery(text);
  return parsed.kind === 'fault' ? parsed.error : null;
}

function hintOf(text: string): QueryHint | null {
  const parsed = parseQuery(text);
  return parsed.kind === 'query' ? (parsed.hints[0] ?? null) : null;
}

export function SearchBar({ q, sites, range, refused, input, onSearch }: SearchBarProps) {
  const [text, setText] = useState(q);
  const [cursor, setCursor] = useState(q.length);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [tried, setTried] = useState(true);
  /** A search that is meant as it stands. */
  const [meant, setMeant] = useState('');
  const mirror = useRef<HTMLDivElement>(null);
  const listId = useId();
  const faultId = useId();
  useEffect(() => {
    setText(q);
    setTried(true);
  }, [q]);

  const values = useValues(open ? wantedValues(text, cursor) : null, sites, range);
  const offers = open ? offersAt(text, cursor, values) : [];
  const fault = tried ? (faultOf(text) ?? (text === q ? refused : null)) : null;

  const hint = tried && fault === null && text !== meant ? hintOf(text) : null;

  const narrow = useMedia('(max-width: 700px)');
  // What is typed counts only once it is searched for; that must be seen.
  const unsent = text.trim() !== q.trim();

  const edit = (next: string, at: number) => {
    setText(next);
    setCursor(at);
    setOpen(true);
    setActive(-1);
    setTried(false);
  };
  const take = (offer: Offer) => {
    const taken = takeOffer(text, cursor, offer);
    edit(taken.text, taken.cursor);
    const element = input.current;
    if (element === null) return;
    element.focus();
    // The cursor is set once React has written the text.
    requestAnimationFrame(() => element.setSelectionRange(taken.cursor, taken.cursor));
  };
  const search = () => {
    setTried(true);
    setOpen(false);
    if (faultOf(text) === null) onSearch(text.trim());
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = offers[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const by = event.key === 'ArrowDown' ? 1 : -1;
      const places = offers.length + 1;
      setActive(((active + 1 + by + places) % places) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen !== undefined) take(chosen);
      else search();
    } else if (event.key === 'Tab' && chosen !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open && offers.length > 0) setOpen(false);
      else event.currentTarget.blur();
    }
  };
  return (
    <search className={styles.bar} data-unsent={unsent || undefined}>
      <span className={styles.icon}>
        <Icon name="search" />
      </span>
      <div className={styles.place}>
        <div ref={mirror} className={styles.mirror} aria-hidden="true">
          {fault?.column != null && <Marked text={text} column={fault.column} />}
        </div>
        <input
          ref={input}
          className={styles.input}
          value={text}
          placeholder={
            narrow
              ? 'Words, or status:Faulted'
              : 'Search: action:StatusNotification status:Faulted, or any words'
          }
          aria-label="Search"
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          aria-autocomplete="list"
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : faultId}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ currentTarget }) =>
            edit(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length)
          }
          onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart ?? 0)}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false);
            setTried(true);
          }}
          onScroll={({ currentTarget }) => {
            if (mirror.current !== null) mirror.current.scrollLeft = currentTarget.scrollLeft;
          }}
          onKeyDown={onKey}
        />
      </div>
      {text === '' && (
        <span className={styles.key} aria-hidden="true">
          /
        </span>
      )}
      {unsent && (
        <button
          type="button"
          className={styles.send}
          // The field keeps the focus, and with it the completions their place.
          onMouseDown={(event) => event.preventDefault()}
          onClick={search}
        >
          <span className={styles.notYet}>Not searched yet:</span> Search
          <span className={styles.enter} aria-hidden="true">
            ↵
          </span>
        </button>
      )}
      {text !== '' && (
        <button
          type="button"
          className={styles.clear}
          aria-label="Clear the search"
          onClick={() => {
            edit('', 0);
            setOpen(false);
            setTried(true);
            onSearch('');
            input.current?.focus();
          }}
        >
          <Icon name="close" size={14} />
        </button>
      )}
      {hint !== null && (
        <div role="status" className={styles.hint}>
          <span>
            <strong>Column {hint.column}: </strong>
            {hint.message}
          </span>
          <button
            type="button"
            className={controls.button}
            onClick={() => {
              const next = withKeyword(text, hint);
              setText(next);
              onSearch(next.trim());
            }}
          >
            Write {hint.keyword}
          </button>
          <button type="button" className={controls.button} onClick={() => setMeant(text)}>
            Keep the word
          </button>
        </div>
      )}
      <Offers id={listId} offers={offers} active={active} onTake={take} />
      {fault !== null && (
        <p id={faultId} role="alert" className={styles.fault}>
          {fault.column !== null && <strong>Column {fault.column}: </strong>}
          {fault.message}
        </p>
      )}
    </search>
  );
}

function withKeyword(text: string, { column, word, keyword }: QueryHint): string {
  return `${text.slice(0, column - 1)}${keyword}${text.slice(column - 1 + word.length)}`;
}

/** Lies behind the text, letter on letter. */
function Marked({ text, column }: { readonly text: string; readonly column: number }) {
  const at = Math.min(column - 1, text.length);
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? '';
  return (
    <>
      {text.slice(0, at)}
      <mark className={styles.mark}>{word === '' ? ' ' : word}</mark>
    </>
  );
}

interface OffersProps {
  readonly id: string;
  readonly offers: readonly Offer[];
  readonly active: number;
  readonly onTake: (offer: Offer) => void;
}

function Offers({ id, offers, active, onTake }: OffersProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Completions"
      className={styles.offers}
      // What scrolls would be a stop of its own for Tab.
      tabIndex={-1}
      hidden={offers.length === 0}
    >
      {offers.map((offer, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, which names the active option.
        <div
          key={offer.text}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          tabIndex={-1}
          className={styles.offer}
          // The field must not lose the focus before the click arrives.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(offer)}
        >
          <span className={styles.offerText}>{offer.text}</span>
          <span className={styles.note}>{offer.note}</span>
        </div>
      ))}
    </div>
  );
}
