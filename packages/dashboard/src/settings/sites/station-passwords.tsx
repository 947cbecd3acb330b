/** Passwords of the stations of a site: set or made, shown this once, and taken away. */

import { type FormEvent, useId, useState } from 'react';
import type { SiteBody } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import controls from '../../ui/control.module.css';
import { CopyField } from '../../ui/copy-field.tsx';
import { Field } from '../../ui/field.tsx';
import { tell } from '../../ui/tell.ts';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { useWrite } from '../use-write.ts';

const NAMES = ['charger', 'password'];

interface Shown {
  readonly charger: string;
  readonly password: string;
}

export function StationPasswords({ site }: { readonly site: SiteBody }) {
  const client = useClient();
  const stations = useId();
  const [charger, setCharger] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState<Shown | null>(null);
  const [leaving, setLeaving] = useState<string | null>(null);
  const { form, busy, faults, send } = useWrite(NAMES);
  const pathOf = (id: string) =>
    `/sites/${encodeURIComponent(site.id)}/chargers/${encodeURIComponent(id)}/password`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const id = charger.trim();
    setShown(null);
    await send(async () => {
      const body = password === '' ? {} : { password };
      const set = await client.put<{ readonly password: string }>(pathOf(id), body);
      setShown({ charger: id, password: set.password });
      setPassword('');
    });
  };
  const remove = async (id: string) => {
    await client.delete(pathOf(id));
    if (shown?.charger === id) setShown(null);
    tell(`${id} has no password any more`);
  };
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={(event) => void submit(event)}>
      <h2>Passwords of stations</h2>
      {site.station_auth !== 'basic' && (
        <p className={styles.note}>They count once stations of this site must show a password.</p>
      )}
      <FormAlert lines={faults.rest} />
      <Field label="Station" hint="Its id, as it stands in the address." fault={faults.fields.charger}>
        {(control) => (
          <>
            <input
              {...control}
              list={stations}
              value={charger}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setCharger(event.target.value)}
            />
            <datalist id={stations}>
              {site.chargers.map(({ id }) => (
                <option key={id} value={id} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field
        label="Password"
        hint="The one that the station has, 16 to 40 characters. One is made where nothing stands here."
        fault={faults.fields.password}
      >
        {(control) => (
          <input
            {...control}
            value={password}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {shown !== null && (
        <section aria-label="The new password" aria-live="polite">
          <CopyField label={`Password of ${shown.charger}`} text={shown.password} />
          <p className={styles.note}>It is shown this once. It counts when the station connects again.</p>
        </section>
      )}
      <div className={styles.buttons}>
        <button type="submit" className={`${controls.button} ${controls.primary}`} disabled={busy}>
          {busy ? 'Setting it…' : password === '' ? 'Make a password' : 'Set the password'}
        </button>
        <button
          type="button"
          className={controls.button}
          disabled={busy || charger.trim() === ''}
          onClick={() => setLeaving(charger.trim())}
        >
          Remove its password
        </button>
      </div>
      {leaving !== null && (
        <ConfirmDialog
          title={`Remove the password of ${leaving}?`}
          deed="Remove it"
          onClose={() => setLeaving(null)}
          onConfirm={() => remove(leaving)}
        >
          <p>Where stations must show a password, it is not let in again. It stays connected for now.</p>
        </ConfirmDialog>
      )}
    </form>
  );
}
