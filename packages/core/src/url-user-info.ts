/** Where user names and passwords stand in the URLs of a text. */

import type { Span } from './json-text.ts';

/** What ends a URL that stands in other text; none of it is allowed in one (RFC 3986, appendix C). */
const OUTSIDE_URL = /[\s"<>\\`]/;
const SCHEME_END = /[a-z0-9+.-]/i;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;

export function userInfoSpans(text: string): Span[] {
  const spans: Span[] = [];
  const rest = new Rest(text);
  for (let colon = text.indexOf('://'); colon >= 0; ) {
    const start = colon + 3;
    const end = SCHEME_END.test(text.charAt(colon - 1)) ? userInfoEnd(text, start, rest) : start;
    if (end > start) spans.push({ start, end });
    colon = text.indexOf('://', end);
  }
  return spans;
}

/** The `@` that ends the user-info which begins at `start`; `start` if there is none. */
function userInfoEnd(text: string, start: number, rest: Rest): number {
  let at = -1;
  let place = start;
  // Ends before the next `://`: of a text that holds many of them each part is looked at once.
  for (; place < text.length; place++) {
    const char = text.charAt(place);
    if (char === '@') at = place;
    if (char === '/' || char === '?' || char === '#' || OUTSIDE_URL.test(char)) break;
  }
  if (at >= 0) return at;
  // `ftp://user:pa#ss@host`: what follows the colon is no port, so it is a password that should have been encoded.
  if (HOST_AND_PORT.test(text.slice(start, place))) return start;
  return rest.atIn(place) ?? start;
}

/** What comes next in a text, asked for from its beginning to its end: each character is looked at once. */
class Rest {
  readonly #text: string;
  readonly #outside = new RegExp(OUTSIDE_URL, 'g');
  #nextAt = -1;
  #nextOutside = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first `@` from `place` on that stands before what ends a URL. */
  atIn(place: number): number | null {
    if (this.#nextAt < place) this.#nextAt = orEnd(this.#text, this.#text.indexOf('@', place));
    if (this.#nextOutside < place) {
      this.#outside.lastIndex = place;
      this.#nextOutside = this.#outside.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#nextAt < this.#nextOutside ? this.#nextAt : null;
  }
}

function orEnd(text: string, index: number): number {
  return index < 0 ? text.length : index;
}
