/** What rules look for in answers to no call. OCPP-J 1.6 4.1.4: an answer bears the message id of its call. */

import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, objectIn } from '../session/told.ts';
import { evidenceOfEntry } from './evidence.ts';
import { UNANSWERED, wasAnswered } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';

/** An answer that comes later is not likely to be meant for the call. ms. */
const MEANT_MS = 30_000;
const WAITING_MAX = 200;
/** Ids of calls that came before: an answer that bears one of them is late, or was sent twice. */
const IDS_MAX = 10_000;
const FOUND_MAX = 1_000;
/** Answers that are shown, beside the calls. */
const PROOFS_MAX = 4;

interface Pair {
  readonly call: SeenEntry;
  readonly orphan: SeenEntry;
}

/** Each where one call without an answer and one answer without a call stand together: of several nobody knows which is whose. */
export function answerMisnamed(): Watch {
  const ids = new Set<string>();
  const pairs: Pair[] = [];
  let waiting: readonly SeenEntry[] = [];
  let alone = 0;
  const ofCall = (entry: SeenEntry) => {
    if (entry.messageId !== null) ids.add(entry.messageId);
    const [oldest] = ids;
    if (ids.size > IDS_MAX && oldest !== undefined) ids.delete(oldest);
    const open = !wasAnswered(entry) && UNANSWERED.has(entry.outcome ?? '');
    if (open && waiting.length < WAITING_MAX) waiting = [...waiting, entry];
  };
  const ofOrphan = (orphan: SeenEntry) => {
    if (orphan.messageId !== null && ids.has(orphan.messageId)) return;
    const open = waiting.filter((call) => mayBeMeant(call, orphan));
    waiting = waiting.filter((call) => !open.includes(call));
    const [call] = open;
    if (call === undefined) {
      alone += 1;
      const last = pairs.at(-1);
      const either = last !== undefined && orphan.at - last.call.at <= MEANT_MS;
      if (either && mayBeMeant(last.call, orphan)) pairs.pop();
    } else if (open.length === 1 && pairs.length < FOUND_MAX) pairs.push({ call, orphan });
  };
  return {
    see(entry) {
      waiting = waiting.filter(({ at }) => entry.at - at <= MEANT_MS);
      if (entry.kind === 'exchange') ofCall(entry);
      else if (entry.kind === 'orphan') ofOrphan(entry);
      else waiting = [];
    },
    end() {
      // Such a log lacks calls: that one of its answers stands beside a call is chance.
      if (alone > pairs.length) return [];
      const tally = new Tally();
      for (const { call, orphan } of pairs) tally.add(call, wordsOf(call, orphan));
      if (tally.count === 0) return [];
      const sighting = tally.sighting();
      const proofs = pairs.slice(0, PROOFS_MAX).map(({ orphan }) => proofOf(orphan));
      const evidence = [...sighting.evidence, ...proofs].sort((a, b) => a.at - b.at);
      return [{ ...sighting, evidence }];
    },
  };
}

/** The other side answers. */
function mayBeMeant({ direction }: SeenEntry, orphan: SeenEntry): boolean {
  return direction === null || orphan.direction === null || direction !== orphan.direction;
}

/** What it says, where that is one word. */
function wordOf({ call, errorCode }: SeenEntry): string | null {
  const token = objectIn(call, 'idTagInfo') ?? objectIn(call, 'idTokenInfo');
  return errorCode ?? answeredStatus(call) ?? answeredStatus(token);
}

function wordsOf({ action }: SeenEntry, orphan: SeenEntry): string {
  const word = wordOf(orphan);
  return word === null ? (action ?? '') : `${action ?? ''} (${word})`;
}

function proofOf(orphan: SeenEntry) {
  const word = wordOf(orphan);
  return {
    ...evidenceOfEntry(orphan),
    what: word === null ? 'answer to no call' : `answer to no call, ${word}`,
  };
}
