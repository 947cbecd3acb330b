/** What rules look for in certificates. OCPP 1.6 Security Whitepaper and 2.0.1: A02, A03, A04, M01 to M06. */

import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, objectsIn, textIn, withReason } from '../session/told.ts';
import { isUp } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { spanText } from './words.ts';

/** Of certificates, of what is signed by them, and of TLS. */
const EVENTS = /Certificate|TLSVersion|CipherSuite|Signature/i;
const BAD_EVENTS = /invalid|fail|expired|discarded/i;
const CALLS = new Set([
  'SignCertificate',
  'CertificateSigned',
  'InstallCertificate',
  'Get15118EVCertificate',
  'DeleteCertificate',
  'GetCertificateStatus',
]);
const REFUSALS = ['Rejected', 'Failed'];
/** OCPP 2.1 M07: of a chain each certificate has a status of its own. */
const CHAIN_REFUSALS = ['Revoked', 'Failed'];

export function certificateTrouble({ action, call, answer, kind }: SeenEntry): string | null {
  if (kind !== 'exchange' || action === null) return null;
  if (action === 'SecurityEventNotification') {
    const type = textIn(call, 'type');
    return type !== null && EVENTS.test(type) && BAD_EVENTS.test(type) ? type : null;
  }
  if (action === 'Authorize') {
    const told = textIn(answer, 'certificateStatus');
    return told === null || told === 'Accepted' ? null : told;
  }
  if (action === 'GetCertificateChainStatus') {
    const statuses = objectsIn(answer, 'certificateStatus').map((told) => textIn(told, 'status') ?? '');
    const bad = statuses.find((status) => CHAIN_REFUSALS.includes(status));
    return bad === undefined ? null : `${action} ${bad}`;
  }
  const status = answeredStatus(answer) ?? '';
  return CALLS.has(action) && REFUSALS.includes(status) ? withReason(`${action} ${status}`, answer) : null;
}

/** For whoever signs certificates behind the CSMS, which may be slow. ms. */
const SIGNED_MS = 3_600_000;
const TYPES_MAX = 10;
/** Of a request that names none: OCPP 1.6 has one, and with 2.x it is for all that the station has. */
const ANY = '';

/** Requests for a certificate that were accepted, and no certificate, while the station went on to talk. */
export function certificateAwaited(): Watch {
  const awaited = new Map<string, SeenEntry>();
  let heard = Number.NEGATIVE_INFINITY;
  return {
    see(entry) {
      const { action, kind, call, answer, at } = entry;
      if (kind === 'gap') awaited.clear();
      if (isUp(entry)) heard = at;
      const type = textIn(call, 'certificateType');
      if (action === 'CertificateSigned') {
        if (type === null) awaited.clear();
        else for (const asked of [type, ANY]) awaited.delete(asked);
      } else if (action === 'SignCertificate' && answeredStatus(answer) === 'Accepted') {
        const wanted = type ?? ANY;
        if (!awaited.has(wanted) && awaited.size < TYPES_MAX) awaited.set(wanted, entry);
      }
    },
    end() {
      const tally = new Tally();
      let longest = 0;
      for (const [type, entry] of awaited) {
        if (heard - entry.at < SIGNED_MS) continue;
        tally.add(entry, type);
        longest = Math.max(longest, heard - entry.at);
      }
      if (tally.count === 0) return [];
      const types = tally.words === '' ? '' : ` (${tally.words})`;
      return [tally.sighting({ types, span: spanText(longest) })];
    },
  };
}
