/** The end of a site that nothing is kept of. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { SiteBody } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import controls from '../../ui/control.module.css';
import { tell } from '../../ui/tell.ts';
import styles from '../settings.module.css';
import { SITES } from '../use-settings.ts';

export function SiteRemoval({ site }: { readonly site: SiteBody }) {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const named = site.name === site.id ? site.id : `${site.name} (${site.id})`;
  const remove = async () => {
    await client.delete(`/sites/${encodeURIComponent(site.id)}`);
    tell(`The site ${named} is removed`);
    // Not only asked again: until the answer the list would show what is gone.
    await queries.cancelQueries({ queryKey: SITES, exact: true });
    queries.setQueryData<readonly SiteBody[]>(SITES, (all) => all?.filter(({ id }) => id !== site.id));
    go('/settings/sites', { replace: true });
    await queries.invalidateQueries({ queryKey: SITES });
  };
  return (
    <section className={`${styles.card} ${styles.form}`} aria-label="Remove the site">
      <h2>Remove the site</h2>
      <p className={styles.note}>
        Only a site without entries can go. With it go the roles of people there, the passwords of its
        stations, and keys that are for this site alone.
      </p>
      <div className={styles.buttons}>
        <button type="button" className={controls.button} onClick={() => setAsking(true)}>
          Remove {named}
        </button>
      </div>
      {asking && (
        <ConfirmDialog
          title={`Remove the site ${named}?`}
          deed={`Remove ${named}`}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        >
          <p>Stations that call it are refused from then on. The audit log keeps that it was there.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
