/** Cookies: reading one by name, and writing one that no script and no other site can use. RFC 6265. */

import type { FastifyReply, FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'ocpp_logs_session';

export interface CookieForm {
  readonly path: string;
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** null where there is none. Of several with the name the first counts: it has the longest path. */
export function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || null;
  }
  return null;
}

/** `value` holds no character that a cookie cannot. */
export function setCookie(reply: FastifyReply, name: string, value: string, form: CookieForm): void {
  const { path, sameSite, secure, maxAge } = form;
  const parts = [
    `${name}=${value}`,
    `Path=${path}`,
    `Max-Age=${maxAge}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(secure ? ['Secure'] : []),
  ];
  // Adds to those that are set already.
  reply.header('set-cookie', parts.join('; '));
}
