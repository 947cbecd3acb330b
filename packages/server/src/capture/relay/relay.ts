/**
 * Passes a station's WebSocket on to the CSMS of its site as a byte tap: the upgrade waits for the CSMS's own
 * answer, then the two sockets are joined. A CSMS is never dialled again under a live station.
 */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { verifiedCertificate } from '../../auth/station-certificate.ts';
import type { UpstreamRule } from '../../auth/upstream-rule.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { CaptureCounters, CaptureLimits } from '../limits.ts';
import type { CaptureSink } from '../sink.ts';
import type { StationPath } from '../station-path.ts';
import { transportOf } from '../tls/tls-transport.ts';
import { ByteBudget } from './byte-budget.ts';
import { type DialOutcome, dial, type UpstreamTls } from './dial.ts';
import { endAfter, type Refusal, refuse } from './refusal.ts';
import { requestHead } from './request-head.ts';
import { Tap } from './tap.ts';
import { Tunnel } from './tunnel.ts';
import { resolveUpstream, type Upstream } from './upstream.ts';
import { WaitingStation } from './waiting-station.ts';

export interface RelaySettings {
  readonly sink: CaptureSink;
  readonly limits: CaptureLimits;
  readonly counters: CaptureCounters;
  /** How a CSMS behind TLS is met, asked for each connection: certificates are renewed. */
  readonly tls?: () => UpstreamTls;
  /** Where upstreams may lead that were not set on this machine; anywhere unless given. */
  readonly upstreams?: UpstreamRule;
  /** Whether the CSMS is told the certificate of a station. */
  readonly forwardCertificate?: boolean;
  readonly clock?: Clock;
}

export interface ArrivedStation {
  readonly path: StationPath;
  readonly remoteAddress: string;
  /** Whether it came by a proxy whose word counts. */
  readonly believed: boolean;
  /** Template of the site. */
  readonly upstream: string;
  /** Whether the template was set on this machine. */
  readonly trusted: boolean;
}

/** Of a station that left before it was answered, so that no status was sent: as many servers log it. */
const STATION_LEFT = 499;
/** The same for all that the rule of upstreams refuses: who only knocks learns neither where it leads nor why it may not. */
const NOT_ALLOWED = 'The CSMS cannot be reached; the log of the site says why.';
const SHUTTING_DOWN: Refusal = { status: 503, text: 'The server is shutting down.', retryAfter: 5 };

export class Relay {
  readonly #settings: RelaySettings;
  readonly #clock: Clock;
  readonly #held: ByteBudget;
  /** Each with what waits for its record to be complete. */
  readonly #tunnels = new Map<Tunnel, () => void>();
  readonly #dialling = new Set<AbortController>();
  #closing = false;

  constructor(settings: RelaySettings) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#held = new ByteBudget(settings.limits.heldOverall, null);
  }

  /** What all connections may hold. */
  get held(): ByteBudget {
    return this.#held;
  }

  /** Bytes that are held of messages that have not ended now. */
  get heldBytes(): number {
    return this.#held.used;
  }

  /** Takes over the socket of an upgrade request. Everything that can go wrong is answered and recorded. */
  async accept(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    station: ArrivedStation,
  ): Promise<void> {
    const { limits, counters, tls, upstreams, forwardCertificate } = this.#settings;
    const upstream = this.#admit(station);
    if ('status' in upstream) {
      this.#refuse(socket, station, upstream);
      return;
    }
    const peer = {
      address: peerAddress(socket),
      secure: socket instanceof TLSSocket,
      believed: station.believed,
    };
    const certificate = forwardCertificate === true ? { der: verifiedCertificate(socket) } : null;
    const bytes = requestHead(request.rawHeaders, upstream, { ...peer, certificate });
    const giveUp = new AbortController();
    const waiting = new WaitingStation(socket, head, limits.answerBytes, () => giveUp.abort());
    this.#dialling.add(giveUp);
    counters.waiting += 1;
    const outcome = await dial(upstream, bytes, {
      limits,
      tls: tls?.() ?? {},
      lookup: station.trusted ? null : (upstreams?.lookup ?? null),
      signal: giveUp.signal,
    });
    counters.waiting -= 1;
    this.#dialling.delete(giveUp);
    const early = waiting.release();
    if (waiting.left) this.#left(socket, station, outcome);
    else if (outcome.kind === 'upgraded') this.#join(socket, early, station, outcome);
    else this.#notUpgraded(socket, station, outcome);
  }

  /** Ends every relayed connection on both sides, so that stations connect again. Resolves when all are recorded. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const giveUp of this.#dialling) giveUp.abort();
    const recorded = [...this.#tunnels.keys()].map(
      (tunnel) => new Promise<void>((resolve) => this.#tunnels.set(tunnel, resolve)),
    );
    for (const tunnel of this.#tunnels.keys()) tunnel.close();
    await Promise.all(recorded);
  }

  #admit(station: ArrivedStation): Upstream | Refusal {
    const { limits, counters } = this.#settings;
    if (this.#closing) return SHUTTING_DOWN;
    if (counters.waiting >= limits.waiting) {
      counters.overLimit += 1;
      return { status: 503, text: 'Too many stations wait for their CSMS.', retryAfter: 10 };
    }
    const upstream = resolveUpstream(station.upstream, station.path);
    if ('problem' in upstream) return { status: 502, text: `Wrong upstream: ${upstream.problem}.` };
    const refusal = station.trusted
      ? null
      : (this.#settings.upstreams?.hostRefusal(upstream.hostname) ?? null);
    return refusal === null
      ? upstream
      : { status: 502, text: NOT_ALLOWED, detail: `The upstream ${refusal}.` };
  }

  #notUpgraded(
    socket: Socket,
    station: ArrivedStation,
    outcome: Exclude<DialOutcome, { kind: 'upgraded' }>,
  ): void {
    const { limits, counters } = this.#settings;
    if (outcome.kind === 'refused') {
      const { status, phrase } = outcome.answer;
      this.#refused(station, status, `the CSMS answered ${status} ${phrase}`.trim());
      endAfter(socket, outcome.bytes);
    } else if (outcome.kind === 'unreachable') {
      counters.unreachable += 1;
      const detail = `The CSMS cannot be reached: ${outcome.reason}.`;
      const text = outcome.inside ? NOT_ALLOWED : detail;
      this.#refuse(socket, station, { status: 502, text, detail });
    } else if (outcome.kind === 'slow') {
      counters.tooSlow += 1;
      const text = `The CSMS did not answer within ${limits.answerMs / 1000} s.`;
      this.#refuse(socket, station, { status: 504, text });
    } else {
      this.#refuse(socket, station, SHUTTING_DOWN);
    }
  }

  #left(socket: Socket, station: ArrivedStation, outcome: DialOutcome): void {
    if (outcome.kind === 'upgraded') outcome.csms.socket.destroy();
    this.#refused(station, STATION_LEFT, 'the station left before the CSMS answered');
    socket.on('error', () => {}).destroy();
  }

  #join(
    socket: Socket,
    head: Buffer,
    { path, remoteAddress }: ArrivedStation,
    { answer, bytes, csms }: DialOutcome & { readonly kind: 'upgraded' },
  ): void {
    const { sink, limits, counters } = this.#settings;
    socket.write(bytes);
    const connection = sink.opened({
      site: path.site,
      charger: path.charger,
      subprotocol: answer.headers.get('sec-websocket-protocol') ?? null,
      remoteAddress,
      mode: 'relay',
    });
    counters.opened += 1;
    counters.relayed += 1;
    const extensions = answer.headers.get('sec-websocket-extensions') ?? '';
    const tap = new Tap({ sink, connection, extensions, limits, held: this.#held, counters });
    const tunnel = new Tunnel({
      station: { socket, transport: transportOf(socket), head },
      csms,
      clock: this.#clock,
      halfOpenMs: limits.halfOpenMs,
      shutdownMs: limits.shutdownMs,
      heard: (direction, chunk, stamp) => {
        if (direction === 'station_to_csms') counters.bytesToCsms += chunk.length;
        else counters.bytesToStation += chunk.length;
        tap.heard(direction, chunk, stamp);
      },
      overdue: () => {
        counters.halfOpenEnded += 1;
      },
      ended: (ending) => {
        counters.relayed -= 1;
        tap.ended(ending, () => {
          const recorded = this.#tunnels.get(tunnel);
          this.#tunnels.delete(tunnel);
          recorded?.();
        });
      },
    });
    this.#tunnels.set(tunnel, () => {});
    if (this.#closing) tunnel.close();
  }

  #refuse(socket: Socket, station: ArrivedStation, refusal: Refusal): void {
    this.#refused(station, refusal.status, refusal.detail ?? refusal.text);
    refuse(socket, refusal);
  }

  #refused({ path, remoteAddress }: ArrivedStation, status: number, reason: string): void {
    this.#settings.counters.refused += 1;
    const { site, charger } = path;
    this.#settings.sink.refused({ site, charger, remoteAddress, status, reason });
  }
}

function peerAddress(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
}
