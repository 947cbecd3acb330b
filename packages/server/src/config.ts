/** The settings of a run: from a YAML file, `OCPP_LOGS_*` variables and flags, checked as a whole before anything starts. */

import { checkAddresses } from './config/addresses.ts';
import { checkCaFile } from './config/ca-file.ts';
import { checkSettings, SHAPE } from './config/check.ts';
import { SettingError } from './config/error.ts';
import { checkOidc } from './config/oidc.ts';
import type { FileSettings } from './config/schema.ts';
import { fromEnvironment, fromFlags, readFile, type Scalar, scalarsOf } from './config/sources.ts';
import { checkTls } from './config/tls-files.ts';

export interface Settings extends FileSettings {
  /** Add a small simulated fleet. */
  readonly demo: boolean;
  /** `OCPP_LOGS_ADMIN_TOKEN`: an admin bearer key, 24 or more printable characters. */
  readonly admin_token: string | null;
  /** `OCPP_LOGS_SECRET_KEY`: 32 or more printable characters; seals the keys' secrets in place of the folder's `secret.key`. */
  readonly secret_key: string | null;
  /** `OCPP_LOGS_OIDC_CLIENT_SECRET`. */
  readonly oidc_client_secret: string | null;
}

export interface SettingSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By flag name without dashes; `config` and `demo` are no keys of the file. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
}

/** Settings that a flag can give: a list of mappings belongs into the file. */
export const SETTING_FLAGS: readonly Scalar[] = scalarsOf(SHAPE).filter(
  ({ shape }) => shape.items?.type !== 'object',
);

/** Throws a SettingError that names the setting, its source, its value and what is allowed. */
export function readSettings({ environment, flags }: SettingSources): Settings {
  const path = typeof flags.config === 'string' ? flags.config : environment.OCPP_LOGS_CONFIG;
  const given: unknown = path === undefined ? {} : readFile(path);
  if (!isMapping(given))
    throw new SettingError(`${path}: allowed is a mapping of settings, such as port: 9016`);
  const layers = [fromFlags(flags, SETTING_FLAGS), fromEnvironment(environment, scalarsOf(SHAPE))];
  const merged = structuredClone(given);
  for (const layer of [...layers].reverse()) {
    for (const [key, value] of layer.values) put(merged, key.split('.'), value);
  }
  const sourceOf = (key: string): string => {
    const [top = ''] = key.split('.');
    const layer = layers.find(({ values }) => values.has(key) || values.has(top));
    if (layer === undefined) return path ?? 'configuration';
    return layer.nameOf(layer.values.has(key) ? key : top);
  };
  const checked = checkSettings(merged, sourceOf);
  checkCaFile(checked.upstream.ca_file);
  const named = (path: string) => `${sourceOf(path)}: ${path}`;
  checkTls(checked, named);
  checkAddresses(checked, named);
  checkOidc(checked.oidc, (key) => `${sourceOf(`oidc.${key}`)}: oidc.${key}`);
  return {
    ...checked,
    demo: flags.demo === true,
    admin_token: secret(
      'OCPP_LOGS_ADMIN_TOKEN',
      environment.OCPP_LOGS_ADMIN_TOKEN,
      /^[\x21-\x7e]{24,1024}$/,
      '24 to 1024 printable characters without blanks',
    ),
    secret_key: secret(
      'OCPP_LOGS_SECRET_KEY',
      environment.OCPP_LOGS_SECRET_KEY,
      /^[\x21-\x7e]{32,1024}$/,
      '32 to 1024 printable characters without blanks, such as those of: openssl rand -hex 32',
    ),
    oidc_client_secret: secret(
      'OCPP_LOGS_OIDC_CLIENT_SECRET',
      environment.OCPP_LOGS_OIDC_CLIENT_SECRET,
      /^[\x21-\x7e]{1,1024}$/,
      '1 to 1024 printable characters without blanks',
    ),
  };
}

type Mapping = Record<string, unknown>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function put(target: Mapping, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key] ?? {};
  // What is no mapping stays, so that the check names it.
  if (!isMapping(inner)) return;
  target[key] = inner;
  put(inner, rest, value);
}

/** Never shows the value: it is a secret. */
function secret(name: string, value: string | undefined, form: RegExp, allowed: string): string | null {
  if (value === undefined || value === '') return null;
  if (form.test(value)) return value;
  throw new SettingError(
    `${name}: a value of ${value.length} characters is not allowed; allowed are ${allowed}`,
  );
}
