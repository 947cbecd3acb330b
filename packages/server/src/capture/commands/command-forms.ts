/** Request schemas as a form needs them: references followed, and what only a machine reads left out. */

import type { OcppVersion } from '@ocpp-logs/core';
import { commandActions, type OfficialSchema, officialSchema } from '../../validate/ocpp-schemas.ts';

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

export interface CommandForm {
  readonly action: string;
  readonly request: FormSchema;
}

/** Extends every object of 2.x; who needs it writes the payload as JSON. */
const NOT_SHOWN = 'customData';
const DESCRIPTION_MAX = 300;
/** Deeper than any request is; a schema that leads back to itself ends here. */
const DEPTH_MAX = 12;

const formsOf = new Map<OcppVersion, readonly CommandForm[]>();

/** Every action that a station of this version can be called with, by name. */
export function commandForms(version: OcppVersion): readonly CommandForm[] {
  const known = formsOf.get(version);
  if (known !== undefined) return known;
  const forms = commandActions(version).map((action) => ({ action, request: formOf(version, action) }));
  formsOf.set(version, forms);
  return forms;
}

function formOf(version: OcppVersion, action: string): FormSchema {
  const schema = officialSchema(version, action, 'request') ?? { type: 'object' };
  return { ...formSchema(schema, schema.definitions ?? {}, 0), title: action };
}

function formSchema(
  schema: OfficialSchema,
  definitions: Readonly<Record<string, OfficialSchema>>,
  depth: number,
): FormSchema {
  if (depth > DEPTH_MAX) return { type: 'object' };
  const named = schema.$ref === undefined ? null : definitions[schema.$ref.replace('#/definitions/', '')];
  const { type = 'object', items, properties, required, ...rest } = { ...named, ...schema };
  const { format, enum: choices, minimum, maximum, maxLength, multipleOf, minItems, maxItems } = rest;
  const description = plainText(schema.description ?? named?.description);
  const members = Object.entries(properties ?? {}).filter(([name]) => name !== NOT_SHOWN);
  return {
    ...(description === '' ? {} : { description }),
    type,
    ...given({ format, enum: choices, minimum, maximum, maxLength, multipleOf, minItems, maxItems }),
    ...(items === undefined ? {} : { items: formSchema(items, definitions, depth + 1) }),
    ...(type !== 'object'
      ? {}
      : {
          properties: Object.fromEntries(
            members.map(([name, member]) => [
              name,
              { title: wordsOf(name), ...formSchema(member, definitions, depth + 1) },
            ]),
          ),
          required: required ?? [],
        }),
  };
}

/** Members that are not undefined. */
function given<T extends object>(members: T): Partial<{ [N in keyof T]: Exclude<T[N], undefined> }> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Safe: the same members, but for those that are undefined.
  return Object.fromEntries(entries) as Partial<{ [N in keyof T]: Exclude<T[N], undefined> }>;
}

/** `csChargingProfiles` is "Cs charging profiles". */
function wordsOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  const lower = words.replaceAll(/\b[A-Z][a-z]/g, (start) => start.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** 2.0.1 begins each with the name of its model and a URN; a form shows the sentence. */
function plainText(text: string | undefined): string {
  const lines = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const urn = lines.findIndex((line) => line.startsWith('urn:x-'));
  const sentence = lines
    .slice(urn + 1)
    .join(' ')
    .replaceAll(/\s*image::\S+\s*/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .trim();
  return sentence.length <= DESCRIPTION_MAX ? sentence : `${sentence.slice(0, DESCRIPTION_MAX - 1)}…`;
}
