/**
 * In how many entries of a station something was found, by code, of each UTC day, and from one boot to the next: what was found
 * counts for the firmware that ran. An entry counts once for a code, so that the number is that of a search for it.
 */

import { timeOfId } from '../entry.ts';
import type { SeenEntry } from '../session/seen.ts';
import type { TimeSpan } from '../station/coverage.ts';
import { firmwareOf } from './seen-marks.ts';
import { type Firmware, FLEET_DAY_MS, type StationDay, sameFirmware } from './station-day.ts';
import { EMPTY_TALLY } from './tally.ts';

export interface FoundSpan {
  /** ms: the boot with which it begins, or the beginning of the day. */
  readonly from: number;
  /** Entries by code. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface FoundDay {
  readonly charger: string;
  /** ms: when it begins. */
  readonly day: number;
  /** In the order of time; one at least. */
  readonly spans: readonly FoundSpan[];
}

/** Firmwares told in one go; what a station tells that does so oftener counts for the last, as in its days. */
const SPANS_MAX = 50;

type Counts = Record<string, number>;

export class StationFindings {
  readonly #charger: string;
  readonly #range: TimeSpan;
  /** By where it begins: a day, or a boot in it. */
  readonly #spans = new Map<number, Counts>();
  readonly #boots: number[] = [];
  #firmware: Firmware | null = null;
  /** What neighbours tell may be told twice of an entry, as of two numbers that lack before it. */
  readonly #told = new Set<string>();

  /** `range`: whole UTC days. */
  constructor(charger: string, range: TimeSpan) {
    this.#charger = charger;
    this.#range = range;
  }

  /** In the order of time, of these days and around them, each with all that it tells by itself. */
  see(entry: SeenEntry): void {
    this.#boot(entry);
    for (const code of new Set(entry.findings.map((finding) => finding.code))) this.#add(code, entry.at);
  }

  /** What the entries around tell of one that was seen. */
  tell(code: string, entry: string): void {
    const told = `${code} ${entry}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.#add(code, timeOfId(BigInt(entry)));
  }

  /** Days on which something was found. */
  days(): readonly FoundDay[] {
    const spans = [...this.#spans]
      .map(([from, counts]) => ({ from, counts }))
      .sort((a, b) => a.from - b.from);
    return [...Map.groupBy(spans, ({ from }) => dayOf(from))].map(([day, own]) => ({
      charger: this.#charger,
      day,
      spans: own,
    }));
  }

  #boot({ action, direction, kind, at, call }: SeenEntry): void {
    if (kind !== 'exchange' || action !== 'BootNotification' || direction !== 'station_to_csms') return;
    const firmware = firmwareOf(call);
    if (this.#firmware !== null && sameFirmware(this.#firmware, firmware)) return;
    this.#firmware = firmware;
    if (this.#boots.length < SPANS_MAX) this.#boots.push(at);
  }

  #add(code: string, at: number): void {
    if (at < this.#range.from || at >= this.#range.to) return;
    const boot = this.#boots.findLast((from) => from <= at) ?? 0;
    const from = Math.max(dayOf(at), boot);
    const counts = this.#spans.get(from) ?? {};
    this.#spans.set(from, counts);
    counts[code] = (counts[code] ?? 0) + 1;
  }
}

function dayOf(at: number): number {
  return Math.floor(at / FLEET_DAY_MS) * FLEET_DAY_MS;
}

/**
 * Stations on one day with what was found in their messages. One of which nothing else is known on it, such as of one that
 * sent heartbeats alone, is put behind the others; `ran`: its firmware before.
 */
export function withFindings(
  day: number,
  stations: readonly StationDay[],
  found: readonly FoundDay[],
  ran: (charger: string) => Firmware | null,
): readonly StationDay[] {
  const left = new Map(found.map(({ charger, spans }) => [charger, spans]));
  const told = stations.map((station): StationDay => {
    const spans = left.get(station.charger);
    left.delete(station.charger);
    return spans === undefined ? station : { ...station, parts: partsWith(station.parts, spans) };
  });
  const others = [...left].map(([charger, spans]): StationDay => {
    const tally = { ...EMPTY_TALLY, findings: sumOf(spans) };
    return { charger, day, parts: [{ from: day, firmware: ran(charger), entry: null, tally }] };
  });
  return [...told, ...others];
}

function partsWith(parts: StationDay['parts'], spans: readonly FoundSpan[]): StationDay['parts'] {
  const partOf = ({ from }: FoundSpan) =>
    Math.max(
      0,
      parts.findLastIndex((part) => part.from <= from),
    );
  return parts.map((part, place) => {
    const findings = sumOf(spans.filter((span) => partOf(span) === place));
    return { ...part, tally: { ...part.tally, findings } };
  });
}

function sumOf(spans: readonly FoundSpan[]): Counts {
  const sum: Counts = {};
  for (const { counts } of spans) {
    for (const code in counts) sum[code] = (sum[code] ?? 0) + (counts[code] ?? 0);
  }
  return sum;
}
