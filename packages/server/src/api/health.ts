/** /livez, /readyz and /metrics. */

import { Type } from 'typebox';
import { mayEverywhere } from '../auth/caller.ts';
import { Problem } from '../errors.ts';
import { callerOf } from './access.ts';
import type { Api } from './api.ts';
import { countLines, delayLines, processCounts } from './metrics.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const StatusSchema = Type.Object({ status: Type.Literal('ok') });
const status = (description: string) => ({
  200: { description, content: { 'application/json': StatusSchema } },
});

const operations = {
  live: {
    id: 'livez',
    summary: 'Is the process alive?',
    description: 'Answers as long as the process can answer at all.',
    tag: 'Server',
    scope: null,
    unlimited: true,
    extension: true,
    answers: status('It is.'),
    problems: [],
  },
  ready: {
    id: 'readyz',
    summary: 'Can the server do its work?',
    description:
      'Whether its threads run and answer, and the data folder can be written; if not, the answer says why.',
    tag: 'Server',
    scope: null,
    unlimited: true,
    extension: true,
    answers: status('It can.'),
    problems: ['unavailable'],
  },
  metrics: {
    id: 'metrics',
    summary: 'Counts for Prometheus',
    description:
      'Text format 0.0.4. Who reads some sites only is given the counts of the process: the others are of all sites together.',
    tag: 'Server',
    scope: 'read',
    extension: true,
    answers: { 200: { description: 'The counts.', content: { 'text/plain': Type.String() } } },
    problems: [],
  },
} as const satisfies Record<string, Operation>;

export function healthRoutes(api: Api): AddRoutes {
  return (app) => {
    app.get('/livez', { config: describes(operations.live) }, async () => ({ status: 'ok' }));
    app.get('/readyz', { config: describes(operations.ready) }, async () => {
      const reason = api.unready();
      if (reason !== null) throw new Problem('unavailable', reason, { headers: { 'retry-after': '5' } });
      return { status: 'ok' };
    });
    app.get('/metrics', { config: describes(operations.metrics) }, async (request, reply) => {
      const lines = [...countLines(processCounts()), ...api.loop.lines()];
      // The others are of all sites together: how much is done at the sites of others is theirs to know.
      if (mayEverywhere(callerOf(request), 'read')) {
        const counts = {
          ...api.recorder.counters(),
          ...api.counters(),
          live_tails: api.live.tails,
          imports_followed: api.followers.imports.now,
          exports_followed: api.followers.exports.now,
          audit_records_lost_total: api.trail.lost,
          http_requests_too_many_total: api.rate.refused,
        };
        lines.push(...countLines(counts), ...delayLines(api.recorder.delays()), ...api.requests.lines());
      }
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return `${lines.join('\n')}\n`;
    });
  };
}
