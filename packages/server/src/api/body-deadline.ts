/** Bodies that are read as a whole are there soon, or their connection ends: half of one would hold it for ever. */

import type { FastifyInstance } from 'fastify';
import { operationOf } from './operation.ts';

/** 64 MiB within it are 9 Mbit/s. What passes through piece by piece has its own time for silence. */
const BODY_MS = 60_000;

/** The sender of a body that passes through has said nothing for too long. */
export class SilentSenderError extends Error {
  override readonly name = 'SilentSenderError';

  constructor() {
    super('the sender is silent');
  }
}

/** @param ended told of each, be it ended here or by who lets it pass */
export function endHalfBodies(app: FastifyInstance, ended: () => void, bodyMs = BODY_MS): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (operationOf(routeOptions.config)?.streamed === true) {
      raw.once('error', (error) => {
        if (error instanceof SilentSenderError) ended();
      });
      return;
    }
    if (!hasBody(raw.headers)) return;
    const end = setTimeout(() => {
      ended();
      raw.destroy();
    }, bodyMs).unref();
    const there = () => clearTimeout(end);
    raw.once('end', there);
    raw.once('close', there);
  });
}

function hasBody(headers: NodeJS.Dict<string | string[]>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
