/** What was extracted from the message; each value can be looked for. */

import { FIELDS, queryFieldNamed } from '@ocpp-logs/core';
import type { LogEntry } from '../api/answers.ts';
import { type Choice, choose } from '../query/edit-query.ts';
import { Icon } from '../ui/icon.tsx';
import { COLUMNS } from './columns.ts';
import styles from './detail-panel.module.css';

export interface DetailFieldsProps {
  readonly entry: LogEntry;
  readonly q: string;
  readonly onSearch: (q: string) => void;
}

export function DetailFields({ entry, q, onSearch }: DetailFieldsProps) {
  const fields = FIELDS.flatMap((name) => {
    const column = COLUMNS.get(name);
    const text = column?.text(entry) ?? '';
    return column === undefined || text === '' ? [] : [{ name, label: column.label, text }];
  });
  if (fields.length === 0) return null;
  const look = (name: string, text: string, choice: Choice) => {
    const field = queryFieldNamed(name);
    const next = field === null ? null : choose(q, field, text, choice);
    if (next !== null) onSearch(next);
  };
  return (
    <section className={styles.fields}>
      <h3>Extracted fields</h3>
      <ul>
        {fields.map(({ name, label, text }) => (
          <li key={name}>
            <span className={styles.fieldName} title={name}>
              {label}
            </span>
            <span className={styles.fieldValue}>{text}</span>
            <span className={styles.fieldChoices}>
              <button
                type="button"
                aria-label={`Look for this ${label}`}
                onClick={() => look(name, text, 'include')}
              >
                <Icon name="plus" size={13} />
              </button>
              <button
                type="button"
                aria-label={`Exclude this ${label}`}
                onClick={() => look(name, text, 'exclude')}
              >
                <Icon name="minus" size={13} />
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
