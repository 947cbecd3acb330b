/** The built-in CSMS: answers the stations of a site that has no CSMS of its own, and calls them when people ask for it. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { StartOfTransaction } from '../../store/control.ts';
import { CAPTURE_LIMITS, captureCounters } from '../limits.ts';
import { ByteBudget } from '../relay/byte-budget.ts';
import type { CaptureSink } from '../sink.ts';
import type { WarningLog } from '../sparing-log.ts';
import { CSMS_LIMITS, CsmsConnection, type CsmsLimits, type CsmsSurroundings } from './csms-connection.ts';
import type { CallOutcome, WantedCall } from './outgoing-calls.ts';

/** On top of the closing handshakes, ms. */
const CLOSE_MS = 5_000;

export interface BuiltInCsmsOptions {
  readonly sink: CaptureSink;
  /** Positive int32, never reused, the same for the same start; durable before it resolves. */
  readonly transactionNumber: (start: StartOfTransaction) => Promise<number>;
  /** What stations are told at boot, seconds. */
  readonly heartbeatIntervalS: number;
  /** For the answer to a call, ms. */
  readonly callTimeoutMs: number;
  readonly now: () => Date;
  readonly limits?: Partial<CsmsLimits>;
  /** Of messages that have not ended, shared with whoever else holds some. */
  readonly held?: ByteBudget;
  readonly counters?: CsmsSurroundings['counters'];
  readonly log: WarningLog;
}

/** A station that can be called. */
export interface ConnectedStation {
  readonly version: OcppVersion;
  /** Rejects where nothing was sent. */
  call(wanted: WantedCall): Promise<CallOutcome>;
}

export interface ChargerAddress {
  readonly site: string;
  readonly charger: string;
  /** Where the upgrade came from; by default the peer of the socket. */
  readonly remoteAddress?: string;
}

export class BuiltInCsms {
  readonly #surroundings: CsmsSurroundings;
  readonly #server: WebSocketServer;
  /** The newest connection of each charger. */
  readonly #current = new Map<string, CsmsConnection>();
  readonly #all = new Set<CsmsConnection>();
  readonly #addresses = new WeakMap<IncomingMessage, ChargerAddress>();

  constructor({
    limits,
    held = new ByteBudget(CAPTURE_LIMITS.heldOverall, null),
    counters = captureCounters(),
    ...options
  }: BuiltInCsmsOptions) {
    this.#surroundings = { ...options, held, counters, limits: { ...CSMS_LIMITS, ...limits } };
    // `closeTimeout` is an option of `ws` that its types do not know yet.
    const settings: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      maxPayload: this.#surroundings.limits.messageBytes,
      closeTimeout: this.#surroundings.limits.closeTimeout,
      // Without a window for each station and each direction between two messages.
      perMessageDeflate: {
        threshold: 1_024,
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
      },
      // A text that is no UTF-8 is a finding in the record and no reason to hang up.
      skipUTF8Validation: true,
      handleProtocols: (offered) => [...offered].find(isKnown) ?? false,
    };
    this.#server = new WebSocketServer(settings);
    this.#server.on('wsClientError', (error, socket, request) => this.#refuse(error, socket, request));
  }

  /** Stations that are connected now. */
  get connections(): number {
    return this.#all.size;
  }

  /** Calls to stations that wait for their turn now. */
  get waitingCalls(): number {
    let waiting = 0;
    for (const connection of this.#all) waiting += connection.waitingCalls;
    return waiting;
  }

  /** null: no connection of this charger is open. */
  connected(site: string, charger: string): ConnectedStation | null {
    const connection = this.#current.get(keyOf(site, charger));
    return connection?.open === true ? connection : null;
  }

  /** Takes over the socket of an upgrade request. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, at: ChargerAddress): void {
    this.#addresses.set(request, at);
    this.#server.handleUpgrade(request, socket, head, (station) => {
      this.#opened(request, station, socket, at);
    });
  }

  /** Closes every connection with 1001. Resolves when all are recorded as closed, after 5 s at the latest. */
  async close(): Promise<void> {
    this.#server.close();
    const open = [...this.#all];
    for (const connection of open) connection.close(1001, 'the server is shutting down', 'server');
    const terminating = setTimeout(() => {
      for (const connection of open) connection.terminate();
    }, CLOSE_MS);
    await Promise.all(open.map((connection) => connection.ended));
    clearTimeout(terminating);
  }

  #opened(request: IncomingMessage, station: WebSocket, socket: Duplex, at: ChargerAddress): void {
    const { sink } = this.#surroundings;
    const remoteAddress = remoteAddressOf(request, at);
    const offered = request.headers['sec-websocket-protocol'];
    if (offered !== undefined && station.protocol === '') {
      // OCPP 1.6J 3.1.2: no common version, so the handshake ends without one and the connection is closed.
      const reason = `closed with 1002: none of the offered subprotocols is known (${offered.slice(0, 200)})`;
      sink.refused({ site: at.site, charger: at.charger, remoteAddress, status: 101, reason });
      station.on('error', () => station.terminate());
      station.close(1002, 'none of the offered subprotocols is known');
      return;
    }
    const subprotocol = station.protocol === '' ? null : station.protocol;
    const number = sink.opened({
      site: at.site,
      charger: at.charger,
      subprotocol,
      remoteAddress,
      mode: 'csms',
    });
    const version = versionOf(subprotocol) ?? '1.6';
    const connection = new CsmsConnection(
      this.#surroundings,
      { site: at.site, charger: at.charger, version },
      station,
      socket,
      number,
    );
    const key = keyOf(at.site, at.charger);
    this.#current.get(key)?.close(1000, 'the charger has connected again');
    this.#current.set(key, connection);
    this.#all.add(connection);
    connection.ended.then(() => {
      this.#all.delete(connection);
      if (this.#current.get(key) === connection) this.#current.delete(key);
    });
  }

  /** RFC 6455 4.2.2: no WebSocket handshake that can be answered with 101. */
  #refuse(error: Error, socket: Duplex, request: IncomingMessage): void {
    const body = `${error.message}\n`;
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\nContent-Type: text/plain\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const at = this.#addresses.get(request);
    if (at === undefined) return;
    this.#surroundings.sink.refused({
      site: at.site,
      charger: at.charger,
      remoteAddress: remoteAddressOf(request, at),
      status: 400,
      reason: error.message,
    });
  }
}

function keyOf(site: string, charger: string): string {
  return JSON.stringify([site, charger]);
}

function remoteAddressOf(request: IncomingMessage, at: ChargerAddress): string {
  return at.remoteAddress ?? request.socket.remoteAddress ?? '';
}

function isKnown(subprotocol: string): boolean {
  return versionOf(subprotocol) !== null;
}

function versionOf(subprotocol: string | null): OcppVersion | null {
  return OCPP_VERSIONS.find((version) => subprotocol === `ocpp${version}`) ?? null;
}
