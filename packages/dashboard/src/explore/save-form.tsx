/** Keeps what is shown under a name, or changes what was kept. */

import { type FormEvent, useState } from 'react';
import { formFaults } from '../api/form-faults.ts';
import controls from '../ui/control.module.css';
import { Field } from '../ui/field.tsx';
import { tell } from '../ui/tell.ts';
import styles from './saved-searches.module.css';
import type { SavedSearch, SavedView } from './saved-view.ts';
import { useSaving } from './use-saved-searches.ts';

export interface SaveFormProps {
  /** null: a new one. */
  readonly search: SavedSearch | null;
  readonly view: SavedView;
  readonly onDone: () => void;
}

export function SaveForm({ search, view, onDone }: SaveFormProps) {
  const { save, remove } = useSaving();
  const [name, setName] = useState(search?.name ?? '');
  const [shared, setShared] = useState(search?.shared ?? false);
  const [anew, setAnew] = useState(false);
  const [sure, setSure] = useState(false);
  const failure = save.error ?? remove.error;
  const faults = failure === null ? null : formFaults(failure, ['name']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const query = search === null || anew ? view : search.query;
    try {
      await save.mutateAsync({ id: search?.id ?? null, wish: { name, shared, query } });
    } catch {
      // Shown by `faults`; what was typed stays.
      return;
    }
    tell(`${name} is saved`);
    if (search === null) {
      setName('');
      // The next one is its owner's own unless said again.
      setShared(false);
    }
    onDone();
  };
  const removeIt = (id: string) =>
    remove.mutate(id, {
      onSuccess: () => {
        tell(`${name} is removed`);
        onDone();
      },
    });
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {faults?.rest.map((line) => (
        <p key={line} role="alert" className={styles.fault}>
          {line}
        </p>
      ))}
      <Field label={search === null ? 'Save what is shown as' : 'Name'} fault={faults?.fields.name}>
        {(control) => (
          <input
            {...control}
            value={name}
            required
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <label className={styles.choice}>
        <input type="checkbox" checked={shared} onChange={() => setShared(!shared)} />
        Share with everyone
      </label>
      {search !== null && (
        <label className={styles.choice}>
          <input type="checkbox" checked={anew} onChange={() => setAnew(!anew)} />
          Take what is shown now
        </label>
      )}
      <div className={styles.buttons}>
        <button
          type="submit"
          className={`${controls.button} ${controls.small} ${controls.primary}`}
          disabled={save.isPending}
        >
          Save
        </button>
        {search !== null && (
          <>
            <button type="button" className={`${controls.button} ${controls.small}`} onClick={onDone}>
              Cancel
            </button>
            <button
              type="button"
              className={`${controls.button} ${controls.small} ${styles.remove}`}
              disabled={remove.isPending}
              onClick={() => (sure ? removeIt(search.id) : setSure(true))}
            >
              {sure ? 'Really remove it' : 'Remove'}
            </button>
          </>
        )}
      </div>
    </form>
  );
}
