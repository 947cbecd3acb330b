/** What a user may do, and where. */

import type { RoleAt } from '../../api/answers.ts';
import { ROLE_WORDS, ROLES } from '../../session/rights.ts';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import settings from '../settings.module.css';
import styles from './role-editor.module.css';
import { changedAt, freePlaces, withRole } from './role-list.ts';

export interface RoleEditorProps {
  readonly roles: readonly RoleAt[];
  /** Ids. */
  readonly sites: readonly string[];
  readonly fault: string | undefined;
  readonly onChange: (roles: readonly RoleAt[]) => void;
}

/** A site's id, or nothing for all. */
const ALL = '';

export function RoleEditor({ roles, sites, fault, onChange }: RoleEditorProps) {
  const free = freePlaces(roles, sites);
  return (
    <fieldset className={settings.group}>
      <legend>Roles</legend>
      {roles.map(({ site, role }, at) => (
        <div key={site ?? ALL} className={styles.role}>
          <select
            className={controls.field}
            aria-label={`Role on ${site ?? 'all sites'}`}
            aria-invalid={fault !== undefined}
            value={role}
            onChange={(event) => onChange(changedAt(roles, at, { role: event.target.value }))}
          >
            {ROLES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
          <span>of</span>
          <select
            className={controls.field}
            aria-label={`Where the user is ${role}`}
            value={site ?? ALL}
            onChange={(event) => onChange(changedAt(roles, at, { site: event.target.value || null }))}
          >
            {[site, ...free].map((each) => (
              <option key={each ?? ALL} value={each ?? ALL}>
                {each ?? 'all sites'}
              </option>
            ))}
          </select>
          <button
            type="button"
            className={controls.icon}
            aria-label={`Take away the role on ${site ?? 'all sites'}`}
            onClick={() => onChange(roles.filter((_, place) => place !== at))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {roles.length === 0 && <p className={settings.hint}>Without a role the user sees nothing.</p>}
      {fault !== undefined && <p className={settings.fault}>{fault}</p>}
      <button
        type="button"
        className={`${controls.button} ${controls.small}`}
        disabled={free.length === 0}
        onClick={() => onChange(withRole(roles, sites))}
      >
        <Icon name="plus" size={14} /> Add a role
      </button>
      <dl className={styles.meanings}>
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{role}</dt>
            <dd>{ROLE_WORDS[role]}</dd>
          </div>
        ))}
      </dl>
    </fieldset>
  );
}
