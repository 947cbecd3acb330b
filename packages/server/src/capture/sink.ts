/** Where capture puts what it saw. Every call returns at once: no parsing, no disk, no lock, no throw. */

import type { ConnectionEvent, Cut, Direction } from '@ocpp-logs/core';

export type ConnectionNumber = number;

export interface OpenedConnection {
  readonly site: string;
  readonly charger: string;
  /** Subprotocol that was agreed on; null for none. */
  readonly subprotocol: string | null;
  readonly remoteAddress: string;
  readonly mode: 'relay' | 'csms';
}

export interface RefusedConnection {
  readonly site: string;
  /** Empty, as is the address null, where it stands for many. */
  readonly charger: string;
  readonly remoteAddress: string | null;
  readonly status: number;
  readonly reason: string;
}

export interface CapturedFrame {
  readonly direction: Direction;
  /** Decoded message; the sink copies what it keeps before it returns. */
  readonly bytes: Uint8Array;
  readonly binary: boolean;
  readonly cut: Cut | null;
  /** Wall clock when its last byte arrived, ms. */
  readonly at: number;
  /** Monotonic clock of the same instant, microseconds. */
  readonly arrival: number;
}

export interface CaptureSink {
  opened(connection: OpenedConnection): ConnectionNumber;
  frame(connection: ConnectionNumber, frame: CapturedFrame): void;
  closed(connection: ConnectionNumber, closing: ConnectionEvent & { readonly event: 'closed' }): void;
  refused(connection: RefusedConnection): void;
  /** From now on this connection goes unrecorded, and why. It becomes a gap entry when it ends. */
  blind(connection: ConnectionNumber, reason: string): void;
}
