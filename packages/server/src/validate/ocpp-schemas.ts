/** The official JSON schemas of OCPP, as the package `ocpp-rpc` ships them; a version is read when it is first asked for. */

import { createRequire } from 'node:module';
import { ACTIONS, type OcppVersion } from '@ocpp-logs/core';

/** What of JSON Schema draft 7 the official schemas use. */
export interface OfficialSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: OfficialSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OfficialSchema>>;
  readonly definitions?: Readonly<Record<string, OfficialSchema>>;
}

export type Part = 'request' | 'answer';

const FILES: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'ocpp1_6.json',
  '2.0.1': 'ocpp2_0_1.json',
  '2.1': 'ocpp2_1.json',
};

const require = createRequire(import.meta.url);
const read = new Map<OcppVersion, ReadonlyMap<string, OfficialSchema>>();

function schemasOf(version: OcppVersion): ReadonlyMap<string, OfficialSchema> {
  const known = read.get(version);
  if (known !== undefined) return known;
  // Safe: the package ships one array of JSON schemas a version, each with an id.
  const schemas = require(`ocpp-rpc/lib/schemas/${FILES[version]}`) as readonly OfficialSchema[];
  const byId = new Map(schemas.map((schema) => [schema.$id ?? '', schema]));
  read.set(version, byId);
  return byId;
}

/** null where the version has no such action, or the action no such part. */
export function officialSchema(version: OcppVersion, action: string, part: Part): OfficialSchema | null {
  const schemas = schemasOf(version);
  const endings = part === 'request' ? ['.req', 'Request'] : ['.conf', 'Response'];
  const ids = endings.map((ending) => `urn:${action}${ending}`);
  // NotifyPeriodicEventStream is sent, not called, and its id has no ending.
  const found = [...ids, ...(part === 'request' ? [`urn:${action}`] : [])].find((id) => schemas.has(id));
  return found === undefined ? null : (schemas.get(found) ?? null);
}

/** Actions that a CSMS calls a station of this version with, by name. */
export function commandActions(version: OcppVersion): readonly string[] {
  return [...ACTIONS]
    .filter(([, { versions, direction }]) => direction !== 'station_to_csms' && versions.includes(version))
    .map(([action]) => action)
    .filter((action) => officialSchema(version, action, 'request') !== null)
    .sort();
}
