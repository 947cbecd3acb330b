/** Where a log is moved to: an address of the command line, or the setting. */

import { readFileSync } from 'node:fs';
import type { Settings } from '../../config.ts';
import { targetName } from '../../store/migrate/checkpoint.ts';
import { type Call, textFlag, UsageError } from '../command.ts';

export interface Target {
  /** Of the HTTP interface. */
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly cluster: string | null;
  /** Without secrets. */
  readonly shown: string;
}

export const ADDRESS = 'clickhouse://USER@HOST:8123/DATABASE, with TLS clickhouses://USER@HOST:8443/DATABASE';
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const SCHEMES: Readonly<Record<string, readonly [scheme: string, port: string]>> = {
  'clickhouse:': ['http', '8123'],
  'http:': ['http', '80'],
  'clickhouses:': ['https', '8443'],
  'https:': ['https', '443'],
};

export function targetOf(call: Call, settings: Settings): Target {
  const { clickhouse } = settings.store;
  const given = textFlag(call, 'to');
  if (given === undefined && clickhouse.url === '') {
    throw new UsageError(
      `ocpp-logs migrate: --to is needed, or the setting store.clickhouse.url: ${ADDRESS}`,
    );
  }
  const place = given === undefined ? { url: clickhouse.url } : readAddress(given);
  const { url, database = clickhouse.database, username = clickhouse.username } = place;
  const cluster = textFlag(call, 'cluster') ?? clickhouse.cluster;
  if (cluster !== '' && !NAME.test(cluster))
    throw new UsageError('--cluster is a name of letters, digits and _');
  return {
    url,
    database,
    username,
    password: passwordOf(call, settings),
    cluster: cluster === '' ? null : cluster,
    shown: targetName({ url, database }),
  };
}

interface Address {
  readonly url: string;
  readonly database?: string;
  readonly username?: string;
}

/** What is wrong with it is told without it: there may be a password in it. */
export function readAddress(text: string): Address {
  const url = URL.parse(text);
  const [scheme, port] = SCHEMES[url?.protocol ?? ''] ?? [];
  if (url === null || scheme === undefined || url.hostname === '' || url.search !== '' || url.hash !== '') {
    throw new UsageError(`--to: this is no address of ClickHouse; allowed is ${ADDRESS}`);
  }
  if (url.password !== '') {
    throw new UsageError(
      '--to: leave the password to --password-file or OCPP_LOGS_CLICKHOUSE_PASSWORD; others on this machine can read how a command was called',
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database !== '' && !NAME.test(database)) {
    throw new UsageError('--to: the database is a name of letters, digits and _');
  }
  return {
    url: `${scheme}://${url.hostname}:${url.port === '' ? port : url.port}`,
    ...(database === '' ? {} : { database }),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
  };
}

function passwordOf(call: Call, { store, clickhouse_password }: Settings): string {
  const path = textFlag(call, 'password-file') ?? store.clickhouse.password_file;
  if (path === '') return clickhouse_password ?? '';
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(`the password file ${path} cannot be read (${code})`);
  }
}
