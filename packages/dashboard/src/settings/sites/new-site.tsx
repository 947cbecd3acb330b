/** A site that is to be added. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useClient } from '../../api/context.ts';
import controls from '../../ui/control.module.css';
import { Field } from '../../ui/field.tsx';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { SITES } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { NEW_SITE, wishOf } from './site-change.ts';
import { SiteFields } from './site-fields.tsx';

const NAMES = [
  'id',
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

export function NewSite() {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [id, setId] = useState('');
  const [value, setValue] = useState(NEW_SITE);
  const { form, busy, faults, send } = useWrite(NAMES);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { name, ...rest } = wishOf(value);
    const body = { id: id.trim(), ...rest, ...(name === '' ? {} : { name }) };
    const done = await send(async () => {
      await client.post('/sites', body);
      await queries.invalidateQueries({ queryKey: SITES });
    });
    if (!done) return;
    tell(`Site ${body.id} is there; its stations can connect`);
    go(`/settings/sites?site=${encodeURIComponent(body.id)}`, { replace: true });
  };
  return (
    <div className={styles.sheet}>
      <Link href="/settings/sites" className={styles.back}>
        ← All sites
      </Link>
      <header className={styles.head}>
        <h1>Add a site</h1>
      </header>
      <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={(event) => void submit(event)}>
        <FormAlert lines={faults.rest} />
        <Field
          label="Id"
          hint={`Stands in the address of its stations, …/ocpp/${id || 'depot'}/{charger}, and never changes.`}
          fault={faults.fields.id}
        >
          {(control) => (
            <input
              {...control}
              value={id}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setId(event.target.value)}
            />
          )}
        </Field>
        <SiteFields value={value} onChange={setValue} faults={faults.fields} disabled={false} />
        <div className={styles.buttons}>
          <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
            {busy ? 'Adding it…' : 'Add the site'}
          </button>
        </div>
      </form>
    </div>
  );
}
