/** What a station sends as Basic authentication (RFC 7617; OCPP security profiles 1 and 2), and what a password may be. */

import { randomBytes } from 'node:crypto';

/** OCPP 1.6 security whitepaper, AuthorizationKey; OCPP 2.0.1 Part 2, section A00, BasicAuthPassword. */
const LEAST_BYTES = 16;
const MOST_BYTES = 40;
/** Longer headers hold no password of a station: an id of 255 bytes, a colon and 40 bytes. */
const HEADER_MOST = 1_024;

/** What is wrong with a new password, as a rule; null where it may be used. */
export function stationPasswordFault(password: string): string | null {
  if (!/^[\x20-\x7e]*$/.test(password))
    return 'must be of printable ASCII characters: stations agree on no others';
  const { length } = password;
  return length >= LEAST_BYTES && length <= MOST_BYTES
    ? null
    : `must have ${LEAST_BYTES} to ${MOST_BYTES} characters`;
}

/** 20 random bytes, hexadecimal: what every version of OCPP takes. */
export function newStationPassword(): string {
  return randomBytes(20).toString('hex');
}

/**
 * One form of what stations spell in two ways: OCPP 1.6 sets a key as hexadecimal digits, and some stations send these
 * as the password, others the bytes they stand for.
 */
export function canonicalPassword(password: Uint8Array): Uint8Array {
  const text = Buffer.from(password).toString('latin1');
  return /^(?:[0-9a-f]{2}){16,20}$/i.test(text) ? Buffer.from(text, 'hex') : password;
}

export type StationCredentials =
  | { readonly password: Uint8Array }
  /** `offered`: whether there were any, so that they can be wrong. */
  | { readonly problem: string; readonly offered: boolean };

/**
 * The user name is the id of the charger (OCPP 2.0.1 Part 2, section A00, profile 1), which is known: so the password begins behind it,
 * whatever colons either holds.
 */
export function stationCredentials(header: string | undefined, charger: string): StationCredentials {
  if (header === undefined) return { problem: 'the station sent no password', offered: false };
  const encoded = /^basic +([A-Za-z0-9+/_=-]*) *$/i.exec(header.slice(0, HEADER_MOST))?.[1];
  if (encoded === undefined || header.length > HEADER_MOST) {
    return { problem: 'the station sent something else than Basic authentication', offered: true };
  }
  const sent = Buffer.from(encoded, 'base64');
  const user = Buffer.from(`${charger}:`);
  if (!sent.subarray(0, user.length).equals(user)) {
    return { problem: 'the user name is not the id of the charger', offered: true };
  }
  return { password: sent.subarray(user.length) };
}
