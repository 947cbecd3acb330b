/** Whom an alarm tells. */

import settings from '../settings/settings.module.css';
import controls from '../ui/control.module.css';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { isEdited, KIND_WORDS, NEW_TARGET, TARGET_KINDS, type TargetValue } from './alarm-wish.ts';
import styles from './alarms.module.css';
import { TargetTest } from './target-test.tsx';

const TARGETS_MAX = 5;

export interface TargetFieldsProps {
  /** Id of the alarm that has them; null where it is new. */
  readonly alarm: string | null;
  readonly targets: readonly TargetValue[];
  /** As the server has them. */
  readonly kept: readonly TargetValue[];
  readonly fault: string | undefined;
  readonly onChange: (targets: readonly TargetValue[]) => void;
}

export function TargetFields({ alarm, targets, kept, fault, onChange }: TargetFieldsProps) {
  const put = (place: number, change: Partial<TargetValue>) =>
    onChange(targets.map((each, at) => (at === place ? { ...each, ...change } : each)));
  return (
    <fieldset className={settings.group}>
      <legend>Whom it tells, besides this page</legend>
      {targets.map((target, place) => (
        <Target
          // biome-ignore lint/suspicious/noArrayIndexKey: new targets have no names, and their places stay.
          key={place}
          alarm={alarm}
          target={target}
          place={place + 1}
          edited={isEdited(target, kept)}
          onChange={(change) => put(place, change)}
          onRemove={() => onChange(targets.filter((_, at) => at !== place))}
        />
      ))}
      {fault !== undefined && <p className={settings.fault}>{fault}</p>}
      {targets.length < TARGETS_MAX && (
        <div>
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            onClick={() => onChange([...targets, NEW_TARGET])}
          >
            <Icon name="plus" /> Add a target
          </button>
        </div>
      )}
    </fieldset>
  );
}

interface TargetProps {
  readonly alarm: string | null;
  readonly target: TargetValue;
  /** From 1 on. */
  readonly place: number;
  readonly edited: boolean;
  readonly onChange: (change: Partial<TargetValue>) => void;
  readonly onRemove: () => void;
}

function Target({
  alarm,
  target: { id, kind, url, topic, username, secret, hasSecret },
  place,
  edited,
  onChange,
  onRemove,
}: TargetProps) {
  const secretLabel = kind === 'mqtt' ? 'Password' : 'Secret';
  return (
    <fieldset className={styles.target} aria-label={`Target ${place}`}>
      <Field label={`Target ${place}`}>
        {(control) => (
          <select
            {...control}
            value={kind}
            onChange={({ target: { value } }) =>
              onChange({ kind: TARGET_KINDS.find((known) => known === value) ?? 'webhook' })
            }
          >
            {TARGET_KINDS.map((each) => (
              <option key={each} value={each}>
                {KIND_WORDS[each].label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Address" hint={`Such as ${KIND_WORDS[kind].example}.`}>
        {(control) => (
          <input
            {...control}
            value={url}
            required
            onChange={(event) => onChange({ url: event.target.value })}
          />
        )}
      </Field>
      {kind === 'mqtt' && (
        <>
          <Field label="Topic">
            {(control) => (
              <input
                {...control}
                value={topic}
                required
                onChange={(event) => onChange({ topic: event.target.value })}
              />
            )}
          </Field>
          <Field label="User" hint="None unless given.">
            {(control) => (
              <input
                {...control}
                value={username}
                autoComplete="off"
                onChange={(event) => onChange({ username: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
      {kind !== 'syslog' && (
        <Field
          label={secretLabel}
          hint={
            hasSecret
              ? 'There is one, which stays unless another is given.'
              : 'None unless given; never shown again.'
          }
        >
          {(control) => (
            <input
              {...control}
              type="password"
              value={secret}
              autoComplete="new-password"
              onChange={(event) => onChange({ secret: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className={settings.buttons}>
        {alarm !== null && id !== '' && (
          <TargetTest alarm={alarm} target={id} place={place} edited={edited} />
        )}
        <button
          type="button"
          className={`${controls.button} ${controls.small}`}
          aria-label={`Remove target ${place}`}
          onClick={onRemove}
        >
          Remove
        </button>
      </div>
    </fieldset>
  );
}
