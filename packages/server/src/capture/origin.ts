/** Browsers name the page that asks in `Origin`; stations send none, or their server's own (RFC 6455 10.2). */

import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another host asks.
 * @param publicHost the host that a trusted proxy was asked for, where there is one
 */
export function isForeignOrigin(headers: IncomingHttpHeaders, publicHost: string | null): boolean {
  const { origin } = headers;
  if (origin === undefined) return false;
  const page = URL.parse(origin);
  if (page === null || page.host === '') return true;
  return ![headers.host, publicHost].some((host) => {
    // Read with the page's scheme, so that a default port is left out on both sides.
    return host != null && URL.parse(`${page.protocol}//${host}`)?.host === page.host;
  });
}
