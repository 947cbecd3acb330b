/** Seeded traffic pushed to the ingest route, request after request, each answered when it is on the disk. */

import { HttpClient } from './http-client.ts';
import { startOurServer } from './our-server.ts';
import type { Spoken } from './said.ts';
import { type SeedPlan, siteIds, traffic } from './seed.ts';

/** As many as the route takes. */
export const PUSHED_LINES = 10_000;

/** Entries a second. */
export async function pushTraffic(plan: SeedPlan): Promise<number> {
  const server = await startOurServer({ sites: siteIds(plan.sites).map((id) => ({ id })) });
  const client = new HttpClient(server.url, { authorization: server.credentials });
  const bodies = bodiesOf(plan);
  const started = performance.now();
  for (const { site, text } of bodies) {
    const path = `/rest/v1/ocpp-logs/site/${site}`;
    const { body } = await client.post(path, Buffer.from(text), 'application/x-ndjson');
    const answer: unknown = JSON.parse(body.toString());
    const rejected =
      typeof answer === 'object' && answer !== null && 'rejected' in answer ? answer.rejected : null;
    if (!Array.isArray(rejected) || rejected.length > 0)
      throw new Error(`pushed lines were refused: ${body}`);
  }
  const seconds = (performance.now() - started) / 1000;
  client.close();
  await server.stop();
  return plan.entries / seconds;
}

function bodiesOf(plan: SeedPlan): readonly { readonly site: string; readonly text: string }[] {
  const lines = new Map<string, string[]>();
  for (const spoken of traffic(plan)) {
    const site = lines.get(spoken.site) ?? [];
    lines.set(spoken.site, site);
    site.push(...linesOf(spoken));
  }
  const bodies: { site: string; text: string }[] = [];
  for (const [site, all] of lines) {
    for (let first = 0; first < all.length; first += PUSHED_LINES) {
      bodies.push({ site, text: all.slice(first, first + PUSHED_LINES).join('\n') });
    }
  }
  return bodies;
}

/** Call and answer as the ingest route takes them. */
export function linesOf(spoken: Spoken): string[] {
  const line = (frame: string, at: number, up: boolean) =>
    JSON.stringify({
      charger_id: spoken.charger,
      occurrence_time: new Date(at).toISOString(),
      direction: up ? 'station_to_csms' : 'csms_to_station',
      ocpp_version: spoken.version,
      frame,
    });
  const up = spoken.direction === 'station_to_csms';
  const lines = [line(spoken.call, spoken.at, up)];
  if (spoken.answer !== null) {
    lines.push(line(spoken.answer, spoken.at + Math.round(spoken.latency / 1000), !up));
  }
  return lines;
}
