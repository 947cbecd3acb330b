/** What keeps a payload from being sent: its differences from the official schema of its action. */

import { nearest, type OcppVersion } from '@ocpp-logs/core';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type OfficialSchema, officialSchema } from '../../validate/ocpp-schemas.ts';

export interface PayloadFault {
  /** `payload.evse.id`, `payload.key[2]`; `payload` for the payload itself. */
  readonly path: string;
  readonly message: string;
}

const FAULTS_MAX = 20;
/** RFC 3339 5.6. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

// Never `useDefaults`: what is sent is what was asked for.
const ajv = new Ajv({
  strict: false,
  // 1e999 is no number.
  strictNumbers: true,
  allErrors: true,
  verbose: true,
  // 0.1 has no exact binary form: 1.6 limits are multiples of it.
  multipleOfPrecision: 6,
  formats: { 'date-time': DATE_TIME, uri: (text: string) => URL.canParse(text) },
});
const compiled = new Map<OfficialSchema, ValidateFunction>();

function validatorOf(schema: OfficialSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // The ids are URNs that are none, which a newer reader of URIs refuses; nothing refers to them.
  const { $id: _, ...body } = schema;
  const validator = ajv.compile(body);
  compiled.set(schema, validator);
  return validator;
}

/** None: the payload may be sent. `action` must be one of the version. */
export function payloadFaults(
  version: OcppVersion,
  action: string,
  payload: unknown,
): readonly PayloadFault[] {
  const schema = officialSchema(version, action, 'request');
  if (schema === null) return [{ path: 'action', message: `has no schema in OCPP ${version}` }];
  const validator = validatorOf(schema);
  if (validator(payload)) return [];
  return (validator.errors ?? []).slice(0, FAULTS_MAX).map(faultOf);
}

function faultOf(error: ErrorObject): PayloadFault {
  const path = `payload${error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')}`;
  const { keyword, params } = error;
  if (keyword === 'required') return { path: `${path}.${params.missingProperty}`, message: 'is required' };
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    // `verbose`: the schema that the error stands in.
    const parent = error.parentSchema as OfficialSchema | undefined;
    const known = Object.keys(parent?.properties ?? {});
    const meant = nearest(name, known);
    const hint = meant === null ? `known are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`;
    return { path: `${path}.${name}`, message: `is no field here; ${hint}` };
  }
  if (keyword === 'enum') return { path, message: `must be one of ${allowed(params)}` };
  return { path, message: error.message ?? `breaks the rule ${keyword}` };
}

function allowed(params: Readonly<Record<string, unknown>>): string {
  return Array.isArray(params.allowedValues) ? params.allowedValues.join(', ') : '';
}
