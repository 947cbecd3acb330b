import type { RoleAt } from '../api/answers.ts';
import styles from './settings.module.css';

/** Roles in few words: `admin of all sites`. */
export function RoleTags({ roles }: { readonly roles: readonly RoleAt[] }) {
  if (roles.length === 0) return <span className={styles.hint}>No role: sees nothing</span>;
  return (
    <span className={styles.tags}>
      {roles.map(({ site, role }) => (
        <span key={site ?? ''} className={styles.tag}>
          {role} of {site ?? 'all sites'}
        </span>
      ))}
    </span>
  );
}
