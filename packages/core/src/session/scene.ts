/** What every entry of one station meets: its sessions so far, its clock, the profiles it holds. */

import type { StationClock } from './clock.ts';
import type { Draft } from './draft.ts';
import type { Lanes } from './lanes.ts';
import type { Profiles } from './profiles.ts';
import type { SeenEntry } from './seen.ts';

export interface Scene {
  readonly lanes: Lanes;
  readonly clock: StationClock;
  readonly profiles: Profiles;
}

/** 1.6: the connector; 2.x: the EVSE. null where it is not named, and for the whole station. */
export function connectorOf({ fields }: SeenEntry): number | null {
  const connector = fields.connector_id;
  return typeof connector === 'number' && connector > 0 ? connector : null;
}

export function idTagOf({ fields }: SeenEntry): string | null {
  const idTag = fields.request_id_tag;
  return typeof idTag === 'string' && idTag !== '' ? idTag : null;
}

export function transactionOf({ fields }: SeenEntry): string | null {
  const transaction = fields.transaction_id;
  return typeof transaction === 'string' && transaction !== '' ? transaction : null;
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
