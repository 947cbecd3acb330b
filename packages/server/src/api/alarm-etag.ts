/** Which state of an alarm a change was made of (RFC 9110, 8.8.3 and 13.1.1): what others did since is not written over. */

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import type { AlarmRecord } from '../store/alarms.ts';

const TAGS = /(?:W\/)?"[^"]*"/g;
const DIGITS = 27;

/**
 * Another one with everything that is set of the alarm, secrets among it, with who answers for it, and when nobody does any
 * more; not with how often it came true, by which nobody's change would be lost.
 */
export function etagOf(alarm: AlarmRecord): string {
  const { id, name, rule, sites, enabled, quietMinutes, changed, changedBy, lost } = alarm;
  // In an order of its own: that of a record depends on where it comes from.
  const targets = alarm.targets.map((target) => [
    ...[target.id, target.kind, target.url, target.sealed],
    ...(target.kind === 'mqtt' ? [target.topic, target.username] : []),
  ]);
  const keeper = [changed, changedBy, lost?.why ?? null, lost?.at ?? null];
  const state = JSON.stringify([id, name, rule, sites, enabled, quietMinutes, targets, keeper]);
  return `"${createHash('sha256').update(state).digest('base64url').slice(0, DIGITS)}"`;
}

export function hasCondition(request: FastifyRequest): boolean {
  return request.headers['if-match'] !== undefined;
}

/** To be asked when all else is right: a precondition is for what would be done without it (13.2.1). */
export function demandsState(request: FastifyRequest, alarm: AlarmRecord): void {
  const given = request.headers['if-match'];
  if (given === undefined || given.trim() === '*') return;
  const tags: readonly string[] = given.match(TAGS) ?? [];
  if (tags.length === 0 || /[^\s,]/.test(given.replaceAll(TAGS, ''))) {
    throw new Problem(
      'bad-request',
      'If-Match takes the etag of the alarm as it was told, with its quotation marks, or * for any.',
    );
  }
  const now = etagOf(alarm);
  // Compared strongly: a weak one is never the same.
  if (tags.includes(now)) return;
  throw new Problem(
    'precondition-failed',
    `The alarm is no longer as it was when it was read: its etag is ${now} now. Read it again, and send with that etag what is still to be changed.`,
  );
}
