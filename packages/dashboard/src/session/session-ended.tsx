/** Lets the same person in again over the page that was open, so that what was typed there stays. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useClient } from '../api/context.ts';
import controls from '../ui/control.module.css';
import dialogs from '../ui/dialog.module.css';
import { useModal } from '../ui/use-modal.ts';
import styles from './sign-in.module.css';
import { messageOf } from './sign-in-words.ts';

export interface SessionEndedProps {
  readonly name: string;
  /** Address of the sign-in page that leads back. */
  readonly door: string;
}

export function SessionEnded({ name, door }: SessionEndedProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const wordId = useId();
  useModal(dialog);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    setBusy(true);
    setError('');
    try {
      await client.post('/session', { user: name, password });
      await queries.invalidateQueries({ queryKey: ['session'] });
      client.reach.renewed();
      await queries.invalidateQueries();
    } catch (problem) {
      setError(messageOf(problem, false));
      setBusy(false);
    }
  };
  const leave = () => {
    queries.clear();
    go(door);
  };
  return (
    <dialog
      ref={dialog}
      className={dialogs.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => event.preventDefault()}
      // Browsers close by a second Esc whatever is said to the first.
      onClose={({ currentTarget }) => currentTarget.isConnected && currentTarget.showModal()}
    >
      <header className={dialogs.head}>
        <h2 id={titleId}>Your session ended</h2>
      </header>
      <form className={`${dialogs.body} ${styles.again}`} onSubmit={(event) => void submit(event)}>
        <p>Sign in again to go on. What you typed on this page is still there.</p>
        {error !== '' && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
        <input type="text" name="user" value={name} readOnly hidden autoComplete="username" />
        <label htmlFor={wordId}>Password of {name}</label>
        <input
          id={wordId}
          name="password"
          type="password"
          className={controls.field}
          autoComplete="current-password"
          required
        />
        <div className={styles.choices}>
          <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
            {busy ? 'Signing in…' : 'Sign in'}
          </button>
          <button type="button" className={controls.plain} onClick={leave}>
            Leave this page and sign in otherwise
          </button>
        </div>
      </form>
    </dialog>
  );
}
