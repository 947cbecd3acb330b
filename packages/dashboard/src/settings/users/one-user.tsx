/** A user: name, roles, a link for who forgot the password, and the ways to keep somebody out. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useClient } from '../../api/context.ts';
import type { LinkBody, UserBody } from '../../api/settings-answers.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { Field } from '../../ui/field.tsx';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { useSites } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { momentText } from '../zone-of-settings.ts';
import { LinkCard } from './link-card.tsx';
import { RoleEditor } from './role-editor.tsx';
import { sameRoles } from './role-list.ts';
import { USERS } from './use-users.ts';

const ask = (user: UserBody) => `/users/${encodeURIComponent(user.id)}`;

export function OneUser({ user, own }: { readonly user: UserBody; readonly own: boolean }) {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [link, setLink] = useState<LinkBody | null>(null);
  const [asking, setAsking] = useState<'disable' | 'remove' | null>(null);
  const { form, busy, faults, send } = useWrite([]);
  const again = () => queries.invalidateQueries({ queryKey: USERS });
  const setDisabled = async (disabled: boolean) => {
    await client.patch(ask(user), { disabled });
    await again();
    tell(disabled ? `${user.name} is kept out` : `${user.name} may sign in again`);
  };
  const remove = async () => {
    await client.delete(ask(user));
    // Not only asked again: until the answer the list would show who is gone.
    await queries.cancelQueries({ queryKey: USERS, exact: true });
    queries.setQueryData<readonly UserBody[]>(USERS, (all) => all?.filter(({ id }) => id !== user.id));
    go('/settings/users', { replace: true });
    await again();
    tell(`${user.name} is removed`);
  };
  return (
    <div className={styles.sheet}>
      <Link href="/settings/users" className={styles.back}>
        ← All users
      </Link>
      <header className={styles.head}>
        <h1>{user.name}</h1>
        {user.disabled && <span className={`${styles.tag} ${styles.bad}`}>disabled</span>}
        {own && <span className={styles.tag}>you</span>}
      </header>
      <p className={styles.lead}>
        Added {momentText(user.created, '')},{' '}
        {user.sessions === 0 ? 'not signed in now' : `signed in with ${countText(user.sessions, 'browser')}`}.
        {user.methods.length === 0 && ' Has not chosen a password yet.'}
      </p>
      <UserSettings key={user.id} user={user} />
      {link !== null && <LinkCard name={user.name} link={link} />}
      <form ref={form} className={styles.form} onSubmit={(event) => event.preventDefault()}>
        <FormAlert lines={faults.rest} />
        <div className={styles.buttons}>
          <button
            type="button"
            className={controls.button}
            disabled={busy || user.disabled}
            onClick={() =>
              void send(async () => setLink(await client.post<LinkBody>(`${ask(user)}/link`, undefined)))
            }
          >
            Make a link that signs in once
          </button>
          {user.disabled ? (
            <button
              type="button"
              className={controls.button}
              disabled={busy}
              onClick={() => void send(() => setDisabled(false))}
            >
              Let in again
            </button>
          ) : (
            <button type="button" className={controls.button} onClick={() => setAsking('disable')}>
              Disable
            </button>
          )}
          <button type="button" className={controls.button} onClick={() => setAsking('remove')}>
            Remove
          </button>
        </div>
      </form>
      {asking === 'disable' && (
        <ConfirmDialog
          title={`Disable ${user.name}?`}
          deed="Disable"
          onClose={() => setAsking(null)}
          onConfirm={() => setDisabled(true)}
        >
          <p>Sessions that are open end at once. The user stays in the list and can be let in again.</p>
          {own && <p>This is you: you are signed out with it.</p>}
        </ConfirmDialog>
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title={`Remove ${user.name}?`}
          deed="Remove"
          onClose={() => setAsking(null)}
          onConfirm={remove}
        >
          <p>With sessions, links and own saved searches; those that are shared stay.</p>
          {own && <p>This is you: you are signed out with it.</p>}
        </ConfirmDialog>
      )}
    </div>
  );
}

function UserSettings({ user }: { readonly user: UserBody }) {
  const client = useClient();
  const queries = useQueryClient();
  const sites = useSites().data ?? [];
  const [name, setName] = useState(user.name);
  const [roles, setRoles] = useState(user.roles);
  const [password, setPassword] = useState('');
  const { form, busy, faults, send } = useWrite(['name', 'roles', 'password']);
  const changed = name !== user.name || password !== '' || !sameRoles(roles, user.roles);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...(name === user.name ? {} : { name }),
      ...(sameRoles(roles, user.roles) ? {} : { roles }),
      ...(password === '' ? {} : { password }),
    };
    const done = await send(async () => {
      await client.patch(ask(user), body);
      await queries.invalidateQueries({ queryKey: USERS });
      // One may have changed oneself.
      await queries.invalidateQueries({ queryKey: ['session'] });
    });
    if (!done) return;
    setPassword('');
    tell('The user is changed');
  };
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={(event) => void submit(event)}>
      <FormAlert lines={faults.rest} />
      <Field label="Name" fault={faults.fields.name}>
        {(control) => (
          <input
            {...control}
            value={name}
            required
            autoComplete="off"
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
      <Field
        label="New password"
        hint="Stays as it is unless given. A new one signs the user out everywhere."
        fault={faults.fields.password}
      >
        {(control) => (
          <input
            {...control}
            type="password"
            value={password}
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <p className={styles.hint}>Takes effect at once, in browsers that are signed in, too.</p>
      <div className={styles.buttons}>
        <button
          type="submit"
          className={`${controls.button} ${controls.primary}`}
          disabled={busy || !changed}
        >
          {busy ? 'Saving…' : 'Save'}
        </button>
      </div>
    </form>
  );
}
