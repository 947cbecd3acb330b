/** The OpenID provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1). */

import { timingSafeEqual } from 'node:crypto';
import type { ClientAuth, Configuration } from 'openid-client';
import { Problem } from '../errors.ts';
import { type Claims, claimOf } from './oidc-claims.ts';
import type { OidcState } from './oidc-state.ts';

const TIMEOUT_S = 10;
/** What a provider says of itself is asked for again after this, ms. */
const KNOWN_MS = 3_600_000;

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** null: a public client, held by PKCE alone. */
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  /** Asked for at the user info endpoint where the ID token lacks them. */
  readonly claims: readonly string[];
}

export interface OidcPerson {
  readonly subject: string;
  readonly claims: Claims;
}

/** Loaded with the first sign-in: most servers have no provider. */
const library = () => import('openid-client');

/** On this machine alone, for trying it out; everything else must be encrypted. */
export function isLoopback(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function away(error: unknown): Problem {
  const problem = new Problem(
    'provider-away',
    'The sign-in provider does not answer; passwords and links work as ever.',
    { headers: { 'retry-after': '30' } },
  );
  problem.cause = error;
  return problem;
}

function refused(detail: string, cause?: unknown): Problem {
  const problem = new Problem('sign-in-refused', detail);
  problem.cause = cause;
  return problem;
}

function same(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

export class OidcProvider {
  readonly #settings: ProviderSettings;
  readonly #now: () => number;
  #known: { readonly until: number; readonly found: Promise<Configuration> } | null = null;

  constructor(settings: ProviderSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** Where the browser is sent, and what must be known when it comes back. */
  async begin(
    redirectUri: string,
  ): Promise<{ readonly url: string } & Pick<OidcState, 'state' | 'nonce' | 'verifier'>> {
    const oidc = await library();
    const provider = await this.#provider();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: this.#settings.scopes.join(' '),
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state, nonce, verifier };
  }

  /** `query` is that of the address with which the browser came back. */
  async finish(query: string, begun: OidcState): Promise<OidcPerson> {
    const url = new URL(begun.redirectUri);
    url.search = query;
    if (!same(url.searchParams.get('state') ?? '', begun.state)) {
      throw refused('The answer of the provider belongs to another attempt to sign in; try again.');
    }
    const provider = await this.#provider();
    try {
      return await this.#person(provider, url, begun);
    } catch (error) {
      throw await told(error);
    }
  }

  async #person(provider: Configuration, url: URL, begun: OidcState): Promise<OidcPerson> {
    const oidc = await library();
    const tokens = await oidc.authorizationCodeGrant(provider, url, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    });
    const token = tokens.claims();
    if (token === undefined) throw refused('The provider sent no ID token.');
    const { sub: subject } = token;
    const lacks = this.#settings.claims.some((name) => claimOf(token, name) === undefined);
    const asked = lacks && provider.serverMetadata().userinfo_endpoint !== undefined;
    const more = asked ? await oidc.fetchUserInfo(provider, tokens.access_token, subject) : {};
    return { subject, claims: { ...more, ...token } };
  }

  #provider(): Promise<Configuration> {
    if (this.#known !== null && this.#known.until > this.#now()) return this.#known.found;
    const found = this.#discover();
    const known = { until: this.#now() + KNOWN_MS, found };
    this.#known = known;
    found.catch(() => {
      if (this.#known === known) this.#known = null;
    });
    return found;
  }

  async #discover(): Promise<Configuration> {
    const oidc = await library();
    const { issuer, clientId, clientSecret } = this.#settings;
    const execute = isLoopback(issuer) ? [oidc.allowInsecureRequests] : [];
    const options = { timeout: TIMEOUT_S, execute };
    try {
      return await oidc.discovery(new URL(issuer), clientId, {}, clientAuth(oidc, clientSecret), options);
    } catch (error) {
      throw away(error);
    }
  }
}

/** As the provider takes it; OpenID Connect Discovery 1.0, 3: without a word it is `client_secret_basic`. */
function clientAuth(oidc: Awaited<ReturnType<typeof library>>, secret: string | null): ClientAuth {
  if (secret === null) return oidc.None();
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}

/** What the provider said, or that it could not be reached. */
async function told(error: unknown): Promise<unknown> {
  const oidc = await library();
  if (error instanceof Problem) return error;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return refused(`The provider refuses: ${error.error.slice(0, 100)}.`, error);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'OAUTH_TIMEOUT' || (code === '' && error instanceof TypeError)) return away(error);
  if (code.startsWith('OAUTH_')) {
    return refused('The answer of the provider is not valid; the log of the server says why.', error);
  }
  return error;
}
