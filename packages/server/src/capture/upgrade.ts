/** Routes WebSocket upgrades: `/ocpp/{site}/{charger}` to the CSMS of the site, or to the built-in one. */

import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Allowance } from '../auth/allowance.ts';
import { addressGroup } from '../auth/attempts.ts';
import { isOwnHost, type OwnNames } from '../auth/host.ts';
import { Proxies, type ProxyTrust } from '../auth/proxies.ts';
import type { Site } from '../store/control.ts';
import type { Admission } from './admission.ts';
import type { AutoSites } from './auto-sites.ts';
import type { CaptureCounters, CaptureLimits } from './limits.ts';
import { isForeignOrigin } from './origin.ts';
import { Places } from './places.ts';
import { type Refusal, refuse } from './relay/refusal.ts';
import type { Relay } from './relay/relay.ts';
import type { CaptureSink } from './sink.ts';
import { SparingLog, type WarningLog } from './sparing-log.ts';
import { readStationPath, type StationAddress, type StationPath, shownPath } from './station-path.ts';

/** Answers stations of sites without an upstream. */
export interface StationAcceptor {
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    at: StationAddress & { readonly remoteAddress: string },
  ): void;
}

export interface UpgradeSettings {
  readonly sites: () => ReadonlyMap<string, Site>;
  readonly sink: CaptureSink;
  readonly relay: Relay;
  readonly csms: StationAcceptor;
  readonly admission: Pick<Admission, 'refusal'>;
  /** null: unknown sites are refused. */
  readonly autoSites: AutoSites | null;
  /** Under which names stations may call: a page that makes its own name mean this machine calls under that one. */
  readonly own: OwnNames;
  /** Whose forwarding headers are believed. */
  readonly trustProxy: ProxyTrust;
  /** Told of each that has a place among stations. */
  readonly isStation: (socket: Socket) => void;
  readonly limits: CaptureLimits;
  readonly counters: CaptureCounters;
  readonly log: WarningLog;
  /** Monotonic, ms; for the rate of log lines. */
  readonly now?: () => number;
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

interface Arrival {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly path: StationPath;
  readonly remoteAddress: string;
  /** Name under which a proxy was asked; null for none. */
  readonly publicHost: string | null;
}

/** The listener of an HTTP server's 'upgrade' event. */
export function createUpgradeListener(settings: UpgradeSettings): UpgradeListener {
  const router = new UpgradeRouter(settings);
  return (request, socket, head) => router.route(request, socket, head);
}

class UpgradeRouter {
  readonly #settings: UpgradeSettings;
  readonly #proxies: Proxies;
  readonly #log: SparingLog;
  readonly #now: () => number;
  readonly #rate: Allowance;
  readonly #places: Places;

  constructor(settings: UpgradeSettings) {
    this.#settings = settings;
    this.#proxies = new Proxies(settings.trustProxy);
    this.#now = settings.now ?? (() => performance.now());
    this.#log = new SparingLog(settings.log, this.#now);
    this.#rate = new Allowance(settings.limits.upgradesPerMinute);
    this.#places = new Places(settings.limits, settings.counters);
  }

  route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node gives every upgrade of a listening server as a Socket; a Duplex could be neither tuned nor reset.
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#settings.counters.wrongAddress += 1;
      refuse(socket, {
        status: 400,
        text: 'Only GET requests with "Upgrade: websocket" are upgraded.',
      });
      return;
    }
    const url = request.url ?? '';
    const path = readStationPath(url);
    if ('problem' in path) {
      this.#settings.counters.wrongAddress += 1;
      this.#log.warn({ path: shownPath(url).slice(0, 300) }, `upgrade refused: ${path.problem}`);
      refuse(socket, {
        status: 404,
        text: `Stations connect to /ocpp/{site}/{charger}; ${path.problem}.`,
      });
      return;
    }
    const { address, host } = this.#proxies.peerOf(request.headers, socket.remoteAddress);
    if (!this.#isTimely(socket, address)) return;
    this.#admit({ request, socket, head, path, remoteAddress: address, publicHost: host });
  }

  /** Counted only, not recorded: whoever hammers would fill the log of the site. */
  #isTimely(socket: Socket, address: string): boolean {
    const { waitMs } = this.#rate.take(addressGroup(address), this.#now());
    if (waitMs === 0) return true;
    this.#settings.counters.tooOften += 1;
    const { perMinute } = this.#rate;
    this.#log.warn({ remoteAddress: address, limit: perMinute }, TOO_OFTEN);
    refuse(socket, {
      status: 429,
      text: `There were ${perMinute} connections of this address in a minute, the most there may be.`,
      retryAfter: Math.max(1, Math.ceil(waitMs / 1000)),
    });
    return false;
  }

  #admit(arrival: Arrival): void {
    const { sites, counters, own } = this.#settings;
    const { request, socket, path, publicHost } = arrival;
    const site = sites().get(path.site) ?? null;
    if (isForeignOrigin(request.headers, publicHost)) {
      counters.foreignOrigin += 1;
      this.#refuse(arrival, site, { status: 403, text: 'Web pages of other hosts may not connect.' });
      return;
    }
    const host = publicHost ?? request.headers.host;
    if (!isOwnHost(host, own)) {
      counters.foreignHost += 1;
      const called = host?.slice(0, HOST_SHOWN) ?? 'nothing';
      const text = `${called} is no name of this server; add it to the setting hosts.`;
      this.#log.warn({ site: path.site, charger: path.charger }, `upgrade refused: ${text}`);
      this.#refuse(arrival, site, { status: 403, text });
      return;
    }
    const place = { site: path.site, relayed: site !== null && site.upstream !== null };
    const full = this.#places.take(place);
    if (full !== null) {
      const { charger } = path;
      this.#log.warn(
        { site: path.site, charger, remoteAddress: arrival.remoteAddress },
        `upgrade refused: ${full}`,
      );
      this.#refuse(arrival, site, { status: 503, text: full, retryAfter: 30 });
      return;
    }
    socket.once('close', () => this.#places.giveBack(place));
    this.#settings.isStation(socket);
    if (site === null) this.#unknownSite(arrival);
    else this.#knownSite(arrival, site);
  }

  #knownSite(arrival: Arrival, site: Site): void {
    const { autoSites, counters } = this.#settings;
    const { path } = arrival;
    if (site.origin === 'auto' && autoSites !== null && !autoSites.admit(path)) {
      counters.overLimit += 1;
      const text = 'There are too many chargers on automatic sites. Add the site with `ocpp-logs site add`.';
      this.#refuse(arrival, site, { status: 503, text, retryAfter: 30 });
      return;
    }
    if (site.stationAuth === 'none') this.#enter(arrival, site);
    else this.#authenticate(arrival, site);
  }

  #authenticate(arrival: Arrival, site: Site): void {
    const { admission, counters, sink } = this.#settings;
    const { request, socket, path, remoteAddress } = arrival;
    const { charger } = path;
    const listening = heardNowhere(socket);
    admission
      .refusal({ site, charger, remoteAddress, request, socket })
      .then((unadmitted) => {
        listening();
        if (unadmitted === null) {
          if (!socket.destroyed) this.#enter(arrival, site);
          return;
        }
        const { refusal, reason } = unadmitted;
        const { status } = refusal;
        counters.unauthorized += 1;
        if (reason !== null) {
          counters.refused += 1;
          sink.refused({ site: site.id, charger, remoteAddress, status, reason });
        }
        refuse(socket, refusal);
      })
      .catch((error: unknown) => this.#broke(arrival, error));
  }

  #enter({ request, socket, head, path, remoteAddress }: Arrival, site: Site): void {
    const { relay, csms } = this.#settings;
    if (site.upstream === null) {
      const { charger } = path;
      csms.accept(request, socket, head, { site: path.site, charger, remoteAddress });
      return;
    }
    const station = {
      path,
      remoteAddress,
      believed: this.#proxies.believes(socket.remoteAddress),
      upstream: site.upstream,
      trusted: site.upstreamTrusted || site.origin === 'config',
    };
    relay
      .accept(request, socket, head, station)
      .catch((error: unknown) => this.#broke({ socket, path }, error));
  }

  #unknownSite(arrival: Arrival): void {
    const { autoSites, counters, sites } = this.#settings;
    const { request, socket, path } = arrival;
    const candidate = { ...path, peer: socket.remoteAddress ?? '', headers: request.headers };
    const refusal =
      autoSites === null ? 'sites are not made by themselves' : autoSites.refusal(candidate, sites());
    if (autoSites === null || refusal !== null) {
      counters.unknownSite += 1;
      this.#log.warn(
        { site: path.site, charger: path.charger, remoteAddress: arrival.remoteAddress, refusal },
        UNKNOWN,
      );
      refuse(socket, {
        status: 404,
        text: 'There is no such site. Add it with `ocpp-logs site add`.',
      });
      return;
    }
    const listening = heardNowhere(socket);
    autoSites
      .create(path.site)
      .then((site) => {
        listening();
        if (!socket.destroyed) this.#knownSite(arrival, site);
      })
      .catch((error: unknown) => this.#broke(arrival, error));
  }

  #refuse({ socket, path, remoteAddress }: Arrival, site: Site | null, refusal: Refusal): void {
    if (site !== null) {
      const { counters, sink } = this.#settings;
      counters.refused += 1;
      const { status, text: reason } = refusal;
      sink.refused({ site: site.id, charger: path.charger, remoteAddress, status, reason });
    }
    refuse(socket, refusal);
  }

  #broke({ socket, path }: Pick<Arrival, 'socket' | 'path'>, error: unknown): void {
    this.#log.warn({ site: path.site, charger: path.charger, error: String(error) }, 'an upgrade failed');
    refuse(socket, { status: 500, text: 'The server failed; its log tells more.' });
  }
}

/** While nobody else listens to the socket an error would end the server; to be called when somebody does. */
function heardNowhere(socket: Socket): () => void {
  const ignore = () => {};
  socket.on('error', ignore);
  return () => socket.off('error', ignore);
}

/** Characters; a name of a host has at most 253, and what else stands there is of whoever called. */
const HOST_SHOWN = 200;
const TOO_OFTEN = 'upgrade refused: too many connections of one address in a minute';
const UNKNOWN = 'a station called a site that does not exist';
