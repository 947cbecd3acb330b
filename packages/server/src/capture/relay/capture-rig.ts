/** For tests of capture: a server with a relay on a free port, raw peers on both sides, and a sink that remembers. */

import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ConnectionEvent } from '@ocpp-logs/core';
import type { ProxyTrust } from '../../auth/proxies.ts';
import { emptySite } from '../../store/control/site-rules.ts';
import type { Site } from '../../store/control.ts';
import type { Admission } from '../admission.ts';
import type { AutoSites } from '../auto-sites.ts';
import { CAPTURE_LIMITS, type CaptureCounters, type CaptureLimits, captureCounters } from '../limits.ts';
import type { CapturedFrame, CaptureSink, OpenedConnection, RefusedConnection } from '../sink.ts';
import { TlsListener, type TlsTexts } from '../tls/tls-listener.ts';
import { createUpgradeListener, type StationAcceptor } from '../upgrade.ts';
import type { UpstreamTls } from './dial.ts';
import { Relay, type RelaySettings } from './relay.ts';

export interface SeenFrame extends Omit<CapturedFrame, 'bytes'> {
  readonly connection: number;
  readonly bytes: Buffer;
}

/** Remembers all that capture tells; `until` waits for it to have told enough. */
export class SeenCapture implements CaptureSink {
  readonly openings: OpenedConnection[] = [];
  readonly frames: SeenFrame[] = [];
  readonly closings: ConnectionEvent[] = [];
  readonly refusals: RefusedConnection[] = [];
  readonly blinds: string[] = [];
  /** Set to make the next frame throw. */
  broken: Error | null = null;
  #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  opened(connection: OpenedConnection): number {
    return this.#saw(this.openings.push(connection));
  }

  frame(connection: number, frame: CapturedFrame): void {
    if (this.broken !== null) throw this.broken;
    this.#saw(this.frames.push({ ...frame, connection, bytes: Buffer.from(frame.bytes) }));
  }

  closed(_connection: number, closing: ConnectionEvent): void {
    this.#saw(this.closings.push(closing));
  }

  refused(connection: RefusedConnection): void {
    this.#saw(this.refusals.push(connection));
  }

  blind(_connection: number, reason: string): void {
    this.#saw(this.blinds.push(reason));
  }

  until(met: (seen: SeenCapture) => boolean): Promise<void> {
    if (met(this)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ met: () => met(this), resolve }));
  }

  texts(): string[] {
    return this.frames.map(
      ({ direction, bytes }) => `${direction === 'station_to_csms' ? '>' : '<'}${bytes.toString('utf8')}`,
    );
  }

  #saw(count: number): number {
    for (const { met, resolve } of this.#waiting) if (met()) resolve();
    this.#waiting = this.#waiting.filter(({ met }) => !met());
    return count;
  }
}

/** One end of a TCP connection: all bytes that came, and how it ended. */
export class RawPeer {
  readonly socket: Socket;
  /** The TCP socket of the connection, below TLS where there is some. */
  readonly transport: Socket;
  /** Resolves to how the other side ended. */
  readonly ending: Promise<'fin' | 'reset'>;
  #chunks: Buffer[] = [];
  #length = 0;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, transport: Socket = socket) {
    this.socket = socket;
    this.transport = transport;
    // What breaks below TLS breaks above it too, where it is told.
    if (transport !== socket) transport.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      for (const check of this.#waiting.splice(0)) check();
    });
    this.ending = new Promise((resolve) => {
      socket.once('end', () => resolve('fin'));
      socket.once('error', () => resolve('reset'));
    });
  }

  get received(): Buffer {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    return bytes;
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Takes `length` bytes off what came. */
  async take(length: number): Promise<Buffer> {
    while (this.#length < length) await this.#more();
    const bytes = this.received;
    this.#chunks = [bytes.subarray(length)];
    this.#length -= length;
    return bytes.subarray(0, length);
  }

  /** Takes an HTTP head with its empty line. */
  async takeHead(): Promise<string> {
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end >= 0) return (await this.take(end + 4)).toString('latin1');
      await this.#more();
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A TCP server that says nothing by itself. */
export class RawCsms {
  readonly #server: Server;
  readonly #peers: RawPeer[] = [];
  readonly #sockets: Socket[] = [];
  readonly #waiting: ((peer: RawPeer) => void)[] = [];
  /** Connections made to it so far. */
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.push(socket);
      const peer = new RawPeer(socket);
      const next = this.#waiting.shift();
      if (next === undefined) this.#peers.push(peer);
      else next(peer);
    });
  }

  static async listen(): Promise<RawCsms> {
    return new RawCsms(await listening(createServer({ allowHalfOpen: true })));
  }

  get port(): number {
    return portOf(this.#server);
  }

  next(): Promise<RawPeer> {
    const peer = this.#peers.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends all that is open, as a process that dies. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

export interface RigSettings {
  /** Upstream template of site `s`; null for none. */
  readonly upstream: string | null;
  readonly limits?: Partial<CaptureLimits>;
  readonly tls?: UpstreamTls;
  readonly sites?: () => ReadonlyMap<string, Site>;
  readonly autoSites?: AutoSites;
  readonly csms?: StationAcceptor;
  readonly trustProxy?: ProxyTrust;
  readonly isStation?: (socket: Socket) => void;
  /** Monotonic, ms. */
  readonly now?: () => number;
  readonly relay?: Partial<Pick<RelaySettings, 'upstreams' | 'forwardCertificate'>>;
  /** Of stations that must show something; nobody is let in unless given. */
  readonly admission?: Pick<Admission, 'refusal'>;
  /** Stands in front of the server; stations come by TLS then. */
  readonly secure?: TlsTexts;
}

export interface Rig {
  readonly port: number;
  readonly seen: SeenCapture;
  readonly relay: Relay;
  readonly counters: CaptureCounters;
  /** The server's ends of the upgraded connections. */
  readonly sockets: readonly Duplex[];
  readonly warnings: { readonly facts: object; readonly text: string }[];
  /** A station that has sent `head`; by TLS with these options where that is served. */
  station(head: string, options?: ConnectionOptions): Promise<RawPeer>;
  close(): Promise<void>;
}

export async function openRig(settings: RigSettings): Promise<Rig> {
  const seen = new SeenCapture();
  const counters = captureCounters();
  const limits = { ...CAPTURE_LIMITS, ...settings.limits };
  const relay = new Relay({ sink: seen, limits, counters, ...settings.relay, tls: () => settings.tls ?? {} });
  const sites = new Map([['s', siteWith('s', settings.upstream)]]);
  const warnings: { facts: object; text: string }[] = [];
  const server = createHttpServer();
  server.on(
    'upgrade',
    createUpgradeListener({
      sites: settings.sites ?? (() => sites),
      sink: seen,
      relay,
      csms: settings.csms ?? { accept: (_request, socket) => socket.destroy() },
      admission: settings.admission ?? { refusal: () => Promise.reject(new Error('no site asks for it')) },
      autoSites: settings.autoSites ?? null,
      own: { bound: '127.0.0.1', names: ['logs.example', 'public.example'] },
      trustProxy: settings.trustProxy ?? false,
      isStation: settings.isStation ?? (() => {}),
      limits,
      counters,
      ...(settings.now === undefined ? {} : { now: settings.now }),
      log: { warn: (facts, text) => warnings.push({ facts, text }) },
    }),
  );
  const sockets: Duplex[] = [];
  server.on('upgrade', (_request, socket) => sockets.push(socket));
  await listening(server);
  const stations: RawPeer[] = [];
  const secured = settings.secure === undefined ? null : await securely(server, settings.secure);
  return {
    port: portOf(server),
    seen,
    relay,
    counters,
    sockets,
    warnings,
    station: async (head, options = {}) => {
      const port = secured?.port ?? portOf(server);
      const transport = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      await once(transport, 'connect');
      const socket =
        secured === null
          ? transport
          : connectTls({ rejectUnauthorized: false, ...options, socket: transport });
      if (socket !== transport) await once(socket, 'secureConnect');
      const peer = new RawPeer(socket, transport);
      stations.push(peer);
      socket.write(head, 'latin1');
      return peer;
    },
    close: async () => {
      for (const { socket } of stations) socket.destroy();
      await relay.close();
      await secured?.listener.stop();
      server.closeAllConnections();
      await secured?.listener.drained(0);
      server.close();
      await once(server, 'close');
    },
  };
}

async function securely(server: HttpServer, texts: TlsTexts) {
  const silent = { info: () => {}, error: () => {}, debug: () => {} };
  const paths = { cert: '', key: '', clientCa: null };
  const listener = new TlsListener(server, {
    paths,
    texts,
    followMs: 86_400_000,
    arrived: () => true,
    log: silent,
  });
  return { listener, port: await listener.listen('127.0.0.1', 0) };
}

export function siteWith(id: string, upstream: string | null, origin: Site['origin'] = 'added'): Site {
  return { ...emptySite(id, origin), upstream };
}

/** An upgrade request as a station sends it. */
export function upgradeHead(path: string, more: readonly string[] = []): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: logs.example:9016',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n';

/** A station and a CSMS that are through with their handshake. */
export async function joined(rig: Rig, csms: RawCsms): Promise<{ station: RawPeer; backend: RawPeer }> {
  const station = await rig.station(upgradeHead('/ocpp/s/CP1', ['Sec-WebSocket-Protocol: ocpp1.6']));
  const backend = await csms.next();
  await backend.takeHead();
  backend.write(SWITCHING);
  await station.takeHead();
  await rig.seen.until(({ openings }) => openings.length > 0);
  return { station, backend };
}

async function listening<S extends Server>(server: S): Promise<S> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  // Safe: the server listens on a TCP port and not on a pipe.
  return (server.address() as AddressInfo).port;
}
