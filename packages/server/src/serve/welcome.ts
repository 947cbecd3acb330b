/** What a person reads when the server is up. */

import type { ShownKey } from '../auth/keys.ts';
import type { Settings } from '../config.ts';

export interface Welcome {
  readonly url: string;
  /** Where TLS is not spoken beside; null for nowhere. */
  readonly plainUrl?: string | null;
  /** Of a first start; shown this once. */
  readonly key: ShownKey | null;
  /** Of the link that signs in the first admin; null where there are users. */
  readonly token: string | null;
  readonly settings: Settings;
  /** How many may be connected. */
  readonly stations: string;
  readonly version: string;
}

export function welcome({ url, plainUrl = null, key, token, settings, stations, version }: Welcome): string {
  const here = reachable(url, 'localhost');
  const site = settings.demo ? 'demo' : (settings.sites[0]?.id ?? '{site}');
  const lines = [
    `ocpp-logs ${version}, data in ${settings.data}`,
    '',
    `  open         ${token === null ? `${here}/` : signInLink(here, token)}`,
    ...(token === null ? [] : ['               (signs in the first admin; once, within 15 minutes)']),
    `  stations to  ${reachable(url, 'HOST').replace(/^http/, 'ws')}/ocpp/${site}/{charger}`,
    `               (${stations})`,
    ...(plainUrl === null
      ? []
      : [`  without TLS  ${plainUrl}, ${plainUrl.replace(/^http/, 'ws')}/ocpp/${site}/{charger}`]),
    `  API          ${here}/rest/v1/ocpp-logs/site/${site}?from=...&to=...`,
    ...(key === null ? [] : ['', ...keyLines(key)]),
    '',
    `ocpp-logs listening on ${url}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** All addresses of a machine together are none that anyone could open. */
function reachable(url: string, host: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:)/, `//${host}`);
}

/** In the fragment, which is in no log of a server. */
export function signInLink(url: string, token: string): string {
  return `${url}/sign-in#token=${token}`;
}

function keyLines(key: ShownKey): readonly string[] {
  return [
    '  The first key, shown this once (more: ocpp-logs key create):',
    `    api key  ${key.api_key}`,
    `    secret   ${key.secret}`,
    `    bearer   ${key.bearer}`,
  ];
}
