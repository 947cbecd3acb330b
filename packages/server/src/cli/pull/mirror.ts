/** Which site of which server is mirrored into which site here, and with which key: from words, options and settings. */

import { readFileSync } from 'node:fs';
import { nearest } from '@ocpp-logs/core';
import { type MirrorSettings, SIGN_PATHS } from '../../config/schema.ts';
import type { Settings } from '../../config.ts';
import type { MirrorPair } from '../../pull/checkpoint.ts';
import { basePath } from '../../pull/client.ts';
import type { Credentials, SignPath } from '../../pull/credentials.ts';
import { type Call, choiceFlag, textFlag, UsageError } from '../command.ts';
import { checkSite } from '../import/open-sink.ts';

export interface Mirror {
  /** As messages call it. */
  readonly name: string;
  readonly url: URL;
  readonly pair: MirrorPair;
  /** Names the virtual connections of frames without one. */
  readonly source: string;
  readonly credentials: Credentials;
  /** Requests a second. */
  readonly rate: number | null;
}

/** What names a mirror on the command line; in the settings it stands beside its name. */
const OF_A_URL = ['site', 'into', 'api-key', 'secret-file', 'bearer-file', 'sign-path'];
/** Of the header that names a source. */
const SOURCE_MAX = 64;

export function mirrorsOf(call: Call, settings: Settings): readonly Mirror[] {
  const [first] = call.words;
  const digits = call.words.find((word) => /^\d+$/.test(word));
  if (digits !== undefined && call.flags.follow !== undefined)
    throw new UsageError(`"${digits}" is no mirror; seconds follow an equals sign: --follow=${digits}`);
  if (first?.includes('://') === true) {
    if (call.words.length > 1)
      throw new UsageError('one URL at a time; several mirrors go into the configuration file');
    return [mirrorOf(givenMirror(call, first), call)];
  }
  const flag = OF_A_URL.find((name) => call.flags[name] !== undefined);
  if (flag !== undefined)
    throw new UsageError(`--${flag} belongs to a URL: ocpp-logs pull https://logs.example --${flag} ...`);
  return namedMirrors(call.words, settings.pull).map((mirror) => mirrorOf(mirror, call));
}

function givenMirror(call: Call, url: string): MirrorSettings {
  const site = textFlag(call, 'site');
  if (site === undefined) throw new UsageError('--site is needed: the id of the site there');
  const told = {
    into: textFlag(call, 'into'),
    api_key: textFlag(call, 'api-key'),
    secret_file: textFlag(call, 'secret-file'),
    bearer_file: textFlag(call, 'bearer-file'),
    sign_path: choiceFlag(call, 'sign-path', SIGN_PATHS),
  };
  const given = Object.entries(told).filter(([, value]) => value !== undefined);
  const name = URL.canParse(url) ? new URL(url).host : url;
  return { name, url, site, ...Object.fromEntries(given) };
}

function namedMirrors(words: readonly string[], known: readonly MirrorSettings[]): readonly MirrorSettings[] {
  if (words.length === 0 && known.length > 0) return known;
  if (words.length === 0)
    throw new UsageError(
      'ocpp-logs pull: a URL must follow, or mirrors must stand in the configuration file (see ocpp-logs pull --help)',
    );
  return [...new Set(words)].map((word) => {
    const found = known.find(({ name }) => name === word);
    if (found !== undefined) return found;
    const names = known.map(({ name }) => name);
    const near = nearest(word, names);
    const hint = near === null ? 'an address begins with https://' : `did you mean ${near}?`;
    throw new UsageError(`ocpp-logs pull: "${word}" is no mirror of the configuration file; ${hint}`);
  });
}

function mirrorOf(given: MirrorSettings, call: Call): Mirror {
  const url = readUrl(given.url);
  const into = given.into ?? given.site;
  checkSite(into, call.words[0]?.includes('://') === true ? '--into' : `into of ${given.name}`);
  return {
    name: given.name,
    url,
    pair: { url: url.origin + basePath(url), site: given.site, into },
    source: `pull-${given.name}`.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, SOURCE_MAX),
    credentials: credentialsOf(given, call),
    rate: given.rate ?? null,
  };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const allowed = 'an http:// or https:// address such as https://logs.example';
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`"${text}" is not allowed; allowed is ${allowed}`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`a password in an address shows in lists of processes; keys are given by ${BY}`);
  if (url.search !== '' || url.hash !== '')
    throw new UsageError(`"${text}" is not allowed; allowed is ${allowed}, without a query`);
  return url;
}

const BY =
  'OCPP_LOGS_PULL_API_KEY and OCPP_LOGS_PULL_SECRET, by --api-key and --secret-file, or by OCPP_LOGS_PULL_BEARER';

function credentialsOf(given: MirrorSettings, { terminal }: Call): Credentials {
  const { OCPP_LOGS_PULL_API_KEY, OCPP_LOGS_PULL_SECRET, OCPP_LOGS_PULL_BEARER } = terminal.environment;
  if (given.bearer_file !== undefined) {
    if (given.api_key !== undefined || given.secret_file !== undefined)
      throw new UsageError(`${given.name}: either a bearer key or a signing key`);
    return { kind: 'bearer', bearer: readSecret(given.bearer_file) };
  }
  const apiKey = given.api_key ?? OCPP_LOGS_PULL_API_KEY ?? '';
  const signPath: SignPath = given.sign_path ?? 'as-sent';
  if (apiKey === '' && OCPP_LOGS_PULL_BEARER !== undefined && OCPP_LOGS_PULL_BEARER !== '')
    return { kind: 'bearer', bearer: OCPP_LOGS_PULL_BEARER };
  if (apiKey === '') throw new UsageError(`no key for ${given.name}: it is given by ${BY}`);
  const secret =
    given.secret_file === undefined ? (OCPP_LOGS_PULL_SECRET ?? '') : readSecret(given.secret_file);
  if (secret === '')
    throw new UsageError(
      `no secret for ${given.name}: it is given by OCPP_LOGS_PULL_SECRET or --secret-file FILE`,
    );
  return { kind: 'signed', apiKey, secret, signPath };
}

/** The first line of a file. */
function readSecret(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${path} cannot be read (${code})`);
  }
  const secret = text.split(/\r?\n/, 1)[0]?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new UsageError(`${path} holds no key in its first line`);
  return secret;
}
