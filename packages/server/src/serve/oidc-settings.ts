/** The OpenID provider of the configuration, as sign-in takes it; null where there is none. */

import type { OidcSettings } from '../auth/oidc-sign-in.ts';
import { clientSecret } from '../config/oidc.ts';
import type { Settings } from '../config.ts';

export function oidcOfSettings({ oidc, oidc_client_secret }: Settings): OidcSettings | null {
  if (oidc.issuer === '') return null;
  return {
    issuer: oidc.issuer,
    clientId: oidc.client_id,
    clientSecret: clientSecret(oidc, oidc_client_secret),
    scopes: oidc.scopes,
    nameClaim: oidc.name_claim,
    roleClaim: oidc.role_claim === '' ? null : oidc.role_claim,
    roles: oidc.roles.map(({ value, role, site = null }) => ({ value, role, site })),
    autoCreate: oidc.auto_create,
    redirectUri: oidc.redirect_uri === '' ? null : oidc.redirect_uri,
  };
}
