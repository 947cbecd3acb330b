/** The id of a request: in its answer, in its problem, and in every line of the log that it causes. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Proxies } from '../auth/proxies.ts';

export const REQUEST_ID = 'x-request-id';
/** Neither blanks nor quotes: it stands in log lines and headers as it is. */
const FORM = /^[\w.:@/+=-]{8,128}$/;

/** Of a proxy that is believed the id that it gave; of anybody else a new one. */
export function requestIdOf({ headers, socket }: IncomingMessage, proxies: Proxies): string {
  const given = headers[REQUEST_ID];
  if (typeof given === 'string' && FORM.test(given) && proxies.believes(socket.remoteAddress)) return given;
  return randomUUID();
}
