/** Builds the HTTP server from what it stands on; listening is left to the caller, and so are the parts' lives. */

import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { guard } from './api/access.ts';
import type { Api } from './api/api.ts';
import { documentRoutes } from './api/document-routes.ts';
import { healthRoutes } from './api/health.ts';
import { ingestRoute } from './api/ingest.ts';
import { Live, type LiveOptions } from './api/live.ts';
import { RequestMetrics } from './api/metrics.ts';
import { type ServedOperation, servedBy } from './api/operation.ts';
import { pageRoute } from './api/page.ts';
import { answerUnparsed, installProblems, sendProblem } from './api/problems.ts';
import { siteRoutes } from './api/sites.ts';
import { tailRoute } from './api/tail-route.ts';
import { Authenticator, type AuthSettings } from './auth/authenticate.ts';
import type { OwnNames } from './auth/host.ts';
import { PREFIX } from './auth/signature.ts';

export interface AppOptions extends Pick<Api, 'reader' | 'recorder' | 'control' | 'ready' | 'counters'> {
  /** `publicPath` of these counts for links too. */
  readonly auth: AuthSettings;
  readonly own: OwnNames;
  readonly version: string;
  readonly ingestBytes: number;
  readonly tails: number;
  readonly logger?: FastifyBaseLogger;
  readonly now?: () => number;
  readonly live?: LiveOptions;
}

/** A site's id of 255 bytes, each of them percent-encoded. */
const PARAM_LENGTH = 255 * 3;

export function buildApp(options: AppOptions): FastifyInstance {
  const { reader, recorder, control, auth, now = Date.now } = options;
  const served: ServedOperation[] = [];
  const closing = new AbortController();
  const live = new Live(recorder, reader, { now, ...options.live });
  const api: Api = {
    reader,
    recorder,
    control,
    live,
    requests: new RequestMetrics(),
    counters: options.counters,
    ready: options.ready,
    now,
    publicPath: auth.publicPath,
    ingestBytes: options.ingestBytes,
    tails: options.tails,
    closing: closing.signal,
  };
  const app: FastifyInstance = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : {}),
    disableRequestLogging: true,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    return503OnClosing: false,
    bodyLimit: 1024,
    routerOptions: { maxParamLength: PARAM_LENGTH, querystringParser: () => ({}) },
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    clientErrorHandler: answerUnparsed,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-request-id': request.id,
    });
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    api.requests.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  app.addHook('onRoute', (route) => {
    served.push(...servedBy(route));
  });
  app.addHook('preClose', async () => {
    closing.abort();
    live.close();
  });
  guard(app, new Authenticator(auth, control, now), options.own);
  installProblems(app, served);
  for (const prefix of ['', PREFIX]) {
    app.register(
      async (routes) => {
        pageRoute(routes, api);
        tailRoute(routes, api);
        ingestRoute(routes, api);
        siteRoutes(routes, api);
        healthRoutes(routes, api);
        documentRoutes(routes, { served, version: options.version, publicPath: auth.publicPath });
      },
      { prefix },
    );
  }
  return app;
}
