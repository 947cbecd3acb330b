/** GET /sites/{id}/chargers/{charger}/findings: what the log of one station shows beside its sessions. */

import type { Static } from 'typebox';
import { Problem } from '../errors.ts';
import { retentionCut } from '../store/retention.ts';
import { conclusionBody, findingBody } from '../store/sessions/conclusion-json.ts';
import type { StationTold } from '../store/sessions/question.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { whileThere } from './scopes.ts';
import { StationFindingsSchema } from './station-findings-schema.ts';
import { StationPathSchema, StationQuerySchema } from './station-schemas.ts';
import { readRange } from './time-range.ts';

const operation: Operation = {
  id: 'getChargerFindings',
  summary: 'What is told of one station',
  description:
    'Conclusions of the rules about stations (GET /verdicts, about: station) over what was recorded of it in a time range, and what was found in its messages, by code. Made of the entries each time anew; of more than 50,000 the first are looked at, and complete is false.',
  tag: 'Sites',
  scope: 'read',
  extension: true,
  path: StationPathSchema,
  query: StationQuerySchema,
  answers: {
    200: { description: 'What is told.', content: { 'application/json': StationFindingsSchema } },
  },
  problems: ['bad-request', 'site-not-found', 'not-found', 'unavailable'],
};

interface Asked {
  readonly site: string;
  readonly charger: string;
  readonly range: { readonly from: number; readonly to: number };
}

function findingsBody(
  { site, charger, range }: Asked,
  told: StationTold,
): Static<typeof StationFindingsSchema> {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    site_id: site,
    charger_id: charger,
    from: iso(range.from),
    to: iso(range.to),
    complete: told.cutAt === null,
    read_to: iso(told.cutAt ?? range.to),
    entries: told.read,
    conclusions: told.conclusions.map((conclusion) => {
      const { evidence, ...rest } = conclusionBody(conclusion);
      return { ...rest, evidence: [...evidence] };
    }),
    findings: told.findings.map(findingBody),
  };
}

export function stationFindingsRoute(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/sites/:id/chargers/:charger/findings',
      {
        config: describes(operation),
        schema: { params: StationPathSchema, response: { 200: StationFindingsSchema } },
      },
      async (request, reply) => {
        const { id, charger } = request.params;
        const site = siteFor(api.control, callerOf(request), id);
        const query = new Query(request.raw.url ?? '', Object.keys(StationQuerySchema.properties));
        const now = api.now();
        const range = readRange(query, now);
        query.settle();
        const kept = retentionCut(now, site.retentionDays);
        const asked = { site: { id: site.id, name: site.name, kept }, charger, ...range };
        const found = await whileThere(reply, (signal) =>
          Promise.all([api.reader.chargers(site.id), api.reader.stationTold(asked, signal)]),
        );
        if (found === null) return reply;
        const [summaries, told] = found;
        if (told.read === 0 && !summaries.some((each) => each.id === charger)) {
          throw new Problem('not-found', 'No station of this id has been seen at this site.');
        }
        return findingsBody({ site: site.id, charger, range }, told);
      },
    );
  };
}
