/** What the logs lack, as fields. */

import type { FormFaults } from '../../api/form-faults.ts';
import { Field } from '../../ui/field.tsx';
import styles from './import.module.css';
import { type ImportOption, type ImportOptions, OPTIONS, type OptionName } from './import-options.ts';

export interface OptionFieldsProps {
  readonly value: ImportOptions;
  readonly onChange: (value: ImportOptions) => void;
  readonly faults: FormFaults['fields'];
  /** Those that the files ask for. */
  readonly wanted: readonly OptionName[];
}

export function OptionFields({ value, onChange, faults, wanted }: OptionFieldsProps) {
  // Opens by itself when files ask for something; typing must not make it anew.
  const open = wanted.length > 0;
  const fault = ({ name }: ImportOption) =>
    faults[name] ?? (wanted.includes(name) && !value[name] ? 'The files need it.' : undefined);
  return (
    <details key={open ? 'open' : 'closed'} className={styles.more} open={open}>
      <summary>What the log does not tell</summary>
      <div className={styles.options}>
        {OPTIONS.map((option) => (
          <Field key={option.name} label={option.label} hint={option.hint} fault={fault(option)}>
            {(control) => {
              const text = value[option.name] ?? '';
              const put = (next: string) => onChange({ ...value, [option.name]: next });
              return option.choices === undefined ? (
                <input
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  value={text}
                  onChange={(event) => put(event.target.value)}
                />
              ) : (
                <select {...control} value={text} onChange={(event) => put(event.target.value)}>
                  {option.choices.map(([choice, label]) => (
                    <option key={choice} value={choice}>
                      {label}
                    </option>
                  ))}
                </select>
              );
            }}
          </Field>
        ))}
      </div>
    </details>
  );
}
