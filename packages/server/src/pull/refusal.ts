/** Why the other server cannot be read, in one line that says what to check. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from './credentials.ts';

export interface Refused {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly url: URL;
  readonly site: string;
  readonly credentials: Credentials;
  /** ms. */
  readonly now: number;
}

const SKEW_TOLD_MS = 30_000;
const DETAIL_MAX = 300;
/** What is shorter keeps nobody out, and is in every other word. */
const SECRET_MIN = 8;

export function refusalOf(refused: Refused): string {
  const { status, headers, url, site, credentials } = refused;
  const said = saidIn(unsaid(refused.text, credentials));
  const answered = `${url.origin} answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status === 401) return `${answered}: ${keyAdvice(refused)}`;
  if (status === 403) return `${answered}: the key needs the right to read, and may be limited to some hosts`;
  if (status === 404)
    return `${answered}: check the address and --site; there is no site "${site}", or the key may not read it`;
  if (status >= 300 && status < 400) {
    const location =
      headers.location === undefined ? '' : ` to ${printable(unsaid(headers.location, credentials))}`;
    return `${url.origin} answered ${status}, a redirection${location}: give the address it ends at`;
  }
  return answered;
}

function keyAdvice({ credentials, headers, now }: Refused): string {
  const skew = now - Date.parse(headers.date ?? '');
  const skewed = Math.abs(skew) > SKEW_TOLD_MS;
  const side = skew > 0 ? 'ahead of' : 'behind';
  const clock = skewed ? `; this clock is ${Math.round(Math.abs(skew) / 1000)} s ${side} the server's` : '';
  if (credentials.kind === 'bearer') return `check the bearer${clock}`;
  const other = credentials.signPath === 'as-sent' ? 'without-prefix' : 'as-sent';
  return `check API key and secret, or try --sign-path ${other}${clock}`;
}

/** Some servers give back what they were sent: the key must not come into a log by that. */
function unsaid(text: string, credentials: Credentials): string {
  const secrets =
    credentials.kind === 'bearer' ? [credentials.bearer] : [credentials.apiKey, credentials.secret];
  return secrets.reduce(
    (told, secret) => (secret.length < SECRET_MIN ? told : told.replaceAll(secret, '***')),
    text,
  );
}

/** The first sentence of the `detail` of problem+json (RFC 9457), of a `message`, or of a short text. */
function saidIn(text: string): string {
  const [, told] = /"(?:detail|message)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  const said = told ?? (/^\s*[<{[]/.test(text) ? '' : text);
  const [first = ''] = printable(said).split(/\.(?:\s|$)/, 1);
  return first;
}

/** What a server says must not steer the terminal. */
export function printable(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, DETAIL_MAX);
}

/** Codes of TLS that no repetition changes. */
const CERTIFICATE = /^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/;

export function isHopeless(error: unknown): boolean {
  return CERTIFICATE.test(codeOf(error));
}

export function failureOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return 'there is no server of this name';
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ECONNRESET') return 'the connection broke off';
  const message = error instanceof Error ? error.message : String(error);
  if (!CERTIFICATE.test(code)) return message;
  return `its certificate is not trusted (${message}); name its authority with NODE_EXTRA_CA_CERTS`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
