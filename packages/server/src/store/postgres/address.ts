/** Where PostgreSQL is and how it is reached: a URL as `psql` takes it. Its password is never part of a message. */

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export interface TlsSettings {
  /** Whether the certificate must be signed by a known authority. */
  readonly verified: boolean;
  /** Whether it must name the host, too. */
  readonly named: boolean;
  /** PEM; null: those that Node knows. */
  readonly ca: string | null;
  /** PEM, of this client. */
  readonly cert: string | null;
  readonly key: string | null;
}

export interface PostgresAddress {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  readonly tls: TlsSettings | null;
  /** Connections that a process holds at most, besides the one that listens. */
  readonly connections: number;
  /** For people: without what is secret. */
  readonly shown: string;
}

export interface AddressSettings {
  readonly url: string;
  /** Instead of a password in the URL. */
  readonly password_file?: string;
  readonly ca_file?: string;
  readonly connections?: number;
}

/** What a person has to put right; its text holds no secret. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

const EXAMPLE = 'for example postgres://ocpp_logs@db.example/ocpp_logs?sslmode=verify-full';
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];
const PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const CONNECTIONS = 8;
const PORT = 5432;

export function readAddress(settings: AddressSettings): PostgresAddress {
  const url = parsed(settings.url);
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) {
      throw new AddressError(`must have no parameter but ${PARAMETERS.join(', ')}, and has ${name}`);
    }
  }
  const host = url.searchParams.get('host') ?? decoded(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  if (host === '' || host.includes(',')) throw new AddressError(`must name one host, ${EXAMPLE}`);
  if (user === '') throw new AddressError(`must name a user, ${EXAMPLE}`);
  if (database === '' || database.includes('/')) throw new AddressError(`must name a database, ${EXAMPLE}`);
  const port = url.port === '' ? PORT : Number(url.port);
  const inUrl = url.password === '' ? null : decoded(url.password);
  const file = settings.password_file ?? '';
  if (inUrl !== null && file !== '') {
    throw new AddressError('holds a password, and password_file is given too; one of both is meant');
  }
  const password = file === '' ? inUrl : fileText(file).replace(/\r?\n$/, '');
  return {
    host,
    port,
    user,
    password,
    database,
    tls: tlsOf(url.searchParams, host, settings.ca_file ?? ''),
    connections: settings.connections ?? CONNECTIONS,
    shown: `${user}@${isIP(host) === 6 ? `[${host}]` : host}:${port}/${database}`,
  };
}

function parsed(text: string): URL {
  // A socket has a folder and no host, which URL cannot do without.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw new AddressError(
      `must be a postgres:// address with special characters of the password as %XX, ${EXAMPLE}`,
    );
  }
  return url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw new AddressError('holds a % that begins no %XX');
    throw error;
  }
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw new AddressError(`${path} cannot be read (${error.code})`);
    }
    throw error;
  }
}

function tlsOf(given: URLSearchParams, host: string, caFile: string): TlsSettings | null {
  const text = given.get('sslmode') ?? (isNear(host) ? 'disable' : 'verify-full');
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new AddressError(`must have one of ${MODES.join(', ')} as sslmode`);
  const root = given.get('sslrootcert') ?? caFile;
  const [cert, key] = [given.get('sslcert'), given.get('sslkey')];
  if ((cert === null) !== (key === null)) {
    throw new AddressError('must have sslcert and sslkey, or neither');
  }
  if (mode === 'disable') return null;
  const ca = root === '' ? null : fileText(root);
  return {
    ...strictness(mode, ca),
    ca,
    cert: cert === null ? null : fileText(cert),
    key: key === null ? null : fileText(key),
  };
}

/** As libpq has it: who names an authority wants certificates of it alone. */
function strictness(mode: Mode, ca: string | null): Pick<TlsSettings, 'verified' | 'named'> {
  return { verified: mode !== 'require' || ca !== null, named: mode === 'verify-full' };
}

/** Nobody listens between here and there. */
function isNear(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host);
}
