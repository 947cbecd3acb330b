/** How sources write the version of OCPP: `1.6`, `1.6J`, `ocpp2.0.1`, `OCPP 2.1` ... */

import { OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';

export function versionOf(given: string | null): OcppVersion | null {
  if (given === null) return null;
  const text = given
    .toLowerCase()
    .replace(/^ocpp[ _-]?/, '')
    .replace(/-?j$/, '');
  return OCPP_VERSIONS.find((version) => version === text) ?? null;
}
