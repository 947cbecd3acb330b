/** The fields of a site, for a new one and for one that changes. */

import { useId } from 'react';
import type { FormFaults } from '../../api/form-faults.ts';
import { Field } from '../../ui/field.tsx';
import styles from '../settings.module.css';
import { LEVEL_CHOICES } from './level-words.ts';
import type { SiteForm } from './site-change.ts';
import { STATION_AUTH_CHOICES } from './station-auth.ts';

const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

const LEVEL_DAYS = [
  {
    name: 'infoDays',
    setting: 'retention_days_info',
    label: 'Days of charging and faults',
    hint: 'Transactions, authorisations, status and security; as long as everything where empty.',
  },
  {
    name: 'debugDays',
    setting: 'retention_days_debug',
    label: 'Days of all the rest',
    hint: 'Meter values, heartbeats, commands; as long as everything where empty.',
  },
] as const;

export interface SiteFieldsProps {
  readonly value: SiteForm;
  readonly onChange: (value: SiteForm) => void;
  readonly faults: FormFaults['fields'];
  readonly disabled: boolean;
}

export function SiteFields({ value, onChange, faults, disabled }: SiteFieldsProps) {
  const put = (part: Partial<SiteForm>) => onChange({ ...value, ...part });
  const zones = useId();
  const group = useId();
  return (
    <>
      <Field label="Name" hint="Shown everywhere in place of the id." fault={faults.name}>
        {(control) => (
          <input
            {...control}
            value={value.name}
            disabled={disabled}
            onChange={(event) => put({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Time zone" hint="IANA name, such as Europe/Berlin." fault={faults.timezone}>
        {(control) => (
          <>
            <input
              {...control}
              list={zones}
              autoComplete="off"
              spellCheck={false}
              value={value.timezone}
              disabled={disabled}
              onChange={(event) => put({ timezone: event.target.value })}
            />
            <datalist id={zones}>
              {ZONES.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <fieldset className={styles.group} disabled={disabled}>
        <legend>Who answers the stations</legend>
        <label className={styles.choice}>
          <input
            type="radio"
            name={`${group}-upstream`}
            checked={!value.relayed}
            onChange={() => put({ relayed: false })}
          />
          <span>
            The built-in CSMS <small>for the bench</small>
          </span>
        </label>
        <label className={styles.choice}>
          <input
            type="radio"
            name={`${group}-upstream`}
            checked={value.relayed}
            onChange={() => put({ relayed: true })}
          />
          <span>
            A CSMS behind this server <small>everything is passed on, byte for byte</small>
          </span>
        </label>
      </fieldset>
      {value.relayed && (
        <Field
          label="Address of that CSMS"
          hint={
            <>
              Such as <code>wss://csms.example/ocpp/{'{charger}'}</code>
            </>
          }
          fault={faults.upstream}
        >
          {(control) => (
            <input
              {...control}
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              value={value.upstream}
              disabled={disabled}
              onChange={(event) => put({ upstream: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label="What stations must show" fault={faults.station_auth}>
        {(control) => (
          <select
            {...control}
            value={value.auth}
            disabled={disabled}
            onChange={({ target }) => {
              const chosen = STATION_AUTH_CHOICES.find(({ auth }) => auth === target.value);
              if (chosen !== undefined) put({ auth: chosen.auth });
            }}
          >
            {STATION_AUTH_CHOICES.map(({ auth, label }) => (
              <option key={auth} value={auth}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <fieldset className={styles.group} disabled={disabled}>
        <legend>What is kept</legend>
        {LEVEL_CHOICES.map(({ level, label, about }) => (
          <label key={level} className={styles.choice}>
            <input
              type="radio"
              name={`${group}-level`}
              checked={value.level === level}
              onChange={() => put({ level })}
            />
            <span>
              {label} <small>{about}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={value.pseudonyms}
          disabled={disabled}
          onChange={() => put({ pseudonyms: !value.pseudonyms })}
        />
        <span>
          Pseudonyms for id tags <small>replaced before anything is stored</small>
        </span>
      </label>
      <fieldset className={styles.group} disabled={disabled}>
        <legend>How long entries are kept</legend>
        <label className={styles.choice}>
          <input
            type="radio"
            name={`${group}-kept`}
            checked={!value.limited}
            onChange={() => put({ limited: false })}
          />
          For ever
        </label>
        <label className={styles.choice}>
          <input
            type="radio"
            name={`${group}-kept`}
            checked={value.limited}
            onChange={() => put({ limited: true })}
          />
          For some days
        </label>
      </fieldset>
      {value.limited && (
        <Field label="Days" fault={faults.retention_days}>
          {(control) => (
            <input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={value.days}
              disabled={disabled}
              onChange={(event) => put({ days: event.target.value })}
            />
          )}
        </Field>
      )}
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={value.byLevel}
          disabled={disabled}
          onChange={() => put({ byLevel: !value.byLevel })}
        />
        <span>
          Some for less long <small>by what their level is</small>
        </span>
      </label>
      {value.byLevel &&
        LEVEL_DAYS.map(({ name, setting, label, hint }) => (
          <Field key={name} label={label} hint={hint} fault={faults[setting]}>
            {(control) => (
              <input
                {...control}
                inputMode="numeric"
                autoComplete="off"
                value={value[name]}
                disabled={disabled}
                onChange={(event) => put({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
    </>
  );
}
