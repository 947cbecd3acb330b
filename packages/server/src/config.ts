/** The settings of a run: from a YAML file, `OCPP_LOGS_*` variables and flags, checked as a whole before anything starts. */

import { checkAddresses } from './config/addresses.ts';
import { checkCaFile } from './config/ca-file.ts';
import { checkSettings, SHAPE } from './config/check.ts';
import { controlPlace, nodeUrl } from './config/control-place.ts';
import { SettingError, SettingFaults } from './config/error.ts';
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
  /** `OCPP_LOGS_CLICKHOUSE_PASSWORD`. */
  readonly clickhouse_password: string | null;
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

/** Throws a SettingError that names every wrong setting, its source, its value and what is allowed, a line each. */
export function readSettings({ environment, flags }: SettingSources): Settings {
  const path = typeof flags.config === 'string' ? flags.config : environment.OCPP_LOGS_CONFIG;
  const given: unknown = path === undefined ? {} : readFile(path);
  if (!isMapping(given))
    throw new SettingError(`${path}: allowed is a mapping of settings, such as port: 9016`);
  const faults = new SettingFaults();
  const layers = [fromFlags(flags, SETTING_FLAGS), fromEnvironment(environment, scalarsOf(SHAPE), faults)];
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
  const checked = checkSettings(merged, sourceOf, faults);
  if (checked !== null) checkTogether(checked, (path) => `${sourceOf(path)}: ${path}`, faults);
  const secret = (...args: Parameters<typeof readSecret>) => faults.attempt(() => readSecret(...args), null);
  const secrets = {
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
    clickhouse_password: secret(
      'OCPP_LOGS_CLICKHOUSE_PASSWORD',
      environment.OCPP_LOGS_CLICKHOUSE_PASSWORD,
      /^[\x21-\x7e]{1,1024}$/,
      '1 to 1024 printable characters without blanks',
    ),
  };
  faults.settle();
  if (checked === null) throw new SettingError('the configuration is not valid');
  return { ...checked, demo: flags.demo === true, ...secrets };
}

/** What no setting tells by itself. */
function checkTogether(settings: FileSettings, named: (path: string) => string, faults: SettingFaults): void {
  const checks = [
    () => checkCaFile(settings.upstream.ca_file),
    () => checkTls(settings, named),
    () => checkAddresses(settings, named),
    () => controlPlace(settings, named),
    () => nodeUrl(settings, named),
    () => checkOidc(settings.oidc, (key) => named(`oidc.${key}`)),
  ];
  for (const check of checks) faults.attempt(check, undefined);
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
function readSecret(name: string, value: string | undefined, form: RegExp, allowed: string): string | null {
  if (value === undefined || value === '') return null;
  if (form.test(value)) return value;
  throw new SettingError(
    `${name}: a value of ${value.length} characters is not allowed; allowed are ${allowed}`,
  );
}
