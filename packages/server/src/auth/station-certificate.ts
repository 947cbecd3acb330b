/** The client certificate of a station (OCPP security profile 3; OCPP 2.0.1 Part 2, A00.FR.405). */

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** `tls.client_name` */
export type ClientName = 'cn-or-san' | 'cn' | 'san' | 'any';

/** Why this connection is not shown to be that of the charger; null where it is. */
export function certificateFault(socket: Socket, charger: string, where: ClientName): string | null {
  if (!(socket instanceof TLSSocket))
    return 'the connection came without TLS, so without a client certificate';
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return 'the station showed no client certificate';
  if (!socket.authorized) {
    return `the client certificate of the station is not trusted (${String(socket.authorizationError)})`;
  }
  if (where === 'any') return null;
  const { CN } = socket.getPeerCertificate().subject;
  const common = typeof CN === 'string' ? [CN] : (CN ?? []);
  const names = [
    ...(where === 'san' ? [] : common),
    ...(where === 'cn' ? [] : dnsNames(certificate.subjectAltName ?? '')),
  ];
  // Ids are compared as they are: "cp1" is another charger than "CP1".
  if (names.includes(charger)) return null;
  const named = names.length === 0 ? 'no name' : names.join(', ').slice(0, 300);
  return `the client certificate is for ${named} and not for this charger`;
}

/** Certificate of the station in DER; null where none was verified. */
export function verifiedCertificate(socket: Socket): Uint8Array | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  return socket.getPeerX509Certificate()?.raw ?? null;
}

/** `DNS:a.example, DNS:"odd, name"`: names that hold anything special stand in JSON quotes. */
function dnsNames(alternatives: string): readonly string[] {
  return [...alternatives.matchAll(/(?:^|, )DNS:(?:("(?:[^"\\]|\\.)*")|([^,]*))/g)].map(
    ([, quoted, plain]) => (quoted === undefined ? (plain ?? '') : String(JSON.parse(quoted))),
  );
}
