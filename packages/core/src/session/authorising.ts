/** Authorize, and the calls by which a CSMS starts and stops. None of them has to name a connector. */

import { addBounded, type Draft } from './draft.ts';
import type { Lanes } from './lanes.ts';
import { profileOf } from './profiles.ts';
import {
  awaitsCard,
  connectorOf,
  idTagOf,
  type Scene,
  sameTag,
  transactionOf,
  unplaced,
  usedTag,
} from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { Authorisation } from './session.ts';
import { answeredStatus, idIn } from './told.ts';

/** A car that was plugged in so recently waits for a card. ms. */
const PLUGGED_MS = 5 * 60_000;
/** Another card so soon is the same person's. ms. */
const RETRY_MS = 60_000;

export function seeAuthorize(scene: Scene, entry: SeenEntry): void {
  const idTag = idTagOf(entry);
  const draft = attemptFor(scene, entry, idTag) ?? scene.lanes.found(entry, null);
  const told = entry.fields.response_id_tag_info_status;
  const status = typeof told === 'string' ? told : null;
  const mark = draft.mark(entry, 'authorisation', status ?? entry.errorCode);
  addBounded(draft.authorisations, { mark, idTag, status, answeredAt: entry.answeredAt });
  if (draft.waiting) draft.idTag ??= idTag;
}

/** Whose card it is: that of the attempt that it was shown for before, of the session it is to end, or of a plug. */
function attemptFor({ lanes }: Scene, { at }: SeenEntry, idTag: string | null): Draft | null {
  const waiting = lanes.waiting(at);
  const begun = lanes.running().filter(awaitsCard);
  const own = [...waiting, ...begun].find((draft) => usedTag(draft, idTag));
  if (own !== undefined) return own;
  const attempts = waiting.filter(
    (draft) => draft.connector !== null && !draft.authorised && draft.remoteStarts.length === 0,
  );
  const plugged = [...attempts, ...begun];
  const fresh = plugged.filter((draft) => at - draft.from <= PLUGGED_MS);
  const running = lanes.running().filter((draft) => draft.freeSince === null && sameTag(draft.idTag, idTag));
  const [ends] = running;
  if (ends !== undefined && running.length === 1 && fresh.length === 0) return ends;
  const [only] = plugged;
  if (only !== undefined && plugged.length === 1) return only;
  const [newest] = fresh;
  if (newest !== undefined && fresh.length === 1) return newest;
  // A card that was refused is often followed by another one.
  const refused = waiting.filter((draft) => draft.connector === null && !draft.authorised);
  return refused.find((draft) => at - draft.to <= RETRY_MS && draft.remoteStarts.length === 0) ?? null;
}

export function seeRemoteStart(scene: Scene, entry: SeenEntry): void {
  const { lanes } = scene;
  const connector = connectorOf(entry);
  const idTag = idTagOf(entry);
  const status = answeredStatus(entry.answer);
  const draft = remoteAttempt(scene, entry, connector, idTag);
  const remoteStartId = idIn(entry.call, 'remoteStartId');
  const mark = draft.mark(entry, 'remote_start', status ?? entry.errorCode);
  addBounded(draft.remoteStarts, { mark, idTag, status, remoteStartId, answeredAt: entry.answeredAt });
  draft.idTag ??= idTag;
  if (status !== 'Accepted') return;
  if (remoteStartId !== null) lanes.nameRemoteStart(draft, remoteStartId);
  // OCPP 2.x: a transaction that had begun when the request came.
  const transaction = idIn(entry.answer, 'transactionId');
  if (transaction !== null && lanes.ofTransaction(transaction) === null) lanes.name(draft, transaction);
  draft.ownProfile ??= profileOf(entry);
}

/** A remote start that came again before the start that it brought about was known. */
function sentTwice(held: Draft, at: number, idTag: string | null): boolean {
  const begun = held.running && held.start !== null && held.freeSince === null;
  return begun && at - (held.start?.mark.at ?? 0) <= RETRY_MS && usedTag(held, idTag);
}

/** The card of another person, or of the same group, that ended a session: the stop tells whose it was. */
export function mergeStopCard({ lanes }: Scene, draft: Draft, at: number, idTag: string | null): void {
  const cards = unplaced(lanes, at).filter(
    (card) => at - card.to <= RETRY_MS && card.authorised && card.remoteStarts.length === 0,
  );
  const [only] = cards;
  const alone = cards.length === 1 && lanes.running().length <= 1 ? only : undefined;
  const shown = idTag === null ? alone : cards.find((card) => usedTag(card, idTag));
  if (shown !== undefined) lanes.merge(draft, shown);
}

/**
 * A card that went to the car that was plugged in last, though it is that of one that had waited for long. A card that
 * founded a session stays in it, since its id is that of the session.
 */
export function claimCard(lanes: Lanes, draft: Draft, idTag: string | null): void {
  if (draft.authorisations.some((told) => sameTag(told.idTag, idTag))) return;
  for (const other of lanes.held) {
    const isIt = (told: Authorisation) => sameTag(told.idTag, idTag) && told.mark.entry !== other.id;
    const open = other.running ? other.idTag === null : other.waiting;
    if (other === draft || !open || other.remoteStarts.length > 0 || !other.authorisations.some(isIt))
      continue;
    draft.takeCard(other, isIt);
    return;
  }
}

function remoteAttempt(
  { lanes }: Scene,
  entry: SeenEntry,
  connector: number | null,
  idTag: string | null,
): Draft {
  const begun = lanes.ofTransaction(idIn(entry.answer, 'transactionId'));
  if (begun !== null && begun.remoteStarts.length === 0) return begun;
  if (connector !== null) {
    const held = lanes.at(connector);
    if (held !== null && (held.waiting || awaitsCard(held) || sentTwice(held, entry.at, idTag))) return held;
    const mine = unplaced(lanes, entry.at).find((draft) => usedTag(draft, idTag));
    const vacant = held === null || !held.running || held.freeSince !== null;
    if (mine !== undefined && vacant) {
      lanes.place(mine, connector);
      return mine;
    }
    if (vacant) return lanes.found(entry, connector);
    // An attempt beside the session that runs; what was accepted may still become the next one there.
    const beside = lanes.found(entry, null);
    beside.connector = connector;
    beside.statusBefore = lanes.told(connector);
    beside.over = answeredStatus(entry.answer) !== 'Accepted';
    return beside;
  }
  const waiting = lanes.waiting(entry.at);
  const own = waiting.find((draft) => usedTag(draft, idTag));
  if (own !== undefined) return own;
  const attempts = waiting.filter((draft) => draft.connector !== null && !draft.authorised);
  const plugged = [...attempts, ...lanes.running().filter(awaitsCard)];
  const [only] = plugged;
  return only !== undefined && plugged.length === 1 ? only : lanes.found(entry, null);
}

export function seeRemoteStop({ lanes }: Scene, entry: SeenEntry): void {
  const draft = lanes.ofTransaction(transactionOf(entry));
  if (draft === null) return;
  addBounded(
    draft.remoteStops,
    draft.mark(entry, 'remote_stop', answeredStatus(entry.answer) ?? entry.errorCode),
  );
}

export function seeUnlock({ lanes }: Scene, entry: SeenEntry): void {
  const draft = lanes.at(connectorOf(entry));
  if (draft === null) return;
  addBounded(draft.unlocks, draft.mark(entry, 'unlock', answeredStatus(entry.answer) ?? entry.errorCode));
}
