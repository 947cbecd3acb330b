/** What every entry of one station meets: its sessions so far, its clock, the profiles it holds. */

import type { StationClock } from './clock.ts';
import type { Draft } from './draft.ts';
import type { Lanes } from './lanes.ts';
import type { Profiles } from './profiles.ts';
import type { SeenEntry } from './seen.ts';
import { idIn, numberIn } from './told.ts';

export interface Scene {
  readonly lanes: Lanes;
  readonly clock: StationClock;
  readonly profiles: Profiles;
}

/** 1.6: the connector; 2.x: the EVSE. null where it is not named, and for the whole station. Also where it is a text. */
export function connectorOf({ fields, call, version }: SeenEntry): number | null {
  const told = version === '1.6' ? numberIn(call, 'connectorId') : numberIn(call, 'evseId');
  const connector = typeof fields.connector_id === 'number' ? fields.connector_id : told;
  return connector !== null && Number.isSafeInteger(connector) && connector > 0 ? connector : null;
}

export function idTagOf({ fields }: SeenEntry): string | null {
  const idTag = fields.request_id_tag;
  return typeof idTag === 'string' && idTag !== '' ? idTag : null;
}

/** Also one of another type than its version has, or in another place. */
export function transactionOf({ fields, call, answer }: SeenEntry): string | null {
  const transaction = fields.transaction_id;
  if (typeof transaction === 'string' && transaction !== '') return transaction;
  return idIn(call, 'transactionId') ?? idIn(answer, 'transactionId');
}

/** Id tags are case-insensitive: OCPP 1.6 CiString20Type, 2.0.1 identifierString. */
export function sameTag(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

export function usedTag(draft: Draft, idTag: string | null): boolean {
  return (
    sameTag(draft.idTag, idTag) ||
    draft.authorisations.some((told) => sameTag(told.idTag, idTag)) ||
    draft.remoteStarts.some((told) => sameTag(told.idTag, idTag))
  );
}

/** OCPP 2.x: a transaction that began with the plug, and nobody has shown a card yet. */
export function awaitsCard(draft: Draft): boolean {
  return (
    draft.running &&
    draft.version !== '1.6' &&
    draft.idTag === null &&
    !draft.authorised &&
    draft.remoteStarts.length === 0
  );
}

/** Attempts that no connector is known of. */
export function unplaced(lanes: Lanes, now: number): readonly Draft[] {
  return lanes.waiting(now).filter(({ connector }) => connector === null);
}
