/** The station's upgrade request as it goes on to the CSMS: only path, `Host` and forwarding headers change. */

import type { Upstream } from './upstream.ts';

export interface Peer {
  readonly address: string;
  readonly secure: boolean;
  /** Whether it is a proxy whose word counts. */
  readonly believed: boolean;
  /** The CSMS is told of the verified certificate of the station, or that there is none; null: of nothing. */
  readonly certificate: { readonly der: Uint8Array | null } | null;
}

/** @param rawHeaders names and values in turn, as node:http gives them: order, spelling and repetitions as they came */
export function requestHead(rawHeaders: readonly string[], upstream: Upstream, peer: Peer): Buffer {
  const headers = pairs(rawHeaders)
    .filter(([name]) => goesOn(name, peer))
    .map(([name, value]): [string, string] => [
      name,
      name.toLowerCase() === 'connection' ? withoutTold(value) : value,
    ]);
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const lines = headers.map(([name, value]): [string, string] =>
    name.toLowerCase() === 'host' ? [name, upstream.host] : [name, value],
  );
  if (host === undefined) lines.unshift(['Host', upstream.host]);
  const forwarded = lines.findLast(([name]) => name.toLowerCase() === 'x-forwarded-for');
  if (forwarded !== undefined) forwarded[1] = `${forwarded[1]}, ${peer.address}`;
  else lines.push(['X-Forwarded-For', peer.address]);
  // The first proxy on the way knows these two best, where it is one.
  addAbsent(lines, 'X-Forwarded-Proto', peer.secure ? 'https' : 'http');
  if (host !== undefined) addAbsent(lines, 'X-Forwarded-Host', host);
  const der = peer.certificate?.der ?? null;
  if (der !== null) lines.push(['Client-Cert', `:${Buffer.from(der).toString('base64')}:`]);
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`GET ${upstream.path} HTTP/1.1\r\n${text}\r\n`, 'latin1');
}

/** What tells of the station and its way here; of a station itself it would be no more than its own word. */
const TOLD = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'client-cert',
  'client-cert-chain',
]);

function goesOn(name: string, { believed, certificate }: Peer): boolean {
  // An upgrade has no body that would be passed on; what announces one would have the CSMS wait for it.
  if (/^(?:content-length|transfer-encoding)$/i.test(name)) return false;
  // Many programs behind a server (RFC 3875 4.1.18) cannot tell the two apart.
  const told = name.toLowerCase().replaceAll('_', '-');
  // RFC 9440 3.1: what a station sends under these names is no word of anybody who looked at its certificate.
  if (told === 'client-cert' || told === 'client-cert-chain') return believed && certificate === null;
  // To this one an address is added, so that what was said is seen to be said.
  if (name.toLowerCase() === 'x-forwarded-for') return true;
  return believed || !TOLD.has(told);
}

/** RFC 9110 7.6.1: a proxy before the CSMS takes away what is named here, and must not take what this server says. */
function withoutTold(connection: string): string {
  const names = connection.split(',');
  const left = names.filter((name) => !TOLD.has(name.trim().toLowerCase()));
  return left.length === names.length ? connection : left.map((name) => name.trim()).join(', ');
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    list.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return list;
}

function addAbsent(lines: [string, string][], name: string, value: string): void {
  if (!lines.some(([other]) => other.toLowerCase() === name.toLowerCase())) lines.push([name, value]);
}
