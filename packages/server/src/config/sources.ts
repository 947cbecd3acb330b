/** Three sources of settings, laid over each other: the file, `OCPP_LOGS_*` variables, flags. The later wins. */

import { readFileSync } from 'node:fs';
import { nearest } from '@ocpp-logs/core';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { SettingShape } from './describe.ts';
import { SettingError, type SettingFaults } from './error.ts';

const PREFIX = 'OCPP_LOGS_';
/** Variables that are no key of the file. */
const APART = [
  'OCPP_LOGS_CONFIG',
  'OCPP_LOGS_ADMIN_TOKEN',
  'OCPP_LOGS_SECRET_KEY',
  'OCPP_LOGS_OIDC_CLIENT_SECRET',
  'OCPP_LOGS_CLICKHOUSE_PASSWORD',
  'OCPP_LOGS_PULL_API_KEY',
  'OCPP_LOGS_PULL_SECRET',
  'OCPP_LOGS_PULL_BEARER',
];

export interface Scalar {
  /** Keys from the top of the file, such as `['limits', 'connections']`. */
  readonly path: readonly string[];
  readonly shape: SettingShape;
}

/** Every setting that a variable or a flag can give. */
export function scalarsOf(shape: SettingShape, path: readonly string[] = []): Scalar[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) =>
    inner.type === 'object' ? scalarsOf(inner, [...path, key]) : [{ path: [...path, key], shape: inner }],
  );
}

export const variableOf = (scalar: Scalar): string => PREFIX + scalar.path.join('_').toUpperCase();
export const flagOf = (scalar: Scalar): string => scalar.path.join('-').replaceAll('_', '-');

/** What was set, and by whom; the key is the path joined by dots. */
export interface Layer {
  readonly values: ReadonlyMap<string, unknown>;
  /** Name of the source of a setting, as a message calls it. */
  readonly nameOf: (path: string) => string;
}

export function readFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingError(`${path}: the configuration file cannot be read (${codeOf(error)})`);
  }
  try {
    return parseYaml(text) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new SettingError(`${path}: no valid YAML: ${firstLine(error)}`);
  }
}

/** The parser's first line ends in a colon, because the lines behind it show the place. */
function firstLine(error: YAMLParseError): string {
  return (error.message.split('\n')[0] ?? '').replace(/:$/, '');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

export function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  scalars: readonly Scalar[],
  faults: SettingFaults,
): Layer {
  const byName = new Map(scalars.map((scalar) => [variableOf(scalar), scalar]));
  const values = new Map<string, unknown>();
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || text === undefined || APART.includes(name)) continue;
    if (isServiceLink(name, text)) continue;
    const scalar = byName.get(name);
    if (scalar === undefined) {
      faults.add(unknownVariable(name, [...byName.keys(), ...APART]));
      continue;
    }
    const value = faults.attempt(() => typedValue(text, scalar.shape, name), undefined);
    if (value !== undefined) values.set(scalar.path.join('.'), value);
  }
  return { values, nameOf: (path) => PREFIX + path.replaceAll('.', '_').toUpperCase() };
}

/** Kubernetes puts such variables beside every container of a namespace with a service of this name. */
function isServiceLink(name: string, text: string): boolean {
  return /_SERVICE_(HOST|PORT)|_PORT_\d+_/.test(name) || /^(tcp|udp):\/\//.test(text);
}

function unknownVariable(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `${name}: no such setting${near === null ? '' : `; did you mean ${near}?`}`;
}

export function fromFlags(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  scalars: readonly Scalar[],
): Layer {
  const values = new Map<string, unknown>();
  for (const scalar of scalars) {
    const flag = flags[flagOf(scalar)];
    if (flag === undefined) continue;
    const name = `--${flagOf(scalar)}`;
    values.set(scalar.path.join('.'), typeof flag === 'string' ? typedValue(flag, scalar.shape, name) : flag);
  }
  return { values, nameOf: (path) => `--${path.replaceAll(/[._]/g, '-')}` };
}

/** Of a setting of several types the first whose value the text can be. */
function firstFitting(text: string, shapes: readonly SettingShape[], name: string): unknown {
  for (const shape of shapes) {
    const value = typedValue(text, shape, name);
    if (typeof value !== 'string' || shape.type === 'string') return value;
  }
  return text;
}

/** Text to the type of its setting; what does not fit stays text, and the check of the whole names it. */
function typedValue(text: string, shape: SettingShape, name: string): unknown {
  if (shape.anyOf !== undefined) return firstFitting(text, shape.anyOf, name);
  if (shape.type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (shape.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (shape.type !== 'array') return text;
  if (shape.items?.type === 'string') {
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new SettingError(`${name}: neither YAML nor JSON: ${firstLine(error)}`);
  }
}
