/**
 * TLS in front of the HTTP server, on a port of its own or on the only one: what is decrypted here goes into the same
 * server, so that requests, upgrades and limits know no difference.
 */

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { authoritiesFault, pairFault } from '../../config/tls-files.ts';
import { LISTEN_BACKLOG } from '../listen-backlog.ts';
import { FollowedFiles } from './followed-files.ts';
import { rememberTransport } from './tls-transport.ts';

/** Of the station: some come over slow mobile networks. */
const HANDSHAKE_MS = 30_000;

export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
  /** Authorities of client certificates; null: none are asked for. */
  readonly clientCa: string | null;
}

export interface TlsSettings {
  readonly paths: { readonly cert: string; readonly key: string; readonly clientCa: string | null };
  readonly texts: TlsTexts;
  readonly followMs: number;
  /** Told of every connection as it comes; false where it is closed. */
  readonly arrived: (transport: Socket) => boolean;
  readonly log: {
    info(text: string): void;
    error(text: string): void;
    debug(facts: object, text: string): void;
  };
}

export class TlsListener {
  readonly #server: Server;
  readonly #files: FollowedFiles;
  readonly #sockets = new Set<Socket>();
  /** Transports whose handshake is not through, by the four names that no other open connection has. */
  readonly #arriving = new Map<string, Socket>();
  /** What waits for the last connection to end. */
  #emptied: () => void = () => {};
  #expires: number;
  #handshakeFailures = 0;

  constructor(http: HttpServer, { paths, texts, followMs, arrived, log }: TlsSettings) {
    this.#expires = expiryOf(texts.cert);
    this.#server = createServer({
      ...optionsOf(texts),
      // A side that has ended may still be sent to: the relay passes endings on as they come.
      allowHalfOpen: true,
      noDelay: true,
      handshakeTimeout: HANDSHAKE_MS,
    });
    this.#server.on('connection', (transport: Socket) => {
      if (arrived(transport)) this.#arrived(transport);
    });
    this.#server.on('secureConnection', (socket) => this.#secured(http, socket));
    this.#server.on('tlsClientError', (error: Error & { readonly code?: string }, socket) => {
      this.#handshakeFailures += 1;
      const { code = error.message } = error;
      log.debug({ code, remoteAddress: socket.remoteAddress }, 'a TLS handshake failed');
    });
    this.#files = new FollowedFiles({
      paths: named(paths.cert, paths.key, paths.clientCa),
      texts: named(texts.cert, texts.key, texts.clientCa),
      take: (read) => this.#take(read),
      everyMs: followMs,
      log,
    });
  }

  /** Rejects as `net.Server.listen` does. Resolves to the port. */
  async listen(host: string, port: number): Promise<number> {
    this.#server.listen({ host, port, backlog: LISTEN_BACKLOG });
    await once(this.#server, 'listening');
    // A server that listens on TCP has such an address.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Looks whether the files have changed. */
  reload(): Promise<void> {
    return this.#files.look();
  }

  counters(): Readonly<Record<string, number>> {
    return {
      tls_certificate_expires_seconds: this.#expires,
      tls_connections: this.#sockets.size,
      tls_handshake_failures_total: this.#handshakeFailures,
      tls_reloads_total: this.#files.reloads,
      tls_reload_failures_total: this.#files.failures,
    };
  }

  /** Takes no further connections. */
  async stop(): Promise<void> {
    await this.#files.close();
    if (this.#server.listening) this.#server.close();
  }

  /** Resolves when all connections are gone; those that are left then are cut off. */
  async drained(withinMs: number): Promise<void> {
    const cut = setTimeout(() => {
      for (const socket of [...this.#arriving.values(), ...this.#sockets]) socket.destroy();
    }, withinMs);
    if (this.#sockets.size > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    }
    clearTimeout(cut);
    for (const transport of this.#arriving.values()) transport.destroy();
  }

  #take(read: Readonly<Record<string, string>>): void {
    const texts = { cert: read[CERT] ?? '', key: read[KEY] ?? '', clientCa: read[CLIENT_CA] ?? null };
    const fault = pairFault(texts) ?? (texts.clientCa === null ? null : authoritiesFault(texts.clientCa));
    if (fault !== null) throw new Error(fault);
    this.#server.setSecureContext(optionsOf(texts));
    this.#expires = expiryOf(texts.cert);
  }

  #arrived(transport: Socket): void {
    const name = nameOf(transport);
    this.#arriving.set(name, transport);
    transport.once('close', () => {
      if (this.#arriving.get(name) === transport) this.#arriving.delete(name);
    });
  }

  #secured(http: HttpServer, socket: TLSSocket): void {
    const name = nameOf(socket);
    const transport = this.#arriving.get(name);
    this.#arriving.delete(name);
    if (transport !== undefined) rememberTransport(socket, transport);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#emptied();
    });
    http.emit('connection', socket);
  }
}

const CERT = 'tls.cert_file';
const KEY = 'tls.key_file';
const CLIENT_CA = 'tls.client_ca_file';

function named(cert: string, key: string, clientCa: string | null): Readonly<Record<string, string>> {
  return { [CERT]: cert, [KEY]: key, ...(clientCa === null ? {} : { [CLIENT_CA]: clientCa }) };
}

/**
 * OCPP security profiles 2 and 3 ask for TLS 1.2 at least (OCPP 2.0.1 Part 2, section A00) and name four suites of
 * 1.2; they are in Node's own list. Whether a certificate of a station is good is decided where it is known for which
 * site it comes: other sites, and browsers, need none.
 */
function optionsOf({ cert, key, clientCa }: TlsTexts): TlsOptions {
  const authorities = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  return { cert, key, ...authorities, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] };
}

/** Unix time, s. */
function expiryOf(cert: string): number {
  return new X509Certificate(cert).validToDate.getTime() / 1_000;
}

function nameOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
