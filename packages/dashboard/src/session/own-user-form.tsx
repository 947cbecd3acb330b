/** Who came by a link has neither a name of his own nor a password: without them there is no second way in. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { SessionBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import controls from '../ui/control.module.css';
import styles from './sign-in.module.css';
import { messageOf } from './sign-in-words.ts';

export const PASSWORD_MIN = 12;

export interface OwnUserFormProps {
  /** As an admin chose it, or the server for the first one. */
  readonly name: string;
  readonly onLater: () => void;
}

export function OwnUserForm({ name, onLater }: OwnUserFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const nameId = useId();
  const wordId = useId();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      const body = { name: String(form.get('name')), password: String(form.get('password')) };
      queries.setQueryData(['session'], await client.patch<SessionBody>('/session', body));
    } catch (problem) {
      setError(messageOf(problem, false));
    }
    setBusy(false);
  };
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <h1>Welcome</h1>
        <p className={styles.hint}>
          You came by a link that works once. Choose a name and a password to come back with.
        </p>
        {error !== '' && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
        <label htmlFor={nameId}>Name</label>
        <input
          id={nameId}
          name="name"
          defaultValue={name}
          className={controls.field}
          autoComplete="username"
          autoCapitalize="none"
          required
        />
        <label htmlFor={wordId}>Password</label>
        <input
          id={wordId}
          name="password"
          type="password"
          minLength={PASSWORD_MIN}
          className={controls.field}
          autoComplete="new-password"
          required
        />
        <p className={styles.hint}>{PASSWORD_MIN} characters or more</p>
        <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
          {busy ? 'Keeping it…' : 'Go on to the logs'}
        </button>
        <button type="button" className={controls.plain} onClick={onLater}>
          Later
        </button>
      </form>
    </main>
  );
}
