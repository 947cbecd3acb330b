/** One WebSocket message between a station and its CSMS, as captured. Source: extraction rules 1. */

export type Direction = 'station_to_csms' | 'csms_to_station';

export const OCPP_VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
export type OcppVersion = (typeof OCPP_VERSIONS)[number];

/** Bytes of one frame that are decoded and kept; of a longer one the prefix, length and SHA-256 are kept. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024;

export interface Frame {
  readonly direction: Direction;
  /** Wall clock of the capturing side, or the source's own time: ms since 1970, UTC. */
  readonly at: number;
  /** Monotonic microseconds on any scale of its connection; null when the source had no times. */
  readonly arrival: number | null;
  readonly bytes: Uint8Array;
  readonly binary: boolean;
  /** Set when `bytes` is only the beginning of a frame over {@link FRAME_BYTES_MAX}. */
  readonly cut: Cut | null;
}

export interface Cut {
  /** Length of the whole frame in bytes. */
  readonly length: number;
  /** Hex SHA-256 of the whole frame. */
  readonly sha256: string;
}

export function opposite(direction: Direction): Direction {
  return direction === 'station_to_csms' ? 'csms_to_station' : 'station_to_csms';
}
