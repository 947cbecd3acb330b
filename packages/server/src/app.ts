/** Builds the HTTP server from what it stands on; listening and the lives of its parts are left to the caller. */

import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { type ApiOptions, addRoutes, httpOptions } from './api/routes.ts';
import { Unparsed } from './api/unparsed.ts';

export interface AppOptions extends ApiOptions {
  readonly logger?: FastifyBaseLogger;
}

export function buildApp({ logger, ...options }: AppOptions): FastifyInstance {
  const unparsed = new Unparsed();
  const app: FastifyInstance = Fastify({
    ...httpOptions(options.trustProxy ?? false, unparsed),
    ...(logger ? { loggerInstance: logger } : {}),
  });
  addRoutes(app, options, unparsed);
  return app;
}
