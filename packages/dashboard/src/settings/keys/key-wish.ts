/** A key that is to be made, from what was typed to what is asked for. */

export const SCOPES = ['read', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  read: 'logs and sites, downloads, live tails',
  ingest: 'writes entries, imports logs',
  admin: 'everything, settings and keys too',
};

export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly string[];
  /** null: all sites. */
  readonly sites: readonly string[] | null;
  /** Day, `2026-12-31`; empty: never. */
  readonly expires: string;
}

export const NEW_KEY: KeyForm = { name: '', scopes: ['read'], sites: null, expires: '' };

/** The key is good for all of its last day, by the clock of this browser. */
export function keyWish({ name, scopes, sites, expires }: KeyForm): object {
  const [year = 0, month = 1, day = 1] = expires.split('-').map(Number);
  const end = new Date(year, month - 1, day + 1);
  return {
    name,
    scopes,
    ...(sites === null ? {} : { sites }),
    ...(expires === '' ? {} : { expires: end.toISOString() }),
  };
}

export function toggledIn(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

/** A first request with the key, for a shell. `origin` with the path of a proxy. */
export function curlExample(
  { bearer, sites }: { readonly bearer: string; readonly sites: readonly string[] | null },
  origin: string,
): string {
  const site = sites?.[0];
  const path = site === undefined ? '/sites' : `/ocpp-logs/site/${encodeURIComponent(site)}?take=5`;
  return `curl -H 'Authorization: Bearer ${bearer}' \\\n  '${origin}/rest/v1${path}'`;
}
