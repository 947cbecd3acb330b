/** Cookies: reading one by name, and writing one that no script and no other site can use. RFC 6265. */

import type { FastifyReply, FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'ocpp_logs_session';
/**
 * Before the name of every cookie that is set by TLS: browsers take such a name from this very host alone, by TLS, for all of its
 * paths (RFC 6265bis 4.1.3.2). Neither another host of the domain nor somebody on a way without TLS can put one there.
 */
export const HOST_PREFIX = '__Host-';

export interface CookieForm {
  readonly sameSite: 'Strict' | 'Lax';
  /** Whether the way to the browser is encrypted. */
  readonly secure: boolean;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/**
 * null where there is none. `secure`: by TLS only the name with the prefix counts, as anybody could have put the other one
 * there. Without TLS the one with it comes from another node, if at all: browsers do not send it.
 */
export function cookieOf(request: FastifyRequest, name: string, secure: boolean): string | null {
  const prefixed = namedIn(request, HOST_PREFIX + name);
  return secure ? prefixed : (prefixed ?? namedIn(request, name));
}

/** Of several with the name the first counts: it has the longest path. */
function namedIn(request: FastifyRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || null;
  }
  return null;
}

/** `value` holds no character that a cookie cannot. */
export function setCookie(reply: FastifyReply, name: string, value: string, form: CookieForm): void {
  const { sameSite, secure, maxAge } = form;
  const parts = [
    `${secure ? HOST_PREFIX : ''}${name}=${value}`,
    'Path=/',
    `Max-Age=${maxAge}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(secure ? ['Secure'] : []),
  ];
  // Adds to those that are set already.
  reply.header('set-cookie', parts.join('; '));
}
