/** One value of a payload, as its schema has it: a field, a choice, a group of fields, a list. */

import { type ReactNode, useId } from 'react';
import controls from '../../ui/control.module.css';
import { Icon } from '../../ui/icon.tsx';
import styles from './command-dialog.module.css';
import {
  type Draft,
  emptyDraft,
  type FormSchema,
  isDraftObject,
  membersOf,
  withMember,
} from './form-schema.ts';

export interface SchemaFieldProps {
  readonly schema: FormSchema;
  readonly value: Draft;
  /** `payload.evse.id`, by which the server names what is wrong. */
  readonly path: string;
  readonly label: string;
  readonly required: boolean;
  readonly faults: ReadonlyMap<string, string>;
  readonly onChange: (value: Draft) => void;
}

export function SchemaField(props: SchemaFieldProps) {
  if (props.schema.type === 'object') return <Group {...props} />;
  if (props.schema.type === 'array') return <Items {...props} />;
  return <Single {...props} />;
}

/** Fields of an object, without a frame of its own. */
export function SchemaMembers({ schema, value, path, faults, onChange }: SchemaFieldProps) {
  return membersOf(schema).map(({ name, schema: member, required }) => (
    <SchemaField
      key={name}
      schema={member}
      value={isDraftObject(value) ? value[name] : undefined}
      path={`${path}.${name}`}
      label={member.title ?? name}
      required={required}
      faults={faults}
      onChange={(next) => onChange(withMember(value, name, next))}
    />
  ));
}

function Group(props: SchemaFieldProps) {
  const { schema, value, label, required, path, faults, onChange } = props;
  return (
    <Frame label={label} required={required} schema={schema} fault={faults.get(path)}>
      {value === undefined ? (
        <AddButton label={label} onClick={() => onChange(emptyDraft(schema))} />
      ) : (
        <>
          <SchemaMembers {...props} />
          {!required && <RemoveButton label={label} onClick={() => onChange(undefined)} />}
        </>
      )}
    </Frame>
  );
}

function Items(props: SchemaFieldProps) {
  const { schema, value, label, required, path, faults, onChange } = props;
  const { items: item = { type: 'string' }, maxItems } = schema;
  const list: readonly Draft[] = Array.isArray(value) ? value : [];
  const put = (next: readonly Draft[]) => onChange(next.length === 0 && !required ? undefined : next);
  return (
    <Frame label={label} required={required} schema={schema} fault={faults.get(path)}>
      {list.map((each, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items of a payload have no identity but their place.
        <div key={place} className={styles.item}>
          <SchemaField
            schema={item}
            value={each}
            path={`${path}[${place}]`}
            label={item.type === 'object' ? `No. ${place + 1}` : `${item.title ?? label} ${place + 1}`}
            required
            faults={faults}
            onChange={(next) => put(list.map((old, at) => (at === place ? next : old)))}
          />
          <RemoveButton
            label={`${label} ${place + 1}`}
            onClick={() => put(list.filter((_, at) => at !== place))}
          />
        </div>
      ))}
      {list.length < (maxItems ?? Number.POSITIVE_INFINITY) && (
        <AddButton label={label} onClick={() => put([...list, emptyDraft(item)])} />
      )}
    </Frame>
  );
}

interface FrameProps {
  readonly label: string;
  readonly required: boolean;
  readonly schema: FormSchema;
  readonly fault: string | undefined;
  readonly children: ReactNode;
}

function Frame({ label, required, schema, fault, children }: FrameProps) {
  return (
    <fieldset className={styles.group}>
      <legend>
        {label}
        {required && <Required />}
      </legend>
      {schema.description !== undefined && <p className={styles.hint}>{schema.description}</p>}
      {fault !== undefined && <p className={styles.fault}>{fault}</p>}
      {children}
    </fieldset>
  );
}

function Required() {
  return <span className={styles.required}>required</span>;
}

interface ListButtonProps {
  readonly label: string;
  readonly onClick: () => void;
}

function AddButton({ label, onClick }: ListButtonProps) {
  return (
    <button type="button" className={`${controls.button} ${controls.small}`} onClick={onClick}>
      <Icon name="plus" size={13} /> Add<span className={controls.hidden}> {label}</span>
    </button>
  );
}

function RemoveButton({ label, onClick }: ListButtonProps) {
  return (
    <button type="button" className={`${controls.plain} ${controls.small}`} onClick={onClick}>
      <Icon name="minus" size={13} /> Remove<span className={controls.hidden}> {label}</span>
    </button>
  );
}

function Single(props: SchemaFieldProps) {
  const { schema, label, required, path, faults } = props;
  const id = useId();
  const fault = faults.get(path);
  const hint = [schema.description, boundsOf(schema)].filter((part) => part !== undefined).join(' ');
  const described = [hint === '' ? null : `${id}hint`, fault === undefined ? null : `${id}fault`];
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {required && <Required />}
      </label>
      <Control
        {...props}
        id={id}
        invalid={fault !== undefined}
        described={described.filter((each) => each !== null).join(' ') || undefined}
      />
      {hint !== '' && (
        <p id={`${id}hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p id={`${id}fault`} className={styles.fault}>
          {fault}
        </p>
      )}
    </div>
  );
}

function boundsOf({ type, minimum, maximum, maxLength, format }: FormSchema): string | undefined {
  if (format === 'date-time') return 'ISO 8601, such as 2026-01-05T14:00:00Z.';
  if (maxLength !== undefined) return `At most ${maxLength.toLocaleString('en')} characters.`;
  if (type !== 'integer' && type !== 'number') return undefined;
  if (minimum !== undefined && maximum !== undefined) return `From ${minimum} to ${maximum}.`;
  if (minimum !== undefined) return `At least ${minimum}.`;
  return maximum === undefined ? undefined : `At most ${maximum}.`;
}

interface ControlProps extends SchemaFieldProps {
  readonly id: string;
  readonly invalid: boolean;
  readonly described: string | undefined;
}

function Control({ schema, value, id, invalid, described, required, onChange }: ControlProps) {
  const own = {
    id,
    className: controls.field,
    'aria-invalid': invalid,
    'aria-describedby': described,
    'aria-required': required,
  };
  const choices = schema.type === 'boolean' ? ['true', 'false'] : schema.enum;
  if (choices !== undefined) {
    return (
      <select
        {...own}
        value={value === undefined ? '' : String(value)}
        onChange={({ target }) => {
          const chosen = target.value === '' ? undefined : target.value;
          onChange(schema.type === 'boolean' && chosen !== undefined ? chosen === 'true' : chosen);
        }}
      >
        <option value="">{required ? 'Choose one' : 'Not sent'}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  const number = schema.type === 'integer' || schema.type === 'number';
  return (
    <input
      {...own}
      type="text"
      inputMode={number ? 'decimal' : 'text'}
      autoComplete="off"
      value={value === undefined ? '' : String(value)}
      onChange={({ target }) => {
        const text = number ? target.value.trim() : target.value;
        onChange(text === '' ? undefined : text);
      }}
    />
  );
}
