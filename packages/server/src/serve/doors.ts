/** Where the server listens: plainly, by TLS, or both. */

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { HttpSockets } from '../capture/http-sockets.ts';
import { LISTEN_BACKLOG } from '../capture/listen-backlog.ts';
import { FOLLOW_MS } from '../capture/tls/followed-files.ts';
import { TlsListener } from '../capture/tls/tls-listener.ts';
import { SettingError } from '../config/error.ts';
import { readAuthorities, readKeyPair } from '../config/tls-files.ts';
import type { Settings } from '../config.ts';

export interface DoorLog {
  info(text: string): void;
  error(text: string): void;
  debug(facts: object, text: string): void;
}

/** null where no certificate is configured. */
export function tlsOf(
  { tls }: Settings,
  app: FastifyInstance,
  sockets: Pick<HttpSockets, 'arrived'>,
  log: DoorLog,
): TlsListener | null {
  if (tls.cert_file === '') return null;
  const clientCa = tls.client_ca_file === '' ? null : tls.client_ca_file;
  return new TlsListener(app.server, {
    paths: { cert: tls.cert_file, key: tls.key_file, clientCa },
    texts: {
      ...readKeyPair('tls', tls),
      clientCa: clientCa === null ? null : readAuthorities('tls.client_ca_file', clientCa),
    },
    followMs: FOLLOW_MS,
    arrived: (transport) => sockets.arrived(transport),
    log,
  });
}

/** Whether nothing is served but by TLS. */
export function isOnlyTls({ tls }: Settings): boolean {
  return tls.cert_file !== '' && tls.port === null;
}

export interface Doors {
  /** For people and stations. */
  readonly url: string;
  /** For those who do not speak TLS, beside it; null where there is one door. */
  readonly plainUrl: string | null;
  /** Plain, for the commands of this machine: a certificate has no name for them. */
  readonly localUrl: string;
}

const LOCAL = '127.0.0.1';

/** The HTTP server itself always listens plainly; where TLS is the only way in, on this machine alone. */
export async function openDoors(
  app: FastifyInstance,
  tls: TlsListener | null,
  settings: Settings,
): Promise<Doors> {
  const { host, port } = settings;
  const onlyTls = isOnlyTls(settings);
  const plain = onlyTls ? { host: LOCAL, port: 0 } : { host, port };
  await listening(() => app.listen({ ...plain, backlog: LISTEN_BACKLOG }), plain, '--port');
  // A server that listens on TCP has such an address.
  const { port: bound } = app.server.address() as AddressInfo;
  const localUrl = urlOf('http', plain.host, bound);
  if (tls === null) return { url: localUrl, plainUrl: null, localUrl };
  const wanted = { host, port: settings.tls.port ?? port };
  const secured = await listening(
    () => tls.listen(wanted.host, wanted.port),
    wanted,
    onlyTls ? '--port' : '--tls-port',
  );
  return { url: urlOf('https', host, secured), plainUrl: onlyTls ? null : localUrl, localUrl };
}

async function listening<T>(
  listen: () => Promise<T>,
  { host, port }: { readonly host: string; readonly port: number },
  flag: string,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE') {
      throw new SettingError(
        `port ${port} of ${host} is taken; choose another with ${flag}, or 0 for any free one`,
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new SettingError(
        `cannot listen on ${host}:${port} (${code}); choose another with --host and ${flag}`,
      );
    }
    throw error;
  }
}

function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
