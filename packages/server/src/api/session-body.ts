/** How a session is shown, and the cookie that it lives by. */

import type { FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import type { OpenedSession, Session } from '../auth/sessions.ts';
import { isUnfinished } from '../auth/user.ts';
import { SESSION_COOKIE, setCookie } from './cookies.ts';
import type { SessionSchema } from './session-schemas.ts';

export type SignInMethod = 'password' | 'oidc';

export function sessionBody(
  { user, record, csrf, setsPasswordUntil }: Session,
  methods: readonly SignInMethod[],
): Static<typeof SessionSchema> {
  return {
    user: { id: user.id, name: user.name },
    roles: user.roles.map(({ site, role }) => ({ site, role })),
    csrf,
    expires: new Date(record.expires).toISOString(),
    methods: [...methods],
    unfinished: isUnfinished(user),
    sets_password_until: setsPasswordUntil === null ? null : new Date(setsPasswordUntil).toISOString(),
  };
}

export function setSessionCookie(reply: FastifyReply, opened: OpenedSession, secure: boolean): void {
  const { token, record } = opened;
  const maxAge = Math.floor((record.expires - record.created) / 1000);
  setCookie(reply, SESSION_COOKIE, token, { sameSite: 'Strict', secure, maxAge });
}

export function dropSessionCookie(reply: FastifyReply, secure: boolean): void {
  setCookie(reply, SESSION_COOKIE, '', { sameSite: 'Strict', secure, maxAge: 0 });
}
