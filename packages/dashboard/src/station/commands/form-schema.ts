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

/** What a form holds: JSON, and of numbers the text as it was typed. undefined: left out. */
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

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const STEP = '  ';

/**
 * The payload as text: what was left empty is left out, numbers have the digits that were typed. What is typed as a
 * number and is none goes out as a text, for the server to refuse.
 */
export function payloadText(draft: Draft, schema: FormSchema | undefined, indent = ''): string {
  const inner = indent + STEP;
  const block = (open: string, items: readonly string[], close: string) =>
    items.length === 0 ? open + close : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
  if (Array.isArray(draft)) {
    const items = draft.filter((item) => item !== undefined);
    return block(
      '[',
      items.map((item) => payloadText(item, schema?.items, inner)),
      ']',
    );
  }
  if (isDraftObject(draft)) {
    const members = Object.entries(draft).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`${JSON.stringify(name)}: ${payloadText(value, schema?.properties?.[name], inner)}`],
    );
    return block('{', members, '}');
  }
  const typed = schema?.type === 'integer' || schema?.type === 'number';
  if (typed && typeof draft === 'string' && NUMBER.test(draft)) return draft;
  return JSON.stringify(draft ?? null);
}

interface ReviverContext {
  readonly source?: string;
}

/** null where the text is no JSON object. Numbers that would change are kept as their text. */
export function readPayload(text: string): DraftObject | null {
  // The third argument is newer than the types: ECMAScript proposal "JSON.parse source text access".
  const reviver = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? context.source
      : value;
  try {
    const value: Draft = JSON.parse(text, reviver);
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
