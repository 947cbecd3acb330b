/** The door: by the link of a first start, or by name and password. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { useClient } from '../api/context.ts';
import controls from '../ui/control.module.css';
import { useTitle } from '../ui/use-title.ts';
import { safeReturn } from './return-path.ts';
import styles from './sign-in.module.css';
import { messageOf, problemWords } from './sign-in-words.ts';
import { useSession } from './use-session.ts';

const TOKEN = /^#token=(.+)$/;

export function SignInPage() {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [error, setError] = useState(() => problemWords(window.location.search));
  const [busy, setBusy] = useState(false);
  const tried = useRef(false);
  const [byLink] = useState(() => TOKEN.test(window.location.hash));
  // Who comes by a link wants to be let in by it; anyone else may be in already.
  const { session, signedOut } = useSession({ enabled: !byLink });
  const ways = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: ({ signal }) =>
      client.get<{ readonly methods: readonly string[] }>('/session/methods', { signal }),
    retry: false,
  });
  const nameId = useId();
  const wordId = useId();

  const enter = async (body: object, byLink: boolean) => {
    setBusy(true);
    setError('');
    try {
      await client.post('/session', body);
      // What is held belongs to whoever was here before, the refusal that led to this page included.
      queries.clear();
      go(safeReturn(window.location.search), { replace: true });
    } catch (problem) {
      setError(messageOf(problem, byLink));
    }
    setBusy(false);
  };
  const enterOnce = useRef(enter);
  useEffect(() => {
    const token = TOKEN.exec(window.location.hash)?.[1];
    if (token === undefined || tried.current) return;
    tried.current = true;
    // The token is of use once; in the history of the browser it would only look like a secret.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    void enterOnce.current({ token: decodeURIComponent(token) }, true);
  }, []);

  useTitle('Sign in');
  if (session !== null && !signedOut && !byLink) {
    return <Redirect to={safeReturn(window.location.search)} replace />;
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void enter({ user: String(form.get('user')), password: String(form.get('password')) }, false);
  };
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <h1>Sign in to ocpp-logs</h1>
        {error !== '' && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
        <label htmlFor={nameId}>User</label>
        <input
          id={nameId}
          name="user"
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
          className={controls.field}
          autoComplete="current-password"
          required
        />
        <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        {ways.data?.methods.includes('oidc') && (
          <a
            className={`${controls.button} ${styles.provider}`}
            href={client.address('/session/oidc/start', { to: safeReturn(window.location.search) })}
          >
            Sign in by your organisation
          </a>
        )}
        <p className={styles.hint}>
          No user yet? The server prints a link that signs you in when it starts for the first time.
        </p>
      </form>
    </main>
  );
}
