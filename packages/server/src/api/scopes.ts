/** The sites of a question: which are asked for, and what the store is asked of each. */

import { neighbourCodes } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { atSite } from '../store/at-site.ts';
import type { Site } from '../store/control.ts';
import { retentionCut } from '../store/retention.ts';
import type { EntryFilter, Rendering, Scope } from '../store/store.ts';
import { callerOf, siteFor, sitesFor } from './access.ts';
import type { Api } from './api.ts';
import type { AskedFilter, AskedRendering, LogQuery } from './log-query.ts';
import type { Query } from './query-string.ts';

/** The filter that the store is asked with: nothing older than the site keeps, and nothing of sites that the search leaves out. */
export function kept(filter: AskedFilter, site: Site, now: number): EntryFilter {
  const cut = retentionCut(now, site.retentionDays);
  const from = Math.max(filter.from, cut);
  const around = neighbourCodes(filter.query).length > 0 ? { kept: cut } : {};
  return atSite({ ...filter, from, ...around }, site);
}

export function renderingOf(
  site: Site,
  { session, neighbours, ...include }: AskedRendering,
  now: number,
): Rendering {
  const kept = retentionCut(now, site.retentionDays);
  return {
    siteName: site.name,
    ...include,
    ...(neighbours ? { neighbours: { kept } } : {}),
    ...(session ? { session: { kept } } : {}),
  };
}

export function scopesOf(
  sites: readonly Site[],
  { filter, include }: LogQuery,
  now: number,
): readonly Scope[] {
  return sites.map((site) => ({
    filter: kept(filter, site, now),
    rendering: renderingOf(site, include, now),
  }));
}

/** Without those of which nothing is kept of the time asked for, and those that the search leaves out. */
export function inhabited(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter(({ filter: { from, to } }) => from < to);
}

export interface AskedSites {
  readonly sites: readonly Site[];
  /** As asked for; null: all that are readable. */
  readonly named: readonly string[] | null;
}

/** Of the parameter `site`. One that is unknown or not readable is a 404, the same for both. */
export function askedSites(api: Api, request: FastifyRequest, query: Query): AskedSites {
  const caller = callerOf(request);
  const items = query.narrowing('site');
  const whole = query.text('site');
  if (items === null || whole === null) return { sites: sitesFor(api.control, caller), named: null };
  const readable = sitesFor(api.control, caller);
  // A site whose id holds commas.
  const only = readable.find(({ id }) => id === whole);
  const sites = only ? [only] : items.map((id) => siteFor(api.control, caller, id));
  return { sites, named: sites.map(({ id }) => id) };
}

/** Every action that was seen on the sites of this caller. */
export function seenActions(api: Api, request: FastifyRequest): () => Promise<readonly string[]> {
  return () => api.reader.actions(sitesFor(api.control, callerOf(request)).map((site) => site.id));
}

/** Aborts the work when the client goes away. null: it has gone, there is nobody to answer. */
export async function whileThere<T>(
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  reply.raw.once('close', leave);
  try {
    return await work(gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    reply.hijack();
    return null;
  } finally {
    reply.raw.off('close', leave);
  }
}
