/** Where user names and passwords stand in the URLs of a text. */

import type { Span } from './json-text.ts';

/** What ends a URL that stands in other text; none of it is allowed in one (RFC 3986, appendix C). */
const OUTSIDE_URL = /[\s"<>\\`]/;
const SCHEME_END = /[a-z0-9+.-]/i;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;

export function userInfoSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (let colon = text.indexOf('://'); colon >= 0; ) {
    const start = colon + 3;
    const end = SCHEME_END.test(text.charAt(colon - 1)) ? userInfoEnd(text, start) : start;
    if (end > start) spans.push({ start, end });
    colon = text.indexOf('://', end);
  }
  return spans;
}

/** The `@` that ends the user-info which begins at `start`; `start` if there is none. */
function userInfoEnd(text: string, start: number): number {
  let at = -1;
  let place = start;
  for (; place < text.length; place++) {
    const char = text.charAt(place);
    if (char === '@') at = place;
    if (char === '/' || char === '?' || char === '#' || OUTSIDE_URL.test(char)) break;
  }
  if (at >= 0) return at;
  // `ftp://user:pa#ss@host`: what follows the colon is no port, so it is a password that should have been encoded.
  if (HOST_AND_PORT.test(text.slice(start, place))) return start;
  while (place < text.length && !OUTSIDE_URL.test(text.charAt(place))) {
    if (text.charAt(place) === '@') return place;
    place++;
  }
  return start;
}
