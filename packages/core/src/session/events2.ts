/** TransactionEvent of OCPP 2.x: all of a transaction under the id that the station gave it. OCPP 2.0.1 E01 to E12. */

import { claimCard, mergeStopCard } from './authorising.ts';
import { addBounded, type Draft } from './draft.ts';
import { samplesOf } from './samples.ts';
import { connectorOf, idTagOf, type Scene, sameTag, transactionOf, unplaced, usedTag } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import { noteStatus } from './statuses.ts';
import { idIn, numberIn, objectIn, textIn, timeIn } from './told.ts';

const ROLES = { Started: 'start', Updated: 'update', Ended: 'stop' } as const;

export function seeTransactionEvent(scene: Scene, entry: SeenEntry): void {
  const { lanes, clock } = scene;
  const { call, answer, at } = entry;
  const type = textIn(call, 'eventType');
  const transaction = transactionOf(entry);
  const role = type === 'Started' || type === 'Updated' || type === 'Ended' ? ROLES[type] : 'update';
  const draft = draftFor(scene, entry, transaction, role);
  if (draft === null) return;
  const trigger = textIn(call, 'triggerReason');
  const info = objectIn(call, 'transactionInfo');
  const reason = textIn(info, 'stoppedReason');
  const mark = draft.mark(entry, role, role === 'stop' ? reason : trigger);
  draft.isTransaction = true;
  if (transaction !== null && lanes.ofTransaction(transaction) !== draft) lanes.name(draft, transaction);
  settlePlace(scene, draft, entry);
  if (trigger === 'StopAuthorized') mergeStopCard(scene, draft, at, idTagOf(entry));
  else if (role !== 'stop') mergeNamed(scene, draft, entry);
  const told = clock.right(timeIn(call, 'timestamp'), at);
  const turn = { mark, told, late: call.offline === true || clock.late(told, at) };
  if (role === 'start') draft.start ??= turn;
  if (role === 'stop') draft.noteStopAnswer(entry);
  if (role === 'stop' && draft.stop === null) {
    draft.stop = turn;
    draft.stopReason = reason;
    if (draft.freeSince !== null) lanes.leave(draft);
  }
  if (call.offline === true) draft.offline ??= mark;
  const seqNo = numberIn(call, 'seqNo');
  // Beyond 2^53 a number is its own successor: what lies between two of them cannot be counted.
  if (Number.isSafeInteger(seqNo) && seqNo !== null) {
    draft.seqNumbers.add(seqNo);
    draft.numbering.see(seqNo, timeIn(call, 'timestamp'), mark);
  }
  draft.triggerReason = trigger ?? draft.triggerReason;
  draft.idTag ??= idTagOf(entry);
  const state = textIn(info, 'chargingState');
  if (state !== null && state !== draft.status) noteStatus(draft, mark, state);
  noteAnswer(draft, entry, mark, role === 'stop' || trigger === 'StopAuthorized');
  draft.addSamples(samplesOf(entry, 'meterValue', clock));
  draft.cost =
    numberIn(answer, 'totalCost') ?? numberIn(objectIn(call, 'costDetails'), 'totalCost') ?? draft.cost;
}

/** Which card it was, and which remote start, where nobody could tell when they came: two cars may be plugged in. */
function mergeNamed({ lanes }: Scene, draft: Draft, entry: SeenEntry): void {
  const idTag = idTagOf(entry);
  const card = unplaced(lanes, entry.at).find((told) => usedTag(told, idTag));
  if (card !== undefined) lanes.merge(draft, card);
  claimCard(lanes, draft, idTag);
  const remote = lanes.ofRemoteStart(remoteStartIdOf(entry));
  if (remote?.waiting === true && remote.connector === null) lanes.merge(draft, remote);
}

function remoteStartIdOf({ call }: SeenEntry): string | null {
  return idIn(objectIn(call, 'transactionInfo'), 'remoteStartId');
}

/** `stops`: the card was shown to end it. A refused card that another one follows may be anybody's. */
function noteAnswer(draft: Draft, entry: SeenEntry, mark: Draft['marks'][number], stops: boolean): void {
  const status = textIn(objectIn(entry.answer, 'idTokenInfo'), 'status');
  if (status === null) return;
  const idTag = idTagOf(entry);
  addBounded(draft.authorisations, { mark, idTag, status, answeredAt: entry.answeredAt });
  if (stops) return;
  // OCPP 2.0.1 E05: it may be refused later as well, and what is told of no card allows none.
  const counts =
    status === 'Accepted'
      ? idTag !== null || draft.startAuthorisation === null
      : idTag === null || sameTag(idTag, draft.idTag);
  if (counts) draft.startAuthorisation = status;
}

function draftFor(
  { lanes }: Scene,
  entry: SeenEntry,
  transaction: string | null,
  role: 'start' | 'update' | 'stop',
): Draft | null {
  const named = lanes.ofTransaction(transaction);
  const begins = role === 'start';
  // An id that is used again after its end, and not the same event sent again.
  const reused = begins && named?.stop != null && !named.seqNumbers.has(numberIn(entry.call, 'seqNo') ?? -1);
  if (named !== null && !reused) return named;
  if (transaction === null) return lanes.at(connectorOf(entry));
  const remote = lanes.ofRemoteStart(remoteStartIdOf(entry));
  const connector = connectorOf(entry);
  const held = lanes.at(connector);
  const idTag = idTagOf(entry);
  const mine =
    remote?.waiting === true ? remote : unplaced(lanes, entry.at).find((draft) => usedTag(draft, idTag));
  if (held?.waiting === true) {
    if (mine !== undefined && mine.connector === null) lanes.merge(held, mine);
    if (!begins) held.startUnseen = true;
    return held;
  }
  if (mine !== undefined && begins) {
    if (connector !== null) lanes.place(mine, connector);
    return mine;
  }
  const late = entry.fields.offline === true && held !== null;
  const draft = lanes.found(entry, late ? null : connector);
  draft.connector ??= connector;
  draft.startUnseen = !begins;
  return draft;
}

/** The EVSE may be named later than the transaction. */
function settlePlace({ lanes }: Scene, draft: Draft, entry: SeenEntry): void {
  const evseConnector = entry.fields.evse_connector_id;
  if (typeof evseConnector === 'number') draft.evseConnector ??= evseConnector;
  const connector = connectorOf(entry);
  if (connector === null || draft.connector !== null) return;
  const held = lanes.at(connector);
  if (held?.waiting === true && held !== draft) lanes.merge(draft, held);
  lanes.place(draft, connector);
}
