/** What rules look for in cables that stay locked. OCPP 1.6 5.18, 2.0.1 F05. */

import type { Session } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { because, evidenceOf } from './evidence.ts';
import { wishedEnd } from './flow.ts';
import type { Sighting } from './rule.ts';
import { spanText, timesText } from './words.ts';

/** Who pulls a cable so soon was not kept by its lock. ms. */
const PULLED_MS = 60_000;
const PLUGGED = ['plugged', 'charging', 'finishing', 'faulted'];

/** Says nothing of a lock that failed: there is none to unlock, as of a cable that belongs to the station, or the command was refused. */
const NOT_TRIED = new Set([
  'NotSupported',
  'NotImplemented',
  'UnknownConnector',
  'OngoingAuthorizedTransaction',
]);
const unlockFailed = (word: string) => word !== '' && word !== 'Unlocked' && !NOT_TRIED.has(word);

/** An unlock that did not unlock, of a cable that nobody charges by any more and that stayed where it was. */
export function notUnlocked(session: Session): Sighting | null {
  const { unlocks, statuses, heard, state } = session;
  const since = state === 'attempt' ? session.from : wishedEnd(session)?.at;
  if (since === undefined) return null;
  const failed = unlocks.filter(({ at, word }) => at >= since && unlockFailed(word));
  const last = failed.at(-1);
  if (last === undefined || unlocks.some(({ at, word }) => word === 'Unlocked' && at >= last.at)) return null;
  const before = statuses.findLast(({ mark }) => mark.at <= last.at)?.status;
  // A transaction of which no status is told had a cable.
  const plugged = before === undefined ? state !== 'attempt' : PLUGGED.includes(statusKind(before) ?? '');
  const free = statuses.find(
    ({ mark, status }) => mark.at >= last.at && !PLUGGED.includes(statusKind(status) ?? ''),
  );
  const span = (free?.mark.at ?? heard) - last.at;
  if (!plugged || span <= PULLED_MS) return null;
  const how = free === undefined ? 'had not come out' : 'came out';
  return {
    facts: {
      status: because(last.word, last),
      times: timesText(failed.length),
      after: `${how} ${spanText(span)} later`,
    },
    evidence: evidenceOf(...failed, free?.mark),
  };
}
