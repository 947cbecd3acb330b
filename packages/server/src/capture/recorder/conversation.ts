/** One connection as the recorder knows it: a live WebSocket, or the virtual one of an ingest or import. */

import type { OcppVersion, PairingRooms } from '@ocpp-logs/core';
import { Pairing } from '@ocpp-logs/core';
import type { Received, Tracked } from './tracked.ts';

/** An answer of an ingest or import may bear a time up to this much before its call: extraction rules 1. */
const ANSWER_AHEAD_US = 10_000_000;

export interface ConversationOptions {
  readonly site: string;
  readonly charger: string;
  readonly connection: string;
  readonly subprotocol: string | null;
  readonly virtual: boolean;
  readonly timeoutMs: number;
  /** Of all conversations. */
  readonly rooms: PairingRooms;
}

export class Conversation {
  readonly site: string;
  readonly charger: string;
  /** Its id, as it is shown. */
  readonly connection: string;
  /** Of a virtual one as its source tells it. */
  subprotocol: string | null;
  readonly virtual: boolean;
  readonly pairing: Pairing<Tracked, Received>;
  /** By its last BootNotification. */
  boot: OcppVersion | null = null;
  /** Where its transactions run, as last told: what is repeated with every meter value is stored once. */
  readonly told = new Map<string, string>();
  /** Time of its last frame, ms. */
  through = 0;
  /** `through` as it was last stored. */
  storedThrough = 0;
  /** Monotonic microseconds of its last frame, and the wall clock when it was taken in. */
  arrival = 0;
  fedAt = 0;

  constructor(options: ConversationOptions) {
    this.site = options.site;
    this.charger = options.charger;
    this.connection = options.connection;
    this.subprotocol = options.subprotocol;
    this.virtual = options.virtual;
    const timeoutUs = options.timeoutMs * 1000;
    this.pairing = new Pairing(
      options.virtual ? { timeoutUs, holdAnswersUs: ANSWER_AHEAD_US } : { timeoutUs },
      options.rooms,
    );
  }
}
