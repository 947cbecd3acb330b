/** Transactions of OCPP 1.6. Their id is the CSMS's: the start does not know it, and the stop names nothing else. */

import { claimCard, mergeStopCard } from './authorising.ts';
import { addBounded, type Draft } from './draft.ts';
import { type MeterSample, samplesOf } from './samples.ts';
import { connectorOf, idTagOf, type Scene, sameTag, transactionOf, usedTag } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { Reading } from './session.ts';
import { statusKind } from './status-kind.ts';
import { idIn, numberIn, textIn, timeIn } from './told.ts';

/** By so much a start that was told late may differ from what went before it. ms. */
const NEAR_MS = 120_000;

export function seeStart(scene: Scene, entry: SeenEntry): void {
  const { lanes, clock } = scene;
  const connector = connectorOf(entry);
  const idTag = idTagOf(entry);
  const told = clock.right(timeIn(entry.call, 'timestamp'), entry.at);
  const late = clock.late(told, entry.at);
  const key = keyOf(entry);
  const again = repeated(scene, connector, key);
  const draft = again ?? startedAttempt(scene, entry, connector, idTag, late ? told : null);
  const word = entry.fields.response_id_tag_info_status;
  const mark = draft.mark(entry, 'start', typeof word === 'string' ? word : entry.errorCode);
  const transaction = transactionOf(entry);
  if (transaction !== null) lanes.name(draft, transaction);
  if (typeof word === 'string') draft.startAuthorisation = word;
  const { answeredAt, answer } = entry;
  const first = again?.start?.mark.at ?? entry.at;
  if (answer !== null && answeredAt !== null) draft.startWaitMs ??= answeredAt - first;
  if (again !== null) return;
  if (!late) claimCard(lanes, draft, idTag);
  draft.start = { mark, told, late };
  draft.startKey = key;
  draft.isTransaction = true;
  draft.startUnseen = false;
  draft.idTag = idTag ?? draft.idTag;
  draft.meterStart = readingIn(entry, 'meterStart');
}

/** OCPP 1.6 4.8: without an answer it is sent again, as it was. */
function keyOf({ call }: SeenEntry): string | null {
  const time = textIn(call, 'timestamp');
  return time === null ? null : [time, idIn(call, 'meterStart'), idIn(call, 'idTag')].join(' ');
}

function repeated({ lanes }: Scene, connector: number | null, key: string | null): Draft | null {
  if (key === null) return null;
  for (const draft of lanes.held) if (draft.startKey === key && draft.connector === connector) return draft;
  return null;
}

function lately({ remoteStarts }: Draft, at: number): boolean {
  const last = remoteStarts.at(-1);
  return last?.status === 'Accepted' && at - last.mark.at <= NEAR_MS;
}

/** A connector that charges when the station comes back: what it had kept to tell began before, so it is that. */
function foundUnderWay({ statuses: [first], authorisations, remoteStarts }: Draft): boolean {
  const underWay = first !== undefined && statusKind(first.status) === 'charging';
  return underWay && authorisations.length + remoteStarts.length === 0;
}

/** `since`: when it began, of one that is told late. */
function startedAttempt(
  { lanes }: Scene,
  entry: SeenEntry,
  connector: number | null,
  idTag: string | null,
  since: number | null,
): Draft {
  const held = lanes.at(connector);
  const around = lanes
    .waiting(entry.at)
    .filter((draft) => draft !== held && (draft.connector === null || draft.connector === connector));
  // Stations start with another tag than the CSMS named, such as that of its group.
  const remote = around.filter((draft) => lately(draft, entry.at));
  const mine = around.find((draft) => usedTag(draft, idTag)) ?? (remote.length === 1 ? remote[0] : undefined);
  // What began after it is another one.
  const earlier = (draft: Draft) => since === null || draft.from <= since + NEAR_MS;
  if (held?.waiting === true && (earlier(held) || foundUnderWay(held))) {
    if (mine !== undefined && earlier(mine)) lanes.merge(held, mine);
    return held;
  }
  if (mine !== undefined && connector !== null && earlier(mine)) {
    lanes.place(mine, connector);
    return mine;
  }
  if (held?.waiting === true && connector !== null) {
    const beside = lanes.found(entry, null);
    beside.connector = connector;
    return beside;
  }
  return lanes.found(entry, connector);
}

export function seeStop(scene: Scene, entry: SeenEntry): void {
  const { lanes, clock } = scene;
  const transaction = transactionOf(entry);
  const draft = stopped(scene, entry, transaction) ?? unseenStart(scene, entry, transaction);
  const again = draft.stop !== null;
  if (draft.transaction === null && Number(transaction) > 0) draft.transaction = transaction;
  const own =
    transaction === null || transaction === draft.transaction || draft.transactions.has(transaction);
  if (!own && draft.start !== null) draft.stopNames ??= transaction;
  const mark = draft.mark(entry, 'stop', textIn(entry.call, 'reason'));
  draft.noteStopAnswer(entry);
  draft.addSamples(samplesOf(entry, 'transactionData', clock));
  if (again) return;
  mergeStopCard(scene, draft, entry.at, idTagOf(entry));
  const told = clock.right(timeIn(entry.call, 'timestamp'), entry.at);
  draft.stop = { mark, told, late: clock.late(told, entry.at) };
  draft.stopReason = textIn(entry.call, 'reason');
  draft.meterStop = readingIn(entry, 'meterStop');
  // Its connector was free before the stop came.
  if (draft.freeSince !== null) lanes.leave(draft);
}

/**
 * By its id; one of which no answer told an id, by card or because it is the only one. Stations that missed the answer
 * to a start name -1 or 0, which no CSMS gave: so the session that runs is meant, though its id is known here.
 */
function stopped({ lanes }: Scene, entry: SeenEntry, transaction: string | null): Draft | null {
  const named = lanes.ofTransaction(transaction);
  if (named !== null) return named;
  const nameless = lanes.running().filter((draft) => draft.transaction === null);
  const idTag = idTagOf(entry);
  const [only] = nameless;
  if (nameless.length > 1) return nameless.find((draft) => sameTag(draft.idTag, idTag)) ?? null;
  if (only !== undefined || !(Number(transaction) <= 0)) return only ?? null;
  const running = lanes.running().filter((draft) => draft.version === entry.version);
  const carded = running.filter((draft) => sameTag(draft.idTag, idTag));
  const meant = idTag === null || carded.length === 0 ? running : carded;
  return meant.length === 1 && (idTag === null || carded.length === 1 || meant[0]?.idTag === null)
    ? (meant[0] ?? null)
    : null;
}

function unseenStart({ lanes }: Scene, entry: SeenEntry, transaction: string | null): Draft {
  const connector = connectorOf(entry);
  const held = lanes.at(connector);
  // What charges there without a start that was seen.
  const fits = held?.waiting === true && held.status !== null && held.status !== 'Preparing';
  const draft = fits ? held : lanes.found(entry, null);
  draft.connector ??= connector;
  begunBefore(draft);
  draft.idTag ??= idTagOf(entry);
  if (transaction !== null) lanes.name(draft, transaction);
  return draft;
}

function begunBefore(draft: Draft): void {
  draft.isTransaction = true;
  draft.startUnseen = true;
}

export function seeMeterValues(scene: Scene, entry: SeenEntry): void {
  const { lanes, clock } = scene;
  const draft = metered(scene, entry);
  if (draft === null) return;
  draft.mark(entry, 'meter', null);
  const samples = samplesOf(entry, 'meterValue', clock);
  draft.addSamples(samples);
  // Some stations go on to name a transaction that is long over.
  if (samples.some(flows)) draft.freeSince = null;
  if (draft.connector === null) {
    const connector = connectorOf(entry);
    if (connector !== null && lanes.at(connector) === null) lanes.place(draft, connector);
  }
}

const FLOWS_W = 50;
const FLOWS_A = 0.5;

function flows({ powerW, currentA }: MeterSample): boolean {
  return (powerW ?? 0) > FLOWS_W || (currentA ?? 0) > FLOWS_A;
}

/** Stations write 0 and -1 for none, and CSMSs that give such ids mean them. */
function metered({ lanes }: Scene, entry: SeenEntry): Draft | null {
  const connector = connectorOf(entry);
  const transaction = transactionOf(entry);
  const named = lanes.ofTransaction(transaction);
  if (named !== null && (named.connector === null || connector === null || named.connector === connector)) {
    return named;
  }
  const held = lanes.at(connector);
  const meant = transaction !== null && (entry.version !== '1.6' || Number(transaction) > 0);
  if (held?.running === true && (!meant || held.transaction === null)) {
    // The answer to the start is not in the log.
    if (meant) lanes.name(held, transaction);
    return held;
  }
  if (!meant) return held?.waiting === true && held.status === 'Charging' ? held : null;
  if (entry.version !== '1.6' || (held === null && lanes.isFree(connector))) return null;
  const fits = held?.waiting === true && held.status !== null && held.status !== 'Preparing';
  const draft = fits ? held : lanes.found(entry, held === null ? connector : null, true);
  draft.connector ??= connector;
  begunBefore(draft);
  lanes.name(draft, transaction);
  return draft;
}

/** As it was written, where the digits were kept. */
function readingIn(entry: SeenEntry, name: 'meterStart' | 'meterStop'): Reading | null {
  const wh = numberIn(entry.call, name);
  const spelled = name === 'meterStop' ? entry.fields.request_meter_stop : undefined;
  return wh === null
    ? null
    : { wh, text: typeof spelled === 'string' ? spelled : String(entry.call[name]), entry: entry.id };
}

/** CostUpdated, of OCPP 2.x. */
export function seeCost({ lanes }: Scene, entry: SeenEntry): void {
  const draft = lanes.ofTransaction(transactionOf(entry));
  if (draft === null) return;
  draft.mark(entry, 'cost', idIn(entry.call, 'totalCost'));
  draft.cost = numberIn(entry.call, 'totalCost') ?? draft.cost;
}

export function seeProfile(
  { lanes }: Scene,
  entry: SeenEntry,
  purpose: string | null,
  status: string | null,
): void {
  const draft = lanes.ofTransaction(transactionOf(entry)) ?? lanes.at(connectorOf(entry));
  if (draft === null || purpose === null || draft.stop !== null) return;
  addBounded(draft.limits, { mark: draft.mark(entry, 'limit', status), purpose, status });
}
