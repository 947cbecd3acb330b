/** What came of the entries of a bundle, by these entries alone: sessions with their verdicts, and each station's own. */

import {
  type BundleStation,
  FindingTally,
  type SeenEntry,
  type Session,
  SessionFold,
  StationWatch,
  verdictOf,
} from '@ocpp-logs/core';
import { conclusionBody, findingBody } from '../../store/sessions/conclusion-json.ts';
import { sessionJson } from '../../store/sessions/session-json.ts';
import type { ExportSite } from '../format.ts';

interface Followed {
  readonly site: ExportSite;
  readonly charger: string;
  readonly fold: SessionFold;
  readonly watch: StationWatch;
  readonly tally: FindingTally;
}

interface ToldSession {
  readonly from: number;
  readonly json: string;
}

export class ToldStations {
  readonly #sites: ReadonlyMap<string, ExportSite>;
  readonly #stations = new Map<string, Followed>();
  readonly #sessions: ToldSession[] = [];

  constructor(sites: readonly ExportSite[]) {
    this.#sites = new Map(sites.map((site) => [site.id, site]));
  }

  /** In the order of time, with all its findings. */
  see(site: string, entry: SeenEntry): void {
    // What is of a whole site is of no station.
    if (entry.charger === '') return;
    const station = this.#stationOf(site, entry.charger);
    station.fold.add(entry);
    station.watch.see(entry);
    station.tally.add(entry);
    this.#tell(station, station.fold.take());
  }

  /** Ends it. */
  end(): { readonly sessions: readonly string[]; readonly stations: readonly BundleStation[] } {
    const stations = [...this.#stations.values()].map((station): BundleStation => {
      this.#tell(station, station.fold.end());
      return {
        site_id: station.site.id,
        charger_id: station.charger,
        conclusions: station.watch.end().map(conclusionBody),
        findings: station.tally.end().map(findingBody),
      };
    });
    const sessions = this.#sessions.toSorted((a, b) => a.from - b.from).map(({ json }) => json);
    return { sessions, stations: stations.toSorted(byName) };
  }

  #stationOf(site: string, charger: string): Followed {
    const key = JSON.stringify([site, charger]);
    const known = this.#stations.get(key);
    if (known !== undefined) return known;
    const station = {
      site: this.#sites.get(site) ?? { id: site, name: site },
      charger,
      fold: new SessionFold(),
      watch: new StationWatch(),
      tally: new FindingTally(),
    };
    this.#stations.set(key, station);
    return station;
  }

  #tell({ site }: Followed, sessions: readonly Session[]): void {
    for (const session of sessions) {
      const judged = { site: { ...site, kept: 0 }, session, verdict: verdictOf(session), cut: false };
      this.#sessions.push({ from: session.from, json: sessionJson(judged) });
    }
  }
}

function byName(a: BundleStation, b: BundleStation): number {
  if (a.site_id !== b.site_id) return a.site_id < b.site_id ? -1 : 1;
  return a.charger_id < b.charger_id ? -1 : 1;
}
