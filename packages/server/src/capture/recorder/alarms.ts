/**
 * What may be a stolen id, a copied configuration or a station that was exchanged: told as findings of the entries it
 * shows in, as a line of the log, and as counts. Nothing is refused for it.
 */

import type { Finding, FindingCode, JsonObject, JsonValue } from '@ocpp-logs/core';
import type { EntryWriter } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { SparingLog } from '../sparing-log.ts';
import { stationFact } from './charger-facts.ts';

export interface AlarmOptions {
  readonly writer: Pick<EntryWriter, 'stationIdentity' | 'rememberIdentity'>;
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** Monotonic, ms. */
  readonly now: () => number;
}

export type AlarmCode = Extract<FindingCode, 'duplicate-connection' | 'charger-moved' | 'serial-changed'>;

interface Station {
  readonly site: string;
  readonly charger: string;
}

/** In the order in which they are preferred; the last is deprecated since OCPP 1.6. */
const SERIALS = ['serialNumber', 'chargePointSerialNumber', 'chargeBoxSerialNumber'] as const;

/** As they are named in `/metrics`. */
export function alarmCounts(counts: Readonly<Record<AlarmCode, number>>): Readonly<Record<string, number>> {
  const named = Object.entries(counts).map(([code, count]) => [
    `alarm_${code.replaceAll('-', '_')}_total`,
    count,
  ]);
  return Object.fromEntries(named);
}

export class Alarms {
  readonly counts: Record<AlarmCode, number> = {
    'duplicate-connection': 0,
    'charger-moved': 0,
    'serial-changed': 0,
  };
  readonly #writer: AlarmOptions['writer'];
  readonly #log: SparingLog;

  constructor({ writer, report, now }: AlarmOptions) {
    this.#writer = writer;
    this.#log = new SparingLog({ warn: (facts, text) => report(`${text} ${JSON.stringify(facts)}`) }, now);
  }

  /** @param open connections of this station that are open already */
  connected(station: Station, open: number): readonly Finding[] {
    const findings: Finding[] = [];
    if (open > 0) {
      this.#tell('duplicate-connection', station, 'a station that is connected has connected again');
      findings.push({ code: 'duplicate-connection', detail: `${open + 1} connections` });
    }
    const known = this.#identity(station);
    if (known === null || known.known) return findings;
    this.#writer.rememberIdentity(station.site, station.charger, null);
    if (known.elsewhere.length === 0) return findings;
    // Which site that is concerns those who may read it, so it stands in the log of the server alone.
    const at = known.elsewhere.slice(0, 5);
    this.#tell('charger-moved', station, 'a station of another site has come to this one', { at });
    findings.push({ code: 'charger-moved' });
    return findings;
  }

  booted(station: Station, boot: JsonObject): readonly Finding[] {
    const found = serialIn(boot);
    if (found === null) return [];
    const { path, serial } = found;
    const before = this.#identity(station)?.serial ?? null;
    if (before === serial) return [];
    this.#writer.rememberIdentity(station.site, station.charger, serial);
    if (before === null) return [];
    this.#tell('serial-changed', station, 'a station has another serial number than before');
    // The number before stands in the boot before; here pseudonyms of an export would not reach it.
    return [{ code: 'serial-changed', path }];
  }

  #identity({ site, charger }: Station) {
    try {
      return this.#writer.stationIdentity(site, charger);
    } catch (error) {
      // Told by itself; what it would have known of this station is not known.
      if (error instanceof StoreUnavailableError) return null;
      throw error;
    }
  }

  #tell(code: AlarmCode, { site, charger }: Station, line: string, more: object = {}): void {
    this.counts[code] += 1;
    this.#log.warn({ site, charger, ...more }, line);
  }
}

/** OCPP 1.6 6.5: chargePointSerialNumber; OCPP 2.0.1 Part 2 2.13: chargingStation.serialNumber. */
function serialIn(boot: JsonObject): { readonly path: string; readonly serial: string } | null {
  const station = boot.chargingStation;
  const inside = isObject(station);
  const members = inside ? station : boot;
  for (const name of SERIALS) {
    const value = members[name];
    if (typeof value !== 'string' || value.trim() === '') continue;
    return { path: `request.${inside ? 'chargingStation.' : ''}${name}`, serial: stationFact(value.trim()) };
  }
  return null;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
