/** What of a payload breaks the official schema of its message. */

import { type CheckCode, isRightByClause, type JsonObject, nearest, type OcppVersion } from '@ocpp-logs/core';
import type { ErrorObject } from 'ajv';
import { Compiled } from './compiled.ts';
import { type OfficialSchema, officialSchema, type Part } from './ocpp-schemas.ts';

export interface SchemaFault {
  readonly code: CheckCode;
  /** `request.evse.id`, `answer.key[2]`; `request` or `answer` for the payload itself. */
  readonly path: string;
  readonly detail?: string;
  /** The schema, by name. */
  readonly clause: string;
}

/** Of a longer text only the first fault is told: a message may hold a hundred thousand. */
const ALL_FAULTS_BYTES = 65_536;
const NAME_MAX = 60;

const all = new Compiled(true);
const first = new Compiled(false);

/** None where the version has no such message. `bytes`: length of the payload's text. */
export function schemaFaults(
  version: OcppVersion,
  action: string,
  part: Part,
  payload: JsonObject,
  bytes: number,
): readonly SchemaFault[] {
  const schema = officialSchema(version, action, part);
  if (schema === null) return [];
  const validator = (bytes > ALL_FAULTS_BYTES ? first : all).validatorOf(schema);
  if (validator(payload)) return [];
  const clause = `JSON schema ${(schema.$id ?? action).replace(/^urn:/, '')} of OCPP ${version}`;
  return (validator.errors ?? [])
    .filter((error) => !isRight(error, version, action))
    .map((error) => ({ ...faultOf(error, part), clause }));
}

function isRight(
  { keyword, data, instancePath }: ErrorObject,
  version: OcppVersion,
  action: string,
): boolean {
  // An integer beyond 2^53, kept to its last digit.
  if (keyword === 'type') return typeof data === 'bigint';
  const field = instancePath.slice(instancePath.lastIndexOf('/') + 1);
  return keyword === 'enum' && isRightByClause(version, action, field, data);
}

function faultOf(error: ErrorObject, part: Part): Omit<SchemaFault, 'clause'> {
  const { keyword, params, data } = error;
  const path = pathOf(error.instancePath, part);
  switch (keyword) {
    case 'required':
      return { code: 'field-missing', path: `${path}.${params.missingProperty}` };
    case 'additionalProperties': {
      const name = String(params.additionalProperty);
      // `verbose`: the schema that the error stands in.
      const parent = error.parentSchema as OfficialSchema | undefined;
      const meant = name.length > NAME_MAX ? null : nearest(name, Object.keys(parent?.properties ?? {}));
      const detail = meant === null ? {} : { detail: `did you mean ${meant}?` };
      return { code: 'field-unknown', path: `${path}.${name.slice(0, NAME_MAX)}`, ...detail };
    }
    case 'type':
      return { code: 'field-type', path, detail: `${typeName(data)}, not ${params.type}` };
    case 'enum': {
      const text = String(data);
      const meant = text.length > NAME_MAX ? null : nearest(text, allowed(params));
      const hint = meant === null ? '' : `; did you mean ${meant}?`;
      return { code: 'field-value', path, detail: `${text.slice(0, NAME_MAX)}${hint}` };
    }
    case 'maxLength':
      return { code: 'field-length', path, detail: `${[...String(data)].length} of at most ${params.limit}` };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return { code: 'field-range', path, detail: `${data}, must be ${params.comparison} ${params.limit}` };
    case 'multipleOf':
      return { code: 'field-range', path, detail: `${data}, must be a multiple of ${params.multipleOf}` };
    case 'minItems':
    case 'maxItems':
      return {
        code: 'field-count',
        path,
        detail: `${Array.isArray(data) ? data.length : 0}, limit ${params.limit}`,
      };
    case 'format':
      return params.format === 'date-time'
        ? { code: 'field-format', path, detail: String(data) }
        : { code: 'field-format', path };
    default:
      return { code: 'field-value', path, detail: keyword };
  }
}

function pathOf(instancePath: string, part: Part): string {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`));
  return `${part}${steps.join('')}`;
}

/** Never the value itself: it may be a secret in the wrong place. */
function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function allowed(params: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(params.allowedValues) ? params.allowedValues.map(String) : [];
}
