/** Many simulated stations of one site. */

import { setTimeout as delay } from 'node:timers/promises';
import { Station } from './station.ts';
import type { StationModel } from './station-model.ts';

/** Between the starts of two stations, ms: they do not all boot in one moment. */
const STAGGER_MS = 200;

export interface FleetProgress {
  readonly stations: number;
  /** Now. */
  readonly connected: number;
  /** Frames that stations sent. */
  readonly sent: number;
  /** Frames that came from the CSMS. */
  readonly received: number;
  /** Charging sessions that came to their end. */
  readonly sessions: number;
  /** Connectors at which a session runs. */
  readonly charging: number;
  /** Calls that were answered with an error, or not at all. */
  readonly errors: number;
}

export interface FleetOptions {
  /** `ws://HOST:PORT`; stations call `/ocpp/{site}/{charger}` there. */
  readonly url: string;
  readonly site: string;
  readonly stations: readonly StationModel[];
  /** How much faster than ours the stations' time runs; stamps in messages are real. */
  readonly speed: number;
  readonly seed: string;
  readonly until: AbortSignal;
  /** After every frame and every change. */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Resolves with the last count when `until` is aborted and all connections are closed. */
export async function runFleet(options: FleetOptions): Promise<FleetProgress> {
  const { url, site, stations, speed, seed, until, onProgress } = options;
  const fleet: Station[] = [];
  const counts = { connected: 0, sent: 0, received: 0, errors: 0 };
  const progress = (): FleetProgress => ({
    stations: stations.length,
    ...counts,
    sessions: fleet.reduce((sum, station) => sum + station.sessions, 0),
    charging: fleet.reduce((sum, station) => sum + station.charging, 0),
  });
  const running = stations.map(async (model, index) => {
    const station = new Station({
      url: stationUrl(url, site, model.charger),
      model,
      speed,
      seed,
      until,
      onFrame: (from) => {
        if (from === 'station') counts.sent += 1;
        else counts.received += 1;
        onProgress?.(progress());
      },
      onChange: (change) => {
        if (change === 'connected') counts.connected += 1;
        else if (change === 'disconnected') counts.connected -= 1;
        else counts.errors += 1;
        onProgress?.(progress());
      },
    });
    fleet.push(station);
    await starts(index * STAGGER_MS, until);
    await station.run();
  });
  await Promise.all(running);
  return progress();
}

export function stationUrl(url: string, site: string, charger: string): string {
  return `${url.replace(/\/+$/, '')}/ocpp/${encodeURIComponent(site)}/${encodeURIComponent(charger)}`;
}

async function starts(ms: number, until: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal: until });
  } catch (error) {
    if (!until.aborted) throw error;
  }
}
