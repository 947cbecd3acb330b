/** Unknown sites that come into being when a station calls them: for a first try on one's own machine, nowhere else. */

import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Site } from '../store/control.ts';

export interface AutoSitesSettings {
  /** Address the server listens on. */
  readonly boundTo: string;
  /** Whether the server is behind a proxy. */
  readonly trustProxy: boolean;
  /** {@link AUTO_SITES_MAX} and {@link AUTO_CHARGERS_MAX} unless given. */
  readonly sitesMax?: number;
  readonly chargersMax?: number;
  /** Makes a site without an upstream; resolves when it is on the disk. */
  readonly createSite: (id: string) => Promise<Site>;
}

export const AUTO_SITES_MAX = 100;
export const AUTO_CHARGERS_MAX = 1_000;

export interface AutoSiteCandidate {
  readonly site: string;
  readonly charger: string;
  readonly peer: string;
  readonly headers: IncomingHttpHeaders;
}

/** Loopback by address; `localhost` is what servers are told to bind to. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '').toLowerCase();
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** Why nobody but this machine's user is sure to be asking; null if so. */
export function exposure(
  settings: Pick<AutoSitesSettings, 'boundTo' | 'trustProxy'>,
  candidate: Pick<AutoSiteCandidate, 'peer' | 'headers'>,
): string | null {
  if (!isLoopback(settings.boundTo)) return 'the server can be reached from other machines';
  if (settings.trustProxy) return 'the server is behind a proxy';
  if (!isLoopback(candidate.peer)) return 'the station is on another machine';
  const names = Object.keys(candidate.headers);
  const forwarded = names.find((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  if (forwarded !== undefined) return `the request was forwarded (${forwarded})`;
  if (candidate.headers.origin !== undefined) return 'the request comes from a web page';
  return null;
}

export class AutoSites {
  readonly #settings: AutoSitesSettings;
  readonly #creating = new Map<string, Promise<Site>>();
  /** Chargers seen on automatic sites; bounded by `chargersMax`. */
  readonly #chargers = new Set<string>();

  constructor(settings: AutoSitesSettings) {
    this.#settings = settings;
  }

  /** Why the unknown site of this upgrade is not created; null if it may be. */
  refusal(candidate: AutoSiteCandidate, sites: ReadonlyMap<string, Site>): string | null {
    const exposed = exposure(this.#settings, candidate);
    if (exposed !== null) return exposed;
    let count = this.#creating.size;
    for (const site of sites.values()) if (site.origin === 'auto') count += 1;
    const { sitesMax = AUTO_SITES_MAX } = this.#settings;
    if (count >= sitesMax && !this.#creating.has(candidate.site)) {
      return `there are ${sitesMax} automatic sites already`;
    }
    return null;
  }

  /** Counts a charger of an automatic site; false where there are too many. */
  admit(candidate: Pick<AutoSiteCandidate, 'site' | 'charger'>): boolean {
    const key = JSON.stringify([candidate.site, candidate.charger]);
    if (this.#chargers.has(key)) return true;
    if (this.#chargers.size >= (this.#settings.chargersMax ?? AUTO_CHARGERS_MAX)) return false;
    this.#chargers.add(key);
    return true;
  }

  /** The same site once, however many stations call it at a time. */
  create(id: string): Promise<Site> {
    const running = this.#creating.get(id);
    if (running !== undefined) return running;
    const creating = this.#settings.createSite(id).finally(() => this.#creating.delete(id));
    this.#creating.set(id, creating);
    return creating;
  }
}
