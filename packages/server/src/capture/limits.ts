/** Bounds of what capture holds and waits for, and what it counts. */

const MIB = 1024 * 1024;

export interface CaptureLimits {
  /** Stations connected at a time, whoever answers them. */
  readonly stations: number;
  readonly stationsPerSite: number;
  /** Sockets of stations, and of their CSMSs, at a time: what the process may open, less what else it needs. */
  readonly sockets: number;
  /** Upgrades of one address in a minute. */
  readonly upgradesPerMinute: number;
  /** Refused connections of one site that become entries, in a minute. */
  readonly refusalsPerMinute: number;
  /** Upgrades that wait for their CSMS at a time. */
  readonly waiting: number;
  /** How long an upgrade waits for its CSMS, ms. */
  readonly answerMs: number;
  /** How long one side may stay open after the other has ended, ms. */
  readonly halfOpenMs: number;
  /** How long a shut-down waits for both sides to end, ms. */
  readonly shutdownMs: number;
  /** Head of a CSMS's answer, and body of its refusal, bytes each. */
  readonly answerBytes: number;
  /** What the decoders of one connection hold, bytes. */
  readonly heldPerConnection: number;
  /** What all decoders hold together, bytes. */
  readonly heldOverall: number;
}

export const CAPTURE_LIMITS: CaptureLimits = {
  stations: 20_000,
  stationsPerSite: 20_000,
  sockets: 200_000,
  upgradesPerMinute: 30_000,
  refusalsPerMinute: 300,
  waiting: 2_000,
  answerMs: 10_000,
  halfOpenMs: 30_000,
  shutdownMs: 2_000,
  answerBytes: 64 * 1024,
  heldPerConnection: 16 * MIB,
  heldOverall: 512 * MIB,
};

/** Running totals since the start, except where a line says "now". */
export interface CaptureCounters {
  /** Now. */
  stations: number;
  /** Now: upgrades waiting for their CSMS. */
  waiting: number;
  /** Now: relayed connections. */
  relayed: number;
  /** Now: sockets of stations, and those kept for their CSMSs. */
  sockets: number;
  opened: number;
  refused: number;
  /** Of those, the ones that have no entry of their own. */
  refusedTogether: number;
  unreachable: number;
  tooSlow: number;
  /** Refused by us because a limit was reached. */
  overLimit: number;
  /** Of those, because their site had too many. */
  siteFull: number;
  /** Refused by us because too many came from one address in a minute. */
  tooOften: number;
  /** Refused because password or certificate was missing or wrong. */
  unauthorized: number;
  /** Upgrades to sites that do not exist. */
  unknownSite: number;
  /** Upgrades to addresses that no station has, and what is no upgrade to a WebSocket. */
  wrongAddress: number;
  foreignOrigin: number;
  /** Upgrades under a name that is not this server's. */
  foreignHost: number;
  bytesToCsms: number;
  bytesToStation: number;
  /** Connections whose decoding ended before they did. */
  blind: number;
  /** Messages of which only the beginning was kept. */
  cut: number;
  /** Calls of the sink that threw. */
  sinkErrors: number;
  /** Relayed connections of which one side was still open when its time was over. */
  halfOpenEnded: number;
  /** Connections of the built-in CSMS that it ended because one of its bounds was reached. */
  endedAtBound: number;
  /** Calls to stations that were refused, because as many wait as may. */
  callsRefused: number;
}

export function captureCounters(): CaptureCounters {
  return {
    stations: 0,
    waiting: 0,
    relayed: 0,
    sockets: 0,
    opened: 0,
    refused: 0,
    refusedTogether: 0,
    unreachable: 0,
    tooSlow: 0,
    overLimit: 0,
    siteFull: 0,
    tooOften: 0,
    unauthorized: 0,
    unknownSite: 0,
    wrongAddress: 0,
    foreignOrigin: 0,
    foreignHost: 0,
    bytesToCsms: 0,
    bytesToStation: 0,
    blind: 0,
    cut: 0,
    sinkErrors: 0,
    halfOpenEnded: 0,
    endedAtBound: 0,
    callsRefused: 0,
  };
}

/** What goes up and down; everything else that capture counts is a total since the start. */
const NOW: ReadonlySet<string> = new Set(['stations', 'waiting', 'relayed', 'sockets']);

/** As `GET /metrics` names them. */
export function namedCounts(counters: CaptureCounters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).map(([name, count]) => [
      `capture_${name}${NOW.has(name) ? '' : '_total'}`,
      count,
    ]),
  );
}
