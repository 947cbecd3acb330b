/** Of jobs: what is kept of one in control data is there before the job begins, so that nothing goes on that nobody asked for. */

import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import type { Api } from './api.ts';
import { auditFirst, type Note } from './auditing.ts';

const RETRY = { headers: { 'retry-after': '5' } };

export interface JobRecord {
  /** Which node has it, for the others; null of what is not asked for by its id at one node. */
  readonly place: { readonly id: string; readonly until: number } | null;
  /** What the audit log tells; null of what is not told there. */
  readonly note: Note | null;
}

/** Rejects where control data does not take it: then the job is not to begin. */
export async function recordFirst(
  api: Pick<Api, 'control' | 'nodeUrl' | 'proxies' | 'trail'>,
  request: FastifyRequest,
  { place, note }: JobRecord,
): Promise<void> {
  try {
    if (place !== null && api.nodeUrl !== null) await api.control.putJob(place.id, api.nodeUrl, place.until);
    if (note !== null) await auditFirst(api, request, note);
  } catch (error) {
    request.log.error({ err: error }, 'a job was not begun, as it could not be recorded');
    throw new Problem(
      'unavailable',
      'Nothing was begun: that it was asked for could not be recorded. Try again.',
      RETRY,
    );
  }
}
