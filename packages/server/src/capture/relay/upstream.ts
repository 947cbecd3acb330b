/** Where a site's CSMS is: the template of its setting, filled in for one station. */

import type { PathProblem, StationAddress, StationPath } from '../station-path.ts';

export interface Upstream {
  readonly secure: boolean;
  /** Name or address to dial, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Value of the `Host` header. */
  readonly host: string;
  /** Path and query of the request line. */
  readonly path: string;
}

interface Origin {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

/** Why `template` cannot be an upstream; null if it can. */
export function upstreamProblem(template: string): string | null {
  const origin = readOrigin(template);
  return 'problem' in origin ? origin.problem : null;
}

/** @param template `wss://csms.example/ocpp/{charger}`; `{site}` is filled in too. */
export function resolveUpstream(template: string, station: StationPath): Upstream | PathProblem {
  const origin = readOrigin(template);
  if ('problem' in origin) return origin;
  const mark = origin.path.indexOf('?');
  const path = mark < 0 ? origin.path : origin.path.slice(0, mark);
  const ownQuery = mark < 0 ? '' : origin.path.slice(mark);
  const queries = [
    fill(ownQuery, {
      site: encodeURIComponent(station.site),
      charger: encodeURIComponent(station.charger),
    }).slice(1),
    // A fragment never travels, so a raw '#' cannot be meant as one.
    station.query.slice(1).replaceAll('#', '%23'),
  ].filter((query) => query !== '');
  const query = queries.length === 0 ? '' : `?${queries.join('&')}`;
  // In the path the station's own spelling goes on: some CSMSs compare it as it is.
  const { site, charger } = station.spelled;
  const spelled = { site: escapeRest(site), charger: escapeRest(charger) };
  return { ...origin, path: fill(path, spelled) + query };
}

function readOrigin(template: string): Origin | PathProblem {
  const match = /^(wss?):\/\/([^/?#{}]+)([^#]*)$/i.exec(template);
  const [, scheme, authority, rest] = match ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) {
    return { problem: 'an upstream is written like wss://csms.example/ocpp/{charger}' };
  }
  if (authority.includes('@')) {
    return { problem: "an upstream holds no user name: the station's own credentials are passed on" };
  }
  if (/[^\u0021-\u007e]/.test(rest)) {
    return { problem: 'the path of an upstream holds a character that must be percent-encoded' };
  }
  const url = URL.parse(`${scheme}://${authority}/`);
  if (url === null || url.hostname === '') return { problem: 'the host of the upstream is not valid' };
  const secure = url.protocol === 'wss:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function fill(text: string, station: StationAddress): string {
  return text.replaceAll('{charger}', () => station.charger).replaceAll('{site}', () => station.site);
}

/** What a request line may not hold (RFC 3986 3.3): a station that does not escape sends bytes above 7F. */
function escapeRest(segment: string): string {
  return segment.replace(
    /[^\u0021-\u007e]|["<>\\^`{|}]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
