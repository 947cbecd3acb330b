/** A user that is to be added: with a password, or by a link with which the person chooses one. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import type { RoleAt } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import type { LinkBody, UserBody } from '../../api/settings-answers.ts';
import { PASSWORD_MIN } from '../../session/own-user-form.tsx';
import controls from '../../ui/control.module.css';
import { Field } from '../../ui/field.tsx';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { useSites } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { LinkCard } from './link-card.tsx';
import { RoleEditor } from './role-editor.tsx';
import { FIRST_ROLE } from './role-list.ts';
import { USERS, useHasProvider } from './use-users.ts';

type Way = 'link' | 'password' | 'provider';

interface MadeUser {
  readonly user: UserBody;
  readonly link: LinkBody | null;
}

export function NewUser() {
  const [made, setMade] = useState<MadeUser | null>(null);
  return (
    <div className={styles.sheet}>
      <Link href="/settings/users" className={styles.back}>
        ← All users
      </Link>
      <header className={styles.head}>
        <h1>{made === null ? 'Add a user' : `${made.user.name} is added`}</h1>
      </header>
      {made === null ? (
        <UserForm onMade={setMade} />
      ) : made.link === null ? (
        <p className={styles.card}>
          {made.user.name} signs in{' '}
          {made.user.methods.includes('oidc') ? 'by the provider.' : 'with the password that you chose.'}
        </p>
      ) : (
        <LinkCard name={made.user.name} link={made.link} />
      )}
    </div>
  );
}

function UserForm({ onMade }: { readonly onMade: (made: MadeUser) => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const sites = useSites().data ?? [];
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [subject, setSubject] = useState('');
  const [way, setWay] = useState<Way>('link');
  const hasProvider = useHasProvider();
  const [roles, setRoles] = useState<readonly RoleAt[]>([FIRST_ROLE]);
  const { form, busy, faults, send } = useWrite(['name', 'password', 'roles', 'oidc_subject']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const body = {
        name,
        roles,
        ...(way === 'password' ? { password } : {}),
        ...(way === 'provider' ? { oidc_subject: subject.trim() } : {}),
      };
      const made = await client.post<MadeUser>('/users', body);
      await queries.invalidateQueries({ queryKey: USERS });
      tell(`${made.user.name} is added`);
      onMade(made);
    });
  };
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={submit}>
      <FormAlert lines={faults.rest} />
      <Field label="Name" hint="By which the person signs in." fault={faults.fields.name}>
        {(control) => (
          <input
            {...control}
            value={name}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <RoleEditor
        roles={roles}
        sites={sites.map(({ id }) => id)}
        fault={faults.fields.roles}
        onChange={setRoles}
      />
      <fieldset className={styles.group}>
        <legend>Signs in first</legend>
        <label className={styles.choice}>
          <input type="radio" name="way" checked={way === 'link'} onChange={() => setWay('link')} />
          <span>
            By a link <small>it works once; the person chooses a password</small>
          </span>
        </label>
        <label className={styles.choice}>
          <input type="radio" name="way" checked={way === 'password'} onChange={() => setWay('password')} />
          With a password
        </label>
        {hasProvider && (
          <label className={styles.choice}>
            <input type="radio" name="way" checked={way === 'provider'} onChange={() => setWay('provider')} />
            By your organisation’s provider
          </label>
        )}
      </fieldset>
      {way === 'provider' && (
        <Field
          label="Subject"
          hint="By which the provider knows the person. Whoever tries to sign in is told it."
          fault={faults.fields.oidc_subject}
        >
          {(control) => (
            <input
              {...control}
              value={subject}
              required
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setSubject(event.target.value)}
            />
          )}
        </Field>
      )}
      {way === 'password' && (
        <Field label="Password" hint={`${PASSWORD_MIN} characters or more.`} fault={faults.fields.password}>
          {(control) => (
            <input
              {...control}
              type="password"
              value={password}
              required
              autoComplete="new-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
      )}
      <div className={styles.buttons}>
        <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
          {busy ? 'Adding…' : 'Add the user'}
        </button>
      </div>
    </form>
  );
}
