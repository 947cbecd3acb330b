/** What stations of a site must show, in words. */

import type { StationAuth } from '../../api/answers.ts';

export const STATION_AUTH_CHOICES: readonly { readonly auth: StationAuth; readonly label: string }[] = [
  { auth: 'none', label: 'Nothing' },
  { auth: 'basic', label: 'A password, set below' },
  { auth: 'certificate', label: 'A client certificate' },
];

/** What a change to this means. */
export function stationAuthMeaning(auth: StationAuth): string {
  switch (auth) {
    case 'none':
      return 'Stations that connect from now on are let in whatever they show.';
    case 'basic':
      return 'Stations without a password that is set here are not let in when they connect again.';
    case 'certificate':
      return 'Stations without a client certificate of a known authority are not let in when they connect again.';
  }
}
