/** Times as the schemas want them: RFC 3339 5.6, which OCPP 1.6 3.15 and OCPP 2.0.1 mean by dateTime. */

import { instantOf } from '@ocpp-logs/core';

const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** Finer than that nobody reads, and nothing says that it is wrong. */
const FINER = /(\.\d{9})\d+/;

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && instantOf(text.replace(FINER, '$1')) !== null;
}
