/** Views of the log that are kept under a name, for oneself or for everyone. */

import * as Popover from '@radix-ui/react-popover';
import { useState } from 'react';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { tell } from '../ui/tell.ts';
import { keptChoice } from './column-choice.ts';
import type { ExploreState } from './explore-state.ts';
import { SaveForm } from './save-form.tsx';
import styles from './saved-searches.module.css';
import { type SavedSearch, stateOf, viewOf, viewText } from './saved-view.ts';
import toolbar from './toolbar.module.css';
import type { Change } from './use-explore.ts';
import { useSavedSearches } from './use-saved-searches.ts';

export interface SavedSearchesProps {
  readonly state: ExploreState;
  readonly onChange: Change;
}

export function SavedSearches({ state, onChange }: SavedSearchesProps) {
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState<string | null>(null);
  const searches = useSavedSearches(open);
  const view = viewOf(state, state.columns ?? keptChoice().ids);
  const known = searches.data ?? [];
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setEditing(null);
      }}
    >
      <Popover.Trigger
        className={`${controls.plain} ${toolbar.named}`}
        aria-label="Saved searches"
        title="Saved searches"
      >
        <Icon name="bookmark" /> <span className={toolbar.word}>Saved</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${controls.popover} ${styles.panel}`}
          align="end"
          sideOffset={5}
          collisionPadding={8}
          aria-label="Saved searches"
        >
          {searches.error !== null && (
            <p role="alert" className={styles.fault}>
              {searches.error.message}
            </p>
          )}
          {searches.isPending && <p className={styles.hint}>Looking…</p>}
          {searches.data !== undefined && known.length === 0 && (
            <p className={styles.hint}>Nothing is saved yet.</p>
          )}
          {known.length > 0 && (
            <ul className={styles.list} aria-label="Saved">
              {known.map((search) => (
                <li key={search.id}>
                  {editing === search.id ? (
                    <SaveForm search={search} view={view} onDone={() => setEditing(null)} />
                  ) : (
                    <SearchRow
                      search={search}
                      onOpen={() => {
                        setOpen(false);
                        onChange(stateOf(search.query));
                        tell(`Showing ${search.name}`);
                      }}
                      onEdit={() => setEditing(search.id)}
                    />
                  )}
                </li>
              ))}
            </ul>
          )}
          {editing === null && (
            <section className={styles.add} aria-label="Save what is shown">
              <SaveForm search={null} view={view} onDone={() => undefined} />
            </section>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface SearchRowProps {
  readonly search: SavedSearch;
  readonly onOpen: () => void;
  readonly onEdit: () => void;
}

function SearchRow({ search, onOpen, onEdit }: SearchRowProps) {
  const { name, shared, owner_name: owner, editable, query } = search;
  return (
    <div className={styles.row}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className={styles.name}>
          {name}
          {shared && <span className={styles.tag}>{owner === null ? 'shared' : `shared by ${owner}`}</span>}
        </span>
        <span className={styles.about}>{viewText(query)}</span>
      </button>
      {editable && (
        <button
          type="button"
          className={`${controls.button} ${controls.small}`}
          aria-label={`Change ${name}`}
          onClick={onEdit}
        >
          Change
        </button>
      )}
    </div>
  );
}
