/** What is asked of both stores, for the range up to `to`: each time another one, so that nothing counted before answers. */

import { SEED_FROM, SEED_TO } from './seed.ts';

export interface StoreQuery {
  readonly name: string;
  /** `ask`: the how manieth time; `matching`: entries of a site. */
  path(ask: number, matching: number): string;
}

const SITES_ASKED = 20;

function range(ask: number): Record<string, string> {
  return {
    from: new Date(SEED_FROM).toISOString(),
    to: new Date(SEED_TO - (ask + 1) * 61 * 60_000).toISOString(),
  };
}

function site(name: string, rest: (matching: number) => Record<string, string>): StoreQuery {
  return {
    name,
    path: (ask, matching) => {
      const id = `site-${String((ask % SITES_ASKED) + 1).padStart(3, '0')}`;
      return `/rest/v1/ocpp-logs/site/${id}?${new URLSearchParams({ ...range(ask), ...rest(matching) })}`;
    },
  };
}

function across(name: string, what: '' | '/facets' | '/histogram', rest: Record<string, string>): StoreQuery {
  return {
    name: `${name}, all sites`,
    path: (ask) => `/rest/v1/ocpp-logs${what}?${new URLSearchParams({ ...range(ask), ...rest })}`,
  };
}

const RARE = 'StartTransaction,StopTransaction';

export const STORE_QUERIES: readonly StoreQuery[] = [
  site('page of 1000', () => ({ take: '1000' })),
  site('page of 1000 half way, by skip', (matching) => ({
    take: '1000',
    skip: String(Math.floor(matching / 2)),
  })),
  site(`page of 1000, ${RARE}`, () => ({ take: '1000', actions: RARE })),
  site('count (a page of 1)', () => ({ take: '1' })),
  across('count (a page of 1)', '', { take: '1' }),
  across('facets of the month', '/facets', {}),
  across('histogram of the month', '/histogram', { bins: '62' }),
  across('page of 100, status:Finishing', '', { take: '100', sort_order: 'desc', q: 'status:Finishing' }),
  across('page of 100, free text', '', {
    take: '100',
    sort_order: 'desc',
    q: 'payload:Charging',
    count: 'quick',
  }),
];
