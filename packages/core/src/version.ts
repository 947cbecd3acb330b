/** Which OCPP a message speaks. Source: extraction rules 1, "Version". */

import { ACTIONS } from './catalogue.ts';
import type { Finding } from './finding.ts';
import type { OcppVersion } from './frame.ts';
import type { JsonObject, JsonValue } from './message.ts';

const SPELLINGS: ReadonlyMap<string, OcppVersion> = new Map([
  ['1.6', '1.6'],
  // 2.0 was withdrawn in favour of 2.0.1, which kept its messages.
  ['2.0', '2.0.1'],
  ['2.0.1', '2.0.1'],
  ['2.1', '2.1'],
]);

/** Values looked at before a payload's shape is taken to be that of 1.6. */
const SHAPE_VALUES_MAX = 2000;

/** A version as sources spell it: `1.6`, `1.6J`, `ocpp2.0.1`. null for any other. */
export function parseVersion(text: string): OcppVersion | null {
  const plain = text.trim().toLowerCase().replace(/^ocpp/, '').replace(/j$/, '');
  return SPELLINGS.get(plain) ?? null;
}

/** null for a subprotocol of no known version. */
export function versionOfSubprotocol(subprotocol: string): OcppVersion | null {
  return subprotocol.toLowerCase().startsWith('ocpp') ? parseVersion(subprotocol) : null;
}

/** What a BootNotification tells of the connection it came over. 2.0.1 and 2.1 look alike. */
export function bootVersion(action: string, payload: JsonObject): OcppVersion | null {
  if (action !== 'BootNotification') return null;
  const { chargePointVendor, chargingStation } = payload;
  if (chargePointVendor !== undefined) return '1.6';
  return chargingStation === undefined ? null : '2.0.1';
}

export interface VersionClues {
  readonly subprotocol: string | null;
  /** What the source says of the frame. */
  readonly given: OcppVersion | null;
  /** By the last BootNotification of the connection. */
  readonly boot: OcppVersion | null;
  /** Of an answer: the action of its call. */
  readonly action: string | null;
  readonly payload: JsonObject;
}

export interface KnownVersion {
  readonly version: OcppVersion;
  readonly finding: Finding | null;
}

export function versionOf(clues: VersionClues): KnownVersion {
  const { subprotocol, given, boot, action, payload } = clues;
  const told =
    (subprotocol === null ? null : versionOfSubprotocol(subprotocol)) ??
    given ??
    (action === null ? null : bootVersion(action, payload)) ??
    boot;
  if (told !== null) return { version: told, finding: null };
  const versions = (action === null ? undefined : ACTIONS.get(action)?.versions) ?? [];
  const [first] = versions;
  if (first !== undefined && versions.length === 1) return { version: first, finding: null };
  // An action that 1.6 does not have is of 2.0.1 or 2.1: the older one, which both understand, is assumed.
  const assumed = (first !== undefined && first !== '1.6') || looksLike2(payload) ? '2.0.1' : '1.6';
  return { version: assumed, finding: { code: 'version-assumed', detail: assumed } };
}

function looksLike2(payload: JsonObject): boolean {
  const waiting: JsonValue[] = [payload];
  for (let seen = 0; seen < SHAPE_VALUES_MAX; seen++) {
    const value = waiting.pop();
    if (value === undefined) return false;
    if (typeof value !== 'object' || value === null) continue;
    if (!isArray(value) && isShapeOf2(value)) return true;
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return false;
}

function isShapeOf2(value: JsonObject): boolean {
  const { evseId, evse, unitOfMeasure, idToken } = value;
  if (evseId !== undefined || evse !== undefined || unitOfMeasure !== undefined) return true;
  return typeof idToken === 'object' && idToken !== null;
}

function isArray(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}
