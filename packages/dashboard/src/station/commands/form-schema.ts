/** The schemas of the command forms, and the payload that a form makes. */

export interface FormSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FormSchema;
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly required?: readonly string[];
}

export interface CommandForms {
  readonly version: string;
  readonly actions: readonly { readonly action: string; readonly request: FormSchema }[];
}

/** What a form holds: JSON, and texts where a number is being typed. undefined: left out. */
export type Draft = string | number | boolean | null | undefined | readonly Draft[] | DraftObject;
export interface DraftObject {
  readonly [name: string]: Draft;
}

export interface FormMember {
  readonly name: string;
  readonly schema: FormSchema;
  readonly required: boolean;
}

/** Required ones first, each group in the order of the schema. */
export function membersOf({ properties = {}, required = [] }: FormSchema): readonly FormMember[] {
  const members = Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    required: required.includes(name),
  }));
  return [...members.filter((member) => member.required), ...members.filter((member) => !member.required)];
}

/** What a form begins with: the shape of what is required, its values left to the person. */
export function emptyDraft(schema: FormSchema): Draft {
  if (schema.type === 'object') {
    const members = membersOf(schema).filter(({ required }) => required);
    return Object.fromEntries(
      members.flatMap((member) => {
        const draft = emptyDraft(member.schema);
        return draft === undefined ? [] : [[member.name, draft]];
      }),
    );
  }
  if (schema.type === 'array') {
    const { items = { type: 'string' }, minItems = 1 } = schema;
    return Array.from({ length: Math.max(1, minItems) }, () => emptyDraft(items));
  }
  // Where there is one choice it is made.
  return schema.enum?.length === 1 ? schema.enum[0] : undefined;
}

export function isDraftObject(draft: Draft): draft is DraftObject {
  return typeof draft === 'object' && draft !== null && !Array.isArray(draft);
}

export function withMember(draft: Draft, name: string, value: Draft): DraftObject {
  const { [name]: _, ...others } = isDraftObject(draft) ? draft : {};
  return value === undefined ? others : { ...others, [name]: value };
}

/** A number as it was typed; what is none stays as it is, for the server to refuse. */
export function readNumber(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) && String(value) === trimmed ? value : trimmed;
}

/** The payload: what was left empty is left out. */
export function payloadOf(draft: Draft): unknown {
  if (Array.isArray(draft)) return draft.map(payloadOf).filter((item) => item !== undefined);
  if (!isDraftObject(draft)) return draft;
  return Object.fromEntries(
    Object.entries(draft).flatMap(([name, value]) => (value === undefined ? [] : [[name, payloadOf(value)]])),
  );
}

/** null where the text is no JSON object. */
export function readPayload(text: string): DraftObject | null {
  try {
    const value: Draft = JSON.parse(text);
    return isDraftObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What people look for first, of both generations of OCPP. */
const COMMON: ReadonlySet<string> = new Set([
  'TriggerMessage',
  'GetConfiguration',
  'ChangeConfiguration',
  'GetVariables',
  'SetVariables',
  'GetBaseReport',
  'Reset',
  'UnlockConnector',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
  'SetChargingProfile',
  'GetDiagnostics',
  'GetLog',
]);

export function grouped(actions: readonly string[]): {
  readonly common: readonly string[];
  readonly others: readonly string[];
} {
  return {
    common: actions.filter((action) => COMMON.has(action)),
    others: actions.filter((action) => !COMMON.has(action)),
  };
}
