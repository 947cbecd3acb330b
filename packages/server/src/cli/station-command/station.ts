/** Where a charger is, and what it speaks. */

import { nearest, OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';
import { CommandError, UsageError } from '../command.ts';
import type { ServerClient } from './server-client.ts';
import { refusal } from './station-answer.ts';

export interface Station {
  readonly site: string;
  readonly version: OcppVersion;
}

interface SiteBody {
  readonly id: string;
  readonly chargers: readonly { readonly id: string; readonly protocol: string | null }[];
}

/** `site` undefined: the one where the charger was seen. */
export async function findStation(
  server: ServerClient,
  charger: string,
  site: string | undefined,
): Promise<Station> {
  const sites = await sitesOf(server, site);
  const found = sites.flatMap(({ id, chargers }) =>
    chargers.filter((known) => known.id === charger).map(({ protocol }) => ({ site: id, protocol })),
  );
  const [only, another] = found;
  if (only === undefined) throw new CommandError(unknown(sites, charger, site));
  if (another !== undefined) {
    throw new UsageError(
      `--site is needed: ${charger} is on ${found.map(({ site: id }) => id).join(' and ')}`,
    );
  }
  // A station that names no subprotocol is taken as one of 1.6.
  const version = OCPP_VERSIONS.find((known) => only.protocol === `ocpp${known}`) ?? '1.6';
  return { site: only.site, version };
}

async function sitesOf(server: ServerClient, site: string | undefined): Promise<readonly SiteBody[]> {
  const path = site === undefined ? '/sites' : `/sites/${encodeURIComponent(site)}`;
  const { status, text } = await server.ask('GET', path);
  if (status !== 200) throw refusal(status, text);
  const body: SiteBody | readonly SiteBody[] = JSON.parse(text);
  return [body].flat();
}

function unknown(sites: readonly SiteBody[], charger: string, site: string | undefined): string {
  const known = sites.flatMap(({ chargers }) => chargers.map(({ id }) => id));
  const where = site === undefined ? '' : ` on ${site}`;
  const meant = nearest(charger, known);
  const some = known.slice(0, 10).join(', ');
  const hint = meant === null ? `there are ${some === '' ? 'none yet' : some}` : `did you mean ${meant}?`;
  return `no charger ${charger}${where}; ${hint}`;
}
