/** Whoever serves pages: where to ask, and how to come to a place in the middle. */

import { HttpClient } from './http-client.ts';
import type { OurServer } from './our-server.ts';
import { type PageQuery, type Position, pathOf } from './page-queries.ts';

export interface PageContender {
  readonly name: string;
  readonly client: HttpClient;
  path(site: string, query: PageQuery, position: Position): string;
  /** Where the page behind the first `entries` begins, by cursor. */
  cursorAt(site: string, query: PageQuery, entries: number): Promise<Position>;
}

export function ourPages(server: OurServer): PageContender {
  const client = new HttpClient(server.url, { authorization: server.credentials });
  return {
    name: 'ocpp-logs',
    client,
    path: (site, query, position) => pathOf('/rest/v1', site, query, position),
    cursorAt: (site, query, entries) => walk(client, site, query, entries),
  };
}

/** A cursor is opaque: there is no other way than through the pages before it. */
async function walk(client: HttpClient, site: string, query: PageQuery, entries: number): Promise<Position> {
  let cursor = '';
  for (let passed = 0; passed < entries; passed += query.take) {
    const { body } = await client.get(pathOf('/rest/v1', site, query, { cursor }));
    const next = /"next_cursor":"([^"]+)"\}$/.exec(body.subarray(-200).toString())?.[1];
    if (next === undefined) throw new Error(`the pages of ${site} end after ${passed} entries`);
    cursor = next;
  }
  return { cursor };
}

export function postgresPages(url: string, counting: boolean): PageContender {
  const client = new HttpClient(url);
  const path = (site: string, query: PageQuery, position: Position) =>
    pathOf('', site, query, position) + (counting ? '' : '&count=false');
  return {
    name: counting ? 'PostgreSQL' : 'PostgreSQL, not counting',
    client,
    path,
    cursorAt: async (site, query, entries) => {
      const last = { ...query, take: 1 };
      const { headers } = await client.get(`${pathOf('', site, last, { skip: entries - 1 })}&count=false`);
      return { cursor: String(headers['x-cursor']) };
    },
  };
}
