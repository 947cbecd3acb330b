/**
 * Sockets that are not, or not yet, those of stations. They have few of the files that the process may open, so that strangers who
 * connect and say nothing keep neither stations out nor the store from its files.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { addressGroup } from '../auth/attempts.ts';
import { plainAddress } from '../config/address-list.ts';
import { SparingLog, type WarningLog } from './sparing-log.ts';
import { transportOf } from './tls/tls-transport.ts';

export interface HttpSocketsSettings {
  /** How many there may be now. */
  readonly room: () => number;
  /** Whose connections are those of many: a proxy that is believed. */
  readonly isShared: (address: string | undefined) => boolean;
  readonly log: WarningLog;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

interface Open {
  readonly transport: Socket;
  /** null: it is not counted by address. */
  readonly group: string | null;
  /** What is decrypted of it; null without TLS, and before its handshake is through. */
  secured: TLSSocket | null;
  /** Requests that have no whole answer yet. */
  requests: number;
  /** Whether somebody has shown who it is. */
  known: boolean;
  /** When it last began or ended a request, or came; ms. */
  since: number;
}

/** Of one address; the rest is for all others. */
export const PART_OF_ONE = 0.75;
/** A connection that has said nothing for so long may make room for another, ms. */
export const SPARE_MS = 5_000;

export class HttpSockets {
  readonly #room: () => number;
  readonly #isShared: HttpSocketsSettings['isShared'];
  readonly #log: SparingLog;
  readonly #now: () => number;
  readonly #open = new Map<Socket, Open>();
  /** Those that make room, the one that was silent longest first: no request of somebody who is known is under way. */
  readonly #spare = new Set<Open>();
  /** Requests of somebody who is known, the oldest first: they make room for stations alone. */
  readonly #busy = new Set<Open>();
  readonly #byGroup = new Map<string, Set<Open>>();
  #refused = 0;
  #ended = 0;

  constructor({ room, isShared, log, now = () => performance.now() }: HttpSocketsSettings) {
    this.#room = room;
    this.#isShared = isShared;
    this.#log = new SparingLog(log, now);
    this.#now = now;
  }

  /** Counts what the server is given, whoever gives it; of a TLS listener the transports come by {@link arrived}. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const held = this.#of(socket);
      if (held !== undefined && socket instanceof TLSSocket) held.secured = socket;
      else if (held === undefined) this.arrived(socket);
    });
    server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) =>
      this.#asked(socket, answer),
    );
  }

  /** False where there is no room: it is closed then. */
  arrived(transport: Socket): boolean {
    const { remoteAddress } = transport;
    const group = this.#isShared(remoteAddress)
      ? null
      : addressGroup(plainAddress(remoteAddress ?? 'unknown'));
    if (!this.#hasRoom(group)) {
      this.#refused += 1;
      this.#log.warn({ remoteAddress, open: this.#open.size }, FULL);
      transport.destroy();
      return false;
    }
    const held: Open = { transport, group, secured: null, requests: 0, known: false, since: this.#now() };
    this.#open.set(transport, held);
    this.#spare.add(held);
    if (group !== null) this.#ofGroup(group).add(held);
    transport.once('close', () => this.#forget(held));
    return true;
  }

  /** Somebody has shown who it is: its requests are seen to their end. */
  known(socket: Socket): void {
    const held = this.#of(socket);
    if (held === undefined) return;
    held.known = true;
    this.#sort(held);
  }

  /** It is a station's from now on, and counted there. Stations go before: others may have to make room. */
  isStation(socket: Socket): void {
    const held = this.#of(socket);
    if (held !== undefined) this.#forget(held);
    while (this.#open.size > this.#room()) {
      const [oldest] = this.#spare.size > 0 ? this.#spare : this.#busy;
      if (oldest === undefined) return;
      this.#end(oldest);
    }
  }

  counters(): Readonly<Record<string, number>> {
    return {
      http_connections: this.#open.size,
      http_connections_max: this.#room(),
      http_connections_refused_total: this.#refused,
      http_connections_ended_total: this.#ended,
    };
  }

  #of(socket: Socket): Open | undefined {
    return this.#open.get(transportOf(socket) ?? socket);
  }

  #ofGroup(group: string): Set<Open> {
    const all = this.#byGroup.get(group) ?? new Set();
    this.#byGroup.set(group, all);
    return all;
  }

  #asked(socket: Socket, answer: ServerResponse): void {
    const held = this.#of(socket);
    if (held === undefined) return;
    held.requests += 1;
    this.#sort(held);
    answer.once('close', () => {
      held.requests -= 1;
      if (this.#open.has(held.transport)) this.#sort(held);
    });
  }

  /** To the end of where it belongs now. */
  #sort(held: Open): void {
    held.since = this.#now();
    this.#spare.delete(held);
    this.#busy.delete(held);
    (held.known && held.requests > 0 ? this.#busy : this.#spare).add(held);
    if (held.group === null) return;
    const all = this.#ofGroup(held.group);
    all.delete(held);
    all.add(held);
  }

  #hasRoom(group: string | null): boolean {
    const room = this.#room();
    const all = group === null ? undefined : this.#byGroup.get(group);
    if (all !== undefined && all.size >= Math.ceil(room * PART_OF_ONE) && !this.#makeRoom(all)) return false;
    return this.#open.size < room || this.#makeRoom(this.#spare);
  }

  /** Ends one that has been silent, where there is one. */
  #makeRoom(among: ReadonlySet<Open>): boolean {
    const before = this.#now() - SPARE_MS;
    for (const held of among) {
      if (held.since > before) return false;
      if (!this.#spare.has(held)) continue;
      this.#end(held);
      return true;
    }
    return false;
  }

  #end(held: Open): void {
    this.#ended += 1;
    this.#forget(held);
    (held.secured ?? held.transport).destroy();
  }

  #forget(held: Open): void {
    this.#open.delete(held.transport);
    this.#spare.delete(held);
    this.#busy.delete(held);
    if (held.group === null) return;
    const all = this.#byGroup.get(held.group);
    all?.delete(held);
    if (all?.size === 0) this.#byGroup.delete(held.group);
  }
}

const FULL = 'a connection was closed: there are as many as there may be that are not those of stations';
