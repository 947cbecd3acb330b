/** Sessions of people that are signed in. The snapshot says which there are; when each was last seen is known here first. */

import type { Control, ControlSnapshot } from '../store/control.ts';
import type { SessionRecord, UserRecord } from '../store/people.ts';
import { type Caller, callerOfUser } from './caller.ts';
import { csrfToken, newToken, tokenId } from './session-token.ts';

/** The last use is written at most this often, ms. */
const SEEN_INTERVAL = 60_000;
/** Who came by a link has forgotten the password, or never had one: as long as a link is good, ms. */
const SET_PASSWORD_MS = 15 * 60_000;

export interface SessionSettings {
  /** ms without use after which a session ends. */
  readonly idleMs: number;
  /** ms after which it ends in any case. */
  readonly keepMs: number;
}

export interface Session {
  readonly record: SessionRecord;
  readonly user: UserRecord;
  readonly caller: Caller;
  readonly csrf: string;
  /** ms; until then the password is set without the one before. null: never, as in a session by password. */
  readonly setsPasswordUntil: number | null;
}

export interface OpenedSession extends Session {
  /** For the cookie; nowhere else. */
  readonly token: string;
}

export class Sessions {
  readonly #control: Pick<Control, 'snapshot' | 'onChange' | 'people'>;
  readonly #settings: SessionSettings;
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();

  constructor(
    control: Pick<Control, 'snapshot' | 'onChange' | 'people'>,
    settings: SessionSettings,
    now: () => number,
  ) {
    this.#control = control;
    this.#settings = settings;
    this.#now = now;
    control.onChange(({ sessions }) => {
      for (const id of this.#seen.keys()) if (!sessions.has(id)) this.#seen.delete(id);
    });
  }

  /** null where the session has ended, or its user may not sign in any more. Counts as a use. */
  find(token: string): Session | null {
    const now = this.#now();
    const snapshot = this.#control.snapshot();
    const record = snapshot.sessions.get(tokenId(token));
    const user = record && livingUser(snapshot, record, now);
    if (!record || !user) return null;
    const seen = Math.max(record.lastSeen, this.#seen.get(record.id) ?? 0);
    if (seen + record.idleMs <= now) return null;
    if (now - seen >= SEEN_INTERVAL) {
      this.#seen.set(record.id, now);
      this.#control.people.sessionSeen(record.id, now);
    }
    return this.#shown(record, user, token);
  }

  /** Always under a new token; `before` is that of the session which the browser had. */
  async open(user: UserRecord, before: string | null, byLink = false): Promise<OpenedSession> {
    const token = newToken();
    const now = this.#now();
    const { idleMs, keepMs } = this.#settings;
    const record = {
      id: tokenId(token),
      user: user.id,
      created: now,
      lastSeen: now,
      expires: now + keepMs,
      idleMs,
      ...(byLink ? { byLinkUntil: now + SET_PASSWORD_MS } : {}),
    };
    await this.#control.people.openSession(record, before === null ? null : tokenId(before));
    return { ...this.#shown(record, user, token), token };
  }

  end(token: string): Promise<void> {
    return this.#control.people.endSession(tokenId(token));
  }

  #shown(record: SessionRecord, user: UserRecord, token: string): Session {
    const until = record.byLinkUntil ?? 0;
    return {
      record,
      user,
      caller: callerOfUser(user, record.id),
      csrf: csrfToken(token),
      setsPasswordUntil: until > this.#now() ? until : null,
    };
  }
}

/** null where the session's user is gone or disabled, or its time is over. */
export function livingUser(
  { users }: Pick<ControlSnapshot, 'users'>,
  session: SessionRecord,
  now: number,
): UserRecord | null {
  const user = users.get(session.user);
  return !user || user.disabled || session.expires <= now ? null : user;
}
