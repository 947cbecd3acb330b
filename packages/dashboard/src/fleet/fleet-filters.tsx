/** Which stations are told of: by site, model and firmware. */

import { useId } from 'react';
import type { SiteBody } from '../api/answers.ts';
import controls from '../ui/control.module.css';
import styles from './fleet.module.css';
import type { FleetState } from './fleet-state.ts';

export interface FleetFiltersProps {
  readonly state: FleetState;
  readonly sites: readonly SiteBody[];
  readonly choices: readonly { readonly model: string; readonly firmware: string | null }[];
  readonly onChange: (state: FleetState) => void;
}

export function FleetFilters({ state, sites, choices, onChange }: FleetFiltersProps) {
  const models = choices.map(({ model }) => model);
  const firmwares = choices
    .filter(({ model }) => state.model === '' || model === state.model)
    .flatMap(({ firmware }) => firmware ?? []);
  return (
    <div className={styles.filters}>
      <Choice
        label="Site"
        all="All sites"
        value={state.site}
        options={sites.map(({ id, name }) => [id, name])}
        onChange={(site) => onChange({ ...state, site })}
      />
      <Choice
        label="Model"
        all="All models"
        value={state.model}
        options={models.map((model) => [model, model])}
        onChange={(model) => onChange({ ...state, model, firmware: '' })}
      />
      <Choice
        label="Firmware"
        all="All firmwares"
        value={state.firmware}
        options={firmwares.map((firmware) => [firmware, firmware])}
        onChange={(firmware) => onChange({ ...state, firmware })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  const id = useId();
  const known = new Map(options);
  if (value !== '' && !known.has(value)) known.set(value, value);
  const sorted = [...known].sort(([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }));
  return (
    <>
      <label htmlFor={id} className={controls.hidden}>
        {label}
      </label>
      <select
        id={id}
        className={controls.field}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        <option value="">{all}</option>
        {sorted.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
}
