/** The own user: name, roles, password. */

import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { SessionBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { PASSWORD_MIN } from '../session/own-user-form.tsx';
import { useSession } from '../session/use-session.ts';
import controls from '../ui/control.module.css';
import { Field } from '../ui/field.tsx';
import { tell } from '../ui/tell.ts';
import { FormAlert } from './form-alert.tsx';
import { RoleTags } from './role-tags.tsx';
import styles from './settings.module.css';
import { useWrite } from './use-write.ts';
import { momentText } from './zone-of-settings.ts';

export function AccountPage() {
  const { session, signOut } = useSession();
  if (session === null) return null;
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>{session.user.name}</h1>
        <span className={styles.end}>
          <button type="button" className={controls.button} onClick={() => void signOut()}>
            Sign out
          </button>
        </span>
      </header>
      <RoleTags roles={session.roles} />
      <p className={styles.lead}>
        Signed in until {momentText(session.expires, 'you sign out')} at the latest.
      </p>
      <PasswordForm name={session.user.name} freeUntil={session.sets_password_until ?? null} />
    </div>
  );
}

interface PasswordFormProps {
  readonly name: string;
  /** Until when the password before is not asked for, who came by a link may have forgotten it. */
  readonly freeUntil: string | null;
}

function PasswordForm({ name, freeUntil }: PasswordFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const { form, busy, faults, send } = useWrite(['password', 'current_password']);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const shown = event.currentTarget;
    const typed = new FormData(shown);
    const current = String(typed.get('current_password') ?? '');
    const body = {
      password: String(typed.get('password')),
      ...(current === '' ? {} : { current_password: current }),
    };
    const done = await send(async () => {
      queries.setQueryData(['session'], await client.patch<SessionBody>('/session', body));
    });
    if (!done) return;
    shown.reset();
    tell('The password is changed; other browsers are signed out');
  };
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={(event) => void submit(event)}>
      <h2>Change the password</h2>
      <FormAlert lines={faults.rest} />
      <input type="hidden" name="username" autoComplete="username" value={name} />
      {freeUntil === null || faults.fields.current_password !== undefined ? (
        <Field label="Password now" fault={faults.fields.current_password}>
          {(control) => (
            <input {...control} name="current_password" type="password" autoComplete="current-password" />
          )}
        </Field>
      ) : (
        <p className={styles.lead}>
          You came by a link: until {momentText(freeUntil, '')} the password before is not needed.
        </p>
      )}
      <Field
        label="New password"
        hint={`${PASSWORD_MIN} characters or more. Length is all that counts.`}
        fault={faults.fields.password}
      >
        {(control) => (
          <input {...control} name="password" type="password" autoComplete="new-password" required />
        )}
      </Field>
      <div className={styles.buttons}>
        <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
          {busy ? 'Changing it…' : 'Change the password'}
        </button>
      </div>
    </form>
  );
}
