/** Who may sign in. */

import { Link, useSearch } from 'wouter';
import type { UserBody } from '../../api/settings-answers.ts';
import { useSession } from '../../session/use-session.ts';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { Asked } from '../asked.tsx';
import { RoleTags } from '../role-tags.tsx';
import styles from '../settings.module.css';
import { NewUser } from './new-user.tsx';
import { OneUser } from './one-user.tsx';
import { useUsers } from './use-users.ts';

export function UsersPage() {
  const asked = new URLSearchParams(useSearch());
  const users = useUsers();
  const own = useSession().session?.user.id ?? '';
  if (asked.has('add')) return <NewUser />;
  return (
    <Asked query={users}>
      {(known) => {
        const one = known.find(({ id }) => id === asked.get('user'));
        return one === undefined ? (
          <AllUsers users={known} own={own} />
        ) : (
          <OneUser key={one.id} user={one} own={one.id === own} />
        );
      }}
    </Asked>
  );
}

function waysOf({ methods, disabled }: UserBody): string {
  if (disabled) return 'disabled';
  if (methods.length === 0) return 'invited';
  return methods.map((method) => (method === 'oidc' ? 'provider' : method)).join(', ');
}

function AllUsers({ users, own }: { readonly users: readonly UserBody[]; readonly own: string }) {
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>Users</h1>
        <span className={styles.end}>
          <Link href="/settings/users?add=1" className={`${controls.button} ${controls.primary}`}>
            <Icon name="plus" /> Add a user
          </Link>
        </span>
      </header>
      <p className={styles.lead}>Who may sign in here, and what each may do.</p>
      <div className={styles.wrap}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Roles</th>
              <th scope="col">Signs in by</th>
              <th scope="col">Signed in</th>
              <th scope="col">
                <span className={controls.hidden}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr key={user.id}>
                <th scope="row">
                  {user.name}
                  {user.id === own && <small>you</small>}
                </th>
                <td data-label="Roles">
                  <RoleTags roles={user.roles} />
                </td>
                <td data-label="Signs in by">
                  <span className={`${styles.tag} ${user.disabled ? styles.bad : ''}`}>{waysOf(user)}</span>
                </td>
                <td data-label="Signed in">
                  {user.sessions === 0 ? 'no' : `with ${countText(user.sessions, 'browser')}`}
                </td>
                <td className={styles.acts}>
                  <Link
                    href={`/settings/users?user=${encodeURIComponent(user.id)}`}
                    className={`${controls.button} ${controls.small}`}
                    aria-label={`Change ${user.name}`}
                  >
                    Change
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
