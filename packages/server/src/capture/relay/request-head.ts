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
  const headers = pairs(rawHeaders).filter(([name]) => {
    // An upgrade has no body that would be passed on; what announces one would have the CSMS wait for it.
    if (/^(?:content-length|transfer-encoding)$/i.test(name)) return false;
    // RFC 9440 3.1: what a station sends under these names is no word of anybody who looked at its certificate.
    if (/^client-cert(?:-chain)?$/i.test(name)) return peer.believed && peer.certificate === null;
    return peer.believed || !/^x-forwarded-(?:proto|host)$/i.test(name);
  });
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

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    list.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return list;
}

function addAbsent(lines: [string, string][], name: string, value: string): void {
  if (!lines.some(([other]) => other.toLowerCase() === name.toLowerCase())) lines.push([name, value]);
}
