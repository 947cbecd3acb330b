/** For tests: the official JSON schemas of OCPP, and messages made up from them. */

import { ACTIONS, type OcppVersion, readMessage } from '@ocpp-logs/core';
import { Ajv, type ValidateFunction } from 'ajv';
import { type OfficialSchema as Schema, officialSchema as schemaOf } from '../../validate/ocpp-schemas.ts';

/** RFC 3339 5.6. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const ajv = new Ajv({
  strict: false,
  multipleOfPrecision: 6,
  formats: { 'date-time': DATE_TIME, uri: true },
});
const compiled = new Map<Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // The ids are URNs that are none, which a newer reader of URIs refuses; nothing refers to them.
  const { $id: _, ...body } = schema;
  const validator = ajv.compile(body);
  compiled.set(schema, validator);
  return validator;
}

/** What is wrong with a payload; null where it fits its schema. */
export function faultOf(
  version: OcppVersion,
  action: string,
  part: 'request' | 'answer',
  payload: unknown,
): string | null {
  const schema = schemaOf(version, action, part);
  if (schema === null) return `no schema of the ${part} of ${action} in ${version}`;
  const validator = validatorOf(schema);
  if (validator(payload)) return null;
  return `${action} ${version} ${part}: ${ajv.errorsText(validator.errors)} in ${JSON.stringify(payload)}`;
}

/** Checks the frames of one connection, calls and results of both sides, in the order in which they went by. */
export class TalkCheck {
  readonly faults: string[] = [];
  /** Actions that were called. */
  readonly called = new Map<string, number>();
  readonly #version: OcppVersion;
  readonly #open = new Map<string, string>();

  constructor(version: OcppVersion) {
    this.#version = version;
  }

  frame(from: string, text: string): void {
    const message = readMessage(text);
    if (message.kind === 'call') {
      this.#open.set(`${from} ${message.id}`, message.action);
      this.called.set(message.action, (this.called.get(message.action) ?? 0) + 1);
      this.#check(message.action, 'request', message.payload);
    } else if (message.kind === 'result') {
      const asker = from === 'station' ? 'csms' : 'station';
      const action = this.#open.get(`${asker} ${message.id}`);
      if (action === undefined) this.faults.push(`no call to the answer ${text}`);
      else this.#check(action, 'answer', message.payload);
    } else if (message.kind === 'malformed') {
      this.faults.push(`${message.reason}: ${text}`);
    }
  }

  #check(action: string, part: 'request' | 'answer', payload: unknown): void {
    const fault = faultOf(this.#version, action, part, payload);
    if (fault !== null) this.faults.push(fault);
  }
}

/** Actions of a version that a station calls. */
export function stationActions(version: OcppVersion): readonly string[] {
  return [...ACTIONS]
    .filter(([, { versions, direction }]) => versions.includes(version) && direction !== 'csms_to_station')
    .map(([action]) => action);
}

/** A request that fits its schema: with what is required, or with everything there is. */
export function sampleRequest(version: OcppVersion, action: string, full: boolean): unknown {
  const schema = schemaOf(version, action, 'request');
  if (schema === null) throw new Error(`no schema of ${action} in ${version}`);
  return sample(schema, schema.definitions ?? {}, full);
}

function sample(schema: Schema, definitions: Readonly<Record<string, Schema>>, full: boolean): unknown {
  if (schema.$ref !== undefined) {
    const named = definitions[schema.$ref.replace('#/definitions/', '')];
    return named === undefined ? null : sample(named, definitions, full);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {})
        .filter(([name]) => full || schema.required?.includes(name) === true)
        .map(([name, member]) => [name, sample(member, definitions, full)]);
      return Object.fromEntries(members);
    }
    case 'array': {
      const element = schema.items === undefined ? null : sample(schema.items, definitions, full);
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => element);
    }
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? 1);
    case 'boolean':
      return true;
    default:
      if (schema.format === 'uri') return 'ftp://example.org/file';
      return schema.format === 'date-time' ? '2025-03-01T12:00:00Z' : 'x';
  }
}
