/** Which sessions are listed: by how bad their verdict is, and by the verdict itself. */

import { useId } from 'react';
import controls from '../ui/control.module.css';
import styles from './filter-bar.module.css';
import { isNarrowed, NO_FILTER, type SessionFilter, toggled } from './session-filter.ts';
import { SeverityMark } from './severity-mark.tsx';
import { useRules } from './use-sessions.ts';
import { BADGES, ruleName, SEVERITIES } from './verdict-words.ts';

export interface FilterBarProps {
  readonly filter: SessionFilter;
  readonly onChange: (filter: SessionFilter) => void;
}

export function FilterBar({ filter, onChange }: FilterBarProps) {
  const rules = useRules().data ?? [];
  const id = useId();
  const { severities, verdict } = filter;
  const unknown = verdict !== '' && !rules.some((rule) => rule.id === verdict);
  return (
    <div className={styles.bar}>
      <fieldset className={styles.severities}>
        <legend className={controls.hidden}>How it went</legend>
        {SEVERITIES.map((severity) => (
          <button
            key={severity}
            type="button"
            className={`${controls.button} ${controls.small}`}
            aria-pressed={severities.includes(severity)}
            onClick={() => onChange({ ...filter, severities: toggled(severities, severity) })}
          >
            <SeverityMark badge={BADGES[severity]} size={13} />
          </button>
        ))}
      </fieldset>
      <label htmlFor={id} className={controls.hidden}>
        Verdict
      </label>
      <select
        id={id}
        className={`${controls.field} ${styles.verdict}`}
        value={verdict}
        onChange={({ target }) => onChange({ ...filter, verdict: target.value })}
      >
        <option value="">Any verdict</option>
        {unknown && <option value={verdict}>{ruleName(verdict)}</option>}
        {SEVERITIES.map((severity) => (
          <optgroup key={severity} label={BADGES[severity].label}>
            {rules
              .filter((rule) => rule.severity === severity)
              .map((rule) => (
                <option key={rule.id} value={rule.id}>
                  {ruleName(rule.id)}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {isNarrowed(filter) && (
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          onClick={() => onChange(NO_FILTER)}
        >
          Show all
        </button>
      )}
    </div>
  );
}
