/** Whether a station may come in: what its site asks for is checked before anybody answers the upgrade. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientName, certificateFault } from '../auth/station-certificate.ts';
import type { StationPasswords } from '../auth/station-passwords.ts';
import type { Site } from '../store/control.ts';
import type { Refusal } from './relay/refusal.ts';

export interface AdmissionOptions {
  readonly passwords: Pick<StationPasswords, 'refusal'>;
  readonly clientName: ClientName;
}

export interface AskingStation {
  readonly site: Site;
  readonly charger: string;
  readonly remoteAddress: string;
  readonly request: IncomingMessage;
  readonly socket: Socket;
}

export interface Unadmitted {
  readonly refusal: Refusal;
  /** For the log; the station is not told how near it came. null: one of so many that it is counted only. */
  readonly reason: string | null;
}

/** RFC 7617 2: the realm is needed, and UTF-8 is the one encoding of the id. */
const CHALLENGE = 'Basic realm="ocpp-logs", charset="UTF-8"';

export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** null: it may. */
  async refusal(station: AskingStation): Promise<Unadmitted | null> {
    switch (station.site.stationAuth) {
      case 'none':
        return null;
      case 'certificate':
        return this.#byCertificate(station);
      case 'basic':
        return this.#byPassword(station);
    }
  }

  #byCertificate({ socket, charger }: AskingStation): Unadmitted | null {
    const reason = certificateFault(socket, charger, this.#options.clientName);
    if (reason === null) return null;
    return {
      refusal: { status: 403, text: 'This site asks for the client certificate of the charger.' },
      reason,
    };
  }

  async #byPassword({ site, charger, request, remoteAddress }: AskingStation): Promise<Unadmitted | null> {
    // The CSMS behind a relay checks its stations itself; no site has both, but one that is changed could for a moment.
    if (site.upstream !== null) return null;
    const { authorization } = request.headers;
    const refused = await this.#options.passwords.refusal(
      { site: site.id, charger },
      authorization,
      remoteAddress,
    );
    if (refused === null) return null;
    const { status, reason, retryAfter } = refused;
    const refusal: Refusal = {
      status,
      text: TEXTS[status],
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(status === 401 ? { challenge: CHALLENGE } : {}),
    };
    return { refusal, reason: status === 401 ? reason : null };
  }
}

const TEXTS = {
  401: 'This site asks for the id of the charger and its password, as Basic authentication.',
  429: 'There were too many wrong passwords; try again later.',
  503: 'Passwords cannot be checked now; try again later.',
} as const;
