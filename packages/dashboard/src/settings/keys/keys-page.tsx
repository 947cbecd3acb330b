/** Keys of programs: which there are, a new one, and the end of one. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { useClient } from '../../api/context.ts';
import type { KeyBody } from '../../api/settings-answers.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import { tell } from '../../ui/tell.ts';
import { Asked } from '../asked.tsx';
import styles from '../settings.module.css';
import { momentText } from '../zone-of-settings.ts';
import { KEYS, NewKey } from './new-key.tsx';

export function KeysPage() {
  const asked = new URLSearchParams(useSearch());
  return asked.has('add') ? <NewKey /> : <AllKeys />;
}

function AllKeys() {
  const client = useClient();
  const queries = useQueryClient();
  const [leaving, setLeaving] = useState<KeyBody | null>(null);
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: async ({ signal }) =>
      (await client.get<{ readonly keys: readonly KeyBody[] }>('/keys', { signal })).keys,
  });
  const revoke = async (key: KeyBody) => {
    await client.delete(`/keys/${encodeURIComponent(key.id)}`);
    await queries.invalidateQueries({ queryKey: KEYS });
    tell(`The key ${key.name} is revoked`);
  };
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>Keys</h1>
        <span className={styles.end}>
          <Link href="/settings/keys?add=1" className={`${controls.button} ${controls.primary}`}>
            <Icon name="plus" /> Make a key
          </Link>
        </span>
      </header>
      <p className={styles.lead}>For programs that use the API. People sign in with a user instead.</p>
      <Asked query={keys}>
        {(known) =>
          known.length === 0 ? (
            <p className={styles.card}>No key yet.</p>
          ) : (
            <KeyTable keys={known} onRevoke={setLeaving} />
          )
        }
      </Asked>
      {leaving !== null && (
        <ConfirmDialog
          title={`Revoke the key ${leaving.name}?`}
          deed="Revoke it"
          onClose={() => setLeaving(null)}
          onConfirm={() => revoke(leaving)}
        >
          <p>Whatever uses it is refused from then on, for good. Live tails that it opened end.</p>
          <p>Last used: {momentText(leaving.last_used, 'never')}.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

interface KeyTableProps {
  readonly keys: readonly KeyBody[];
  readonly onRevoke: (key: KeyBody) => void;
}

function KeyTable({ keys, onRevoke }: KeyTableProps) {
  const inUse = keys.filter(({ state }) => state === 'active');
  const ended = keys.filter(({ state }) => state !== 'active');
  return (
    <div className={styles.wrap}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Sites</th>
            <th scope="col">Made</th>
            <th scope="col">Last used</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className={controls.hidden}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...inUse, ...ended].map((key) => (
            <tr key={key.id}>
              <th scope="row">
                {key.name}
                <small>{key.id}</small>
              </th>
              <td data-label="May">{key.scopes.join(', ')}</td>
              <td data-label="Sites">{key.sites === null ? 'all' : key.sites.join(', ')}</td>
              <td data-label="Made">{momentText(key.created, 'unknown')}</td>
              <td data-label="Last used">{momentText(key.last_used, 'never')}</td>
              <td data-label="State">
                <span className={`${styles.tag} ${key.state === 'active' ? styles.good : styles.bad}`}>
                  {key.state}
                </span>
                {key.state === 'active' && key.expires !== null && (
                  <small>until {momentText(key.expires, '')}</small>
                )}
              </td>
              <td className={styles.acts}>
                {key.state === 'active' && (
                  <button
                    type="button"
                    className={`${controls.button} ${controls.small}`}
                    aria-label={`Revoke ${key.name}`}
                    onClick={() => onRevoke(key)}
                  >
                    Revoke
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
