/** How CSMSs behind TLS are met: whom to trust, and what to show. The files are read again when they change. */

import { rootCertificates } from 'node:tls';
import type { UpstreamTls } from '../capture/relay/dial.ts';
import { FOLLOW_MS, FollowedFiles } from '../capture/tls/followed-files.ts';
import { authoritiesFault, pairFault, readAuthorities, readKeyPair } from '../config/tls-files.ts';
import type { Settings } from '../config.ts';

const CA = 'upstream.ca_file';
const CERT = 'upstream.cert_file';
const KEY = 'upstream.key_file';

type Texts = Readonly<Record<string, string>>;

export interface UpstreamTlsFiles {
  /** For the next connection. */
  readonly now: () => UpstreamTls;
  close(): Promise<void>;
}

export function followUpstreamTls(
  { upstream }: Pick<Settings, 'upstream'>,
  log: { info(text: string): void; error(text: string): void },
  everyMs: number = FOLLOW_MS,
): UpstreamTlsFiles {
  const paths: Record<string, string> = {};
  const texts: Record<string, string> = {};
  if (upstream.ca_file !== '') {
    paths[CA] = upstream.ca_file;
    texts[CA] = readAuthorities(CA, upstream.ca_file);
  }
  if (upstream.cert_file !== '') {
    const pair = readKeyPair('upstream', upstream);
    Object.assign(paths, { [CERT]: upstream.cert_file, [KEY]: upstream.key_file });
    Object.assign(texts, { [CERT]: pair.cert, [KEY]: pair.key });
  }
  let current = optionsOf(texts, upstream.allow_self_signed);
  if (Object.keys(paths).length === 0) return { now: () => current, close: async () => {} };
  const take = (read: Texts) => {
    const fault = faultOf(read);
    if (fault !== null) throw new Error(fault);
    current = optionsOf(read, upstream.allow_self_signed);
  };
  const files = new FollowedFiles({ paths, texts, take, everyMs, log });
  return { now: () => current, close: () => files.close() };
}

function faultOf(texts: Texts): string | null {
  const { [CA]: ca, [CERT]: cert, [KEY]: key } = texts;
  const ofPair = cert === undefined || key === undefined ? null : pairFault({ cert, key });
  return ofPair ?? (ca === undefined ? null : authoritiesFault(ca));
}

function optionsOf(texts: Texts, allowSelfSigned: boolean): UpstreamTls {
  const { [CA]: ca, [CERT]: cert, [KEY]: key } = texts;
  return {
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(allowSelfSigned ? { rejectUnauthorized: false } : {}),
  };
}
