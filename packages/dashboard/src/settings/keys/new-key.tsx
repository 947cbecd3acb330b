/** Makes a key, and shows it this once. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import type { SiteBody } from '../../api/answers.ts';
import { useClient } from '../../api/context.ts';
import type { ShownKey } from '../../api/settings-answers.ts';
import controls from '../../ui/control.module.css';
import { CopyField } from '../../ui/copy-field.tsx';
import { Field } from '../../ui/field.tsx';
import { FormAlert } from '../form-alert.tsx';
import styles from '../settings.module.css';
import { useSites } from '../use-settings.ts';
import { useWrite } from '../use-write.ts';
import { curlExample, keyWish, NEW_KEY, SCOPE_WORDS, SCOPES, toggledIn } from './key-wish.ts';

export const KEYS = ['keys'] as const;
const NAMES = ['name', 'scopes', 'sites', 'expires'];
const NO_SITES: readonly SiteBody[] = [];

export function NewKey() {
  const [made, setMade] = useState<ShownKey | null>(null);
  return (
    <div className={styles.sheet}>
      <Link href="/settings/keys" className={styles.back}>
        ← All keys
      </Link>
      <header className={styles.head}>
        <h1>{made === null ? 'Make a key' : 'Your new key'}</h1>
      </header>
      {made === null ? <KeyForm onMade={setMade} /> : <MadeKey made={made} />}
    </div>
  );
}

function KeyForm({ onMade }: { readonly onMade: (made: ShownKey) => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const sites = useSites().data ?? NO_SITES;
  const [value, setValue] = useState(NEW_KEY);
  const put = (part: Partial<typeof NEW_KEY>) => setValue({ ...value, ...part });
  const { form, busy, faults, send } = useWrite(NAMES);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      onMade(await client.post<ShownKey>('/keys', keyWish(value)));
      await queries.invalidateQueries({ queryKey: KEYS });
    });
  };
  const { name, scopes, sites: chosen, expires } = value;
  return (
    <form ref={form} className={`${styles.card} ${styles.form}`} onSubmit={submit}>
      <FormAlert lines={faults.rest} />
      <Field label="Name" hint="Whose key it is, such as Grafana." fault={faults.fields.name}>
        {(control) => (
          <input
            {...control}
            value={name}
            required
            autoComplete="off"
            onChange={(event) => put({ name: event.target.value })}
          />
        )}
      </Field>
      <fieldset className={styles.group}>
        <legend>What it may do</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className={styles.choice}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={() => put({ scopes: toggledIn(scopes, scope) })}
            />
            <span>
              {scope} <small>{SCOPE_WORDS[scope]}</small>
            </span>
          </label>
        ))}
        {faults.fields.scopes !== undefined && <p className={styles.fault}>{faults.fields.scopes}</p>}
      </fieldset>
      <fieldset className={styles.group}>
        <legend>On which sites</legend>
        <label className={styles.choice}>
          <input type="radio" name="sites" checked={chosen === null} onChange={() => put({ sites: null })} />
          <span>
            All <small>those to come, too</small>
          </span>
        </label>
        <label className={styles.choice}>
          <input
            type="radio"
            name="sites"
            checked={chosen !== null}
            onChange={() => put({ sites: chosen ?? [] })}
          />
          Only some
        </label>
        {chosen !== null &&
          sites.map((site) => (
            <label key={site.id} className={styles.choice}>
              <input
                type="checkbox"
                checked={chosen.includes(site.id)}
                onChange={() => put({ sites: toggledIn(chosen, site.id) })}
              />
              <span>
                {site.name} {site.name !== site.id && <small>{site.id}</small>}
              </span>
            </label>
          ))}
        {chosen?.length === 0 && <p className={styles.hint}>Choose one at least.</p>}
        {faults.fields.sites !== undefined && <p className={styles.fault}>{faults.fields.sites}</p>}
      </fieldset>
      <Field label="Last day" hint="Never ends unless given." fault={faults.fields.expires}>
        {(control) => (
          <input
            {...control}
            type="date"
            value={expires}
            onChange={(event) => put({ expires: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.buttons}>
        <button
          type="submit"
          className={`${controls.button} ${controls.primary}`}
          disabled={busy || scopes.length === 0 || chosen?.length === 0}
        >
          {busy ? 'Making it…' : 'Make the key'}
        </button>
      </div>
    </form>
  );
}

function MadeKey({ made }: { readonly made: ShownKey }) {
  const client = useClient();
  const origin = window.location.origin + client.page('');
  return (
    <div className={`${styles.card} ${styles.form}`}>
      <p className={styles.note} role="status">
        Shown this once. Take it along now: it cannot be shown again, only replaced by another.
      </p>
      <CopyField label="Bearer" text={made.bearer} />
      <CopyField label="API key" text={made.api_key} />
      <CopyField label="Secret" text={made.secret} />
      <p className={styles.hint}>
        The bearer is enough for most programs. Those that sign their requests use API key and secret.
      </p>
      <CopyField label="Try it" text={curlExample(made, origin)} block />
      <div className={styles.buttons}>
        <Link href="/settings/keys" className={controls.button}>
          I have it
        </Link>
      </div>
    </div>
  );
}
