/** Values that are told by their form, wherever they stand: vehicle identification numbers, ICCIDs, MAC addresses. */

/** VIN (ISO 3779): 17 letters and digits without I, O and Q, here with at least one of either. */
const VIN_LENGTH = 17;
const VIN = /^(?=[^a-z]*[a-z])(?=\D*\d)[a-hj-npr-z0-9]{17}$/;
/** A time in the basic form of ISO 8601 has that length too: `20260105T103000000Z` less its blanks. */
const BASIC_TIME = /^\d{8}t\d+z?$/;

/** ITU-T E.118: 89 for telecommunication, then 17 or 18 digits. */
const ICCID = /^89\d{17,18}$/;

/** Bytes in hexadecimal, four to ten of them: RFID UIDs, and MAC addresses (six). */
const PAIRS = /[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){2,8}(?![\p{L}\p{N}])/uy;
const ALL_PAIRS = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){3,9}$/;
/** The same without separators. */
const BARE_PAIRS = /^(?:[0-9a-f]{2}){4,10}$/;
const MAC_LENGTH = 17;
/** Contract ids (ISO 15118-2 H.1, eMI3): the separators may be left out. */
const CONTRACT = /^[a-z]{2}[-*]?[a-z0-9]{3}[-*]?[a-z0-9]{9}(?:[-*]?[a-z0-9])?$/;
/** An idTag that Autocharge makes of a vehicle's MAC address. */
const VEHICLE_ADDRESS = /^vid:?([0-9a-f]{12})$/;

/** Every one-to-one change of case, so that places in the text stay what they are. */
export function folded(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text.toLowerCase();
  let low = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const lower = char.toLowerCase();
    low += lower.length === 1 ? lower : char;
  }
  return low;
}

/** One text for spellings of one id: separators between bytes and in contract ids do not count. */
export function canonical(low: string): string {
  return ALL_PAIRS.test(low) || CONTRACT.test(low) ? low.replace(/[-:*]/g, '') : low;
}

/** The words with which the spellings of an id may begin that are one by {@link canonical}; `text` is that one. */
export function firstWords(text: string): readonly string[] {
  const words = new Set([/^[\p{L}\p{N}]*/u.exec(text)?.[0] ?? '']);
  if (BARE_PAIRS.test(text)) words.add(text.slice(0, 2));
  // Where a separator may stand.
  if (CONTRACT.test(text)) for (const end of [2, 5, 14]) words.add(text.slice(0, end));
  return [...words];
}

export function isVin(low: string): boolean {
  return low.length === VIN_LENGTH && VIN.test(low) && !BASIC_TIME.test(low);
}

export function isIccid(text: string): boolean {
  return (text.length === 19 || text.length === 20) && ICCID.test(text);
}

/** The bytes in hexadecimal that begin at `start`; '' if there are none. */
export function bytePairsAt(low: string, start: number): string {
  PAIRS.lastIndex = start;
  return PAIRS.exec(low)?.[0] ?? '';
}

export function isMacAddress(pairs: string): boolean {
  return pairs.length === MAC_LENGTH;
}

/** The MAC address in an id made of it; null if it is none. */
export function vehicleAddress(low: string): string | null {
  return VEHICLE_ADDRESS.exec(low)?.[1] ?? null;
}
