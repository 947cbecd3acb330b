/** A site and its settings, with what a change of them means before it is made. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import type { SiteBody } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import { mayAt, mayEverywhere } from '../../session/rights.ts';
import controls from '../../ui/control.module.css';
import { CopyField } from '../../ui/copy-field.tsx';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { SITES, useRoles } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { changeOf, formOfSite, meaningsOf, removesEntries } from './site-change.ts';
import { SiteFields } from './site-fields.tsx';
import { SiteRemoval } from './site-removal.tsx';
import { StationPasswords } from './station-passwords.tsx';

const NAMES = [
  'name',
  'timezone',
  'upstream',
  'retention_days',
  'retention_days_info',
  'retention_days_debug',
  'level',
  'pseudonymise_id_tags',
  'station_auth',
];

export function OneSite({ site }: { readonly site: SiteBody }) {
  const client = useClient();
  const address = `${window.location.origin.replace(/^http/, 'ws')}${client.page(`/ocpp/${encodeURIComponent(site.id)}`)}/{charger}`;
  const roles = useRoles();
  const admin = mayAt(roles, 'admin', site.id);
  return (
    <div className={styles.sheet}>
      <Link href="/settings/sites" className={styles.back}>
        ← All sites
      </Link>
      <header className={styles.head}>
        <h1>{site.name}</h1>
        <span className={styles.tag}>{site.id}</span>
      </header>
      <div className={styles.card}>
        <CopyField label="Address for its stations" text={address} />
      </div>
      {admin ? (
        <>
          <SiteSettings key={site.id} site={site} />
          {/* Behind the relay the CSMS checks the passwords of its stations. */}
          {site.upstream === null && <StationPasswords key={`${site.id} passwords`} site={site} />}
          {site.origin !== 'config' && mayEverywhere(roles, 'admin') && <SiteRemoval site={site} />}
        </>
      ) : (
        <p className={styles.lead}>Its settings are for admins of the site.</p>
      )}
    </div>
  );
}

function SiteSettings({ site }: { readonly site: SiteBody }) {
  const client = useClient();
  const queries = useQueryClient();
  const before = formOfSite(site);
  const [value, setValue] = useState(before);
  const { form, busy, faults, send } = useWrite(NAMES);
  const configured = site.origin === 'config';
  const meanings = meaningsOf(before, value);
  const changed = Object.keys(changeOf(before, value)).length > 0;
  const removes = removesEntries(before, value);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const path = `/sites/${encodeURIComponent(site.id)}`;
    const done = await send(async () => {
      const now = await client.patch<SiteBody>(path, changeOf(before, value));
      queries.setQueryData<readonly SiteBody[]>(SITES, (sites = []) =>
        sites.map((each) => (each.id === now.id ? now : each)),
      );
      setValue(formOfSite(now));
    });
    if (done) tell('The site is changed');
  };
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={(event) => void submit(event)}>
      <h2>Settings</h2>
      {configured && (
        <p className={styles.note}>
          This site comes from the configuration file: change it there, and start the server anew.
        </p>
      )}
      <FormAlert lines={faults.rest} />
      <SiteFields value={value} onChange={setValue} faults={faults.fields} disabled={configured} />
      {meanings.length > 0 && (
        <section aria-label="What this change means" aria-live="polite">
          <ul className={styles.means}>
            {meanings.map((meaning) => (
              <li key={meaning}>{meaning}</li>
            ))}
          </ul>
        </section>
      )}
      {!configured && (
        <div className={styles.buttons}>
          <button
            type="submit"
            className={`${controls.button} ${controls.primary}`}
            disabled={busy || !changed}
          >
            {busy ? 'Saving…' : removes ? 'Save, and remove older entries' : 'Save'}
          </button>
          <button
            type="button"
            className={controls.button}
            disabled={busy || !changed}
            onClick={() => setValue(before)}
          >
            Undo
          </button>
        </div>
      )}
    </form>
  );
}
