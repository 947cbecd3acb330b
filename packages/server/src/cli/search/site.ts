/** The sites that a command is about. */

import type { Site } from '../../store/control.ts';
import { type Call, CommandError, listFlag, textFlag, UsageError } from '../command.ts';
import { existingControl } from '../control-store.ts';

type Sites = ReadonlyMap<string, Site>;

/** That of `--site`, or the only one. */
export async function chosenSite(call: Call): Promise<Site> {
  const sites = await sitesOf(call);
  const id = textFlag(call, 'site');
  return id === undefined ? onlySite(sites) : siteOf(sites, id);
}

/** Those of `--site`, or the only one. */
export async function chosenSites(call: Call): Promise<readonly Site[]> {
  const sites = await sitesOf(call);
  const text = textFlag(call, 'site');
  if (text === undefined) return [onlySite(sites)];
  // A site whose id holds commas.
  const whole = sites.get(text);
  const named = new Set(listFlag(call, 'site'));
  return whole === undefined && named.size > 0
    ? [...named].map((id) => siteOf(sites, id))
    : [siteOf(sites, text)];
}

async function sitesOf(call: Call): Promise<Sites> {
  const control = await existingControl(call, { reading: true });
  const { sites } = await control.snapshot();
  await control.close();
  return sites;
}

function onlySite(sites: Sites): Site {
  const [only, another] = sites.values();
  if (only === undefined) throw new CommandError('there are no sites yet');
  if (another !== undefined) throw new UsageError(`--site is needed; there are ${namesOf(sites)}`);
  return only;
}

function siteOf(sites: Sites, id: string): Site {
  const site = sites.get(id);
  if (site !== undefined) return site;
  throw new CommandError(`no site ${id}; there are ${sites.size === 0 ? 'none' : namesOf(sites)}`);
}

function namesOf(sites: Sites): string {
  return [...sites.keys()].slice(0, 10).join(', ');
}
