/** A field of a form: its name, what it means, and what was wrong with it. */

import { type ReactNode, useId } from 'react';
import controls from './control.module.css';
import styles from './field.module.css';

export interface FieldControl {
  readonly id: string;
  readonly className: string | undefined;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const [hintId, faultId] = [`${id}-hint`, `${id}-fault`];
  const about = [hint === undefined ? '' : hintId, fault === undefined ? '' : faultId].filter(Boolean);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: controls.field,
        'aria-invalid': fault !== undefined,
        'aria-describedby': about.length === 0 ? undefined : about.join(' '),
      })}
      {fault !== undefined && (
        <p id={faultId} className={styles.fault}>
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
