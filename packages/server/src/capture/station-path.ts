/** The address a station calls: `/ocpp/{site}/{charger}`, as stations really write it. */

export interface StationAddress {
  readonly site: string;
  readonly charger: string;
}

export interface StationPath extends StationAddress {
  /** Site and charger as the station spelled them in the path. */
  readonly spelled: StationAddress;
  /** Query string with its question mark as it came; empty for none. */
  readonly query: string;
}

export interface PathProblem {
  readonly problem: string;
}

export const ID_BYTES_MAX = 255;

const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Why `id` cannot name a site or a charger; null if it can. */
export function idProblem(id: string): string | null {
  if (id === '') return 'is empty';
  if (Buffer.byteLength(id) > ID_BYTES_MAX) return `is longer than ${ID_BYTES_MAX} bytes`;
  if (CONTROL_CHARACTER.test(id)) return 'holds a control character';
  // A dot segment would climb in the path of the upstream (RFC 3986 5.2.4).
  if (id === '.' || id === '..') return 'is a dot segment';
  return null;
}

/** What of a called address may be shown: neither its query nor its authority, for both are where passwords are put. */
export function shownPath(url: string): string {
  const [target = ''] = url.split(/[?#]/, 1);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(target)?.[0];
  if (scheme === undefined) return target;
  // A password with a slash in it ends at the last @ all the same.
  const rest = target.slice(Math.max(scheme.length, target.lastIndexOf('@') + 1));
  const slash = rest.indexOf('/');
  return slash < 0 ? '/' : rest.slice(slash);
}

export function readStationPath(url: string): StationPath | PathProblem {
  // Absolute form is allowed in any request (RFC 9112 3.2.2).
  const target = url.replace(/^(?:ws|http)s?:\/\/[^/?#]*/i, '');
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark);
  // Stations join a configured URL and their id carelessly, so slashes double and trail.
  const segments = path.split('/').filter((segment) => segment !== '');
  const [prefix, site, charger] = segments;
  if (prefix !== 'ocpp' || site === undefined || charger === undefined || segments.length !== 3) {
    return { problem: 'the path is not /ocpp/{site}/{charger}' };
  }
  const siteId = readId('site', site);
  if (typeof siteId !== 'string') return siteId;
  const chargerId = readId('charger', charger);
  if (typeof chargerId !== 'string') return chargerId;
  return { site: siteId, charger: chargerId, spelled: { site, charger }, query };
}

function readId(what: string, segment: string): string | PathProblem {
  const id = decode(segment);
  if (id === null) return { problem: `the ${what} id is not percent-encoded UTF-8` };
  const problem = idProblem(id);
  return problem === null ? id : { problem: `the ${what} id ${problem}` };
}

function decode(segment: string): string | null {
  try {
    // The HTTP parser hands bytes above 7F over as latin1; a station that does not escape means UTF-8.
    return decodeURIComponent(utf8.decode(Buffer.from(segment, 'latin1')));
  } catch {
    return null;
  }
}
