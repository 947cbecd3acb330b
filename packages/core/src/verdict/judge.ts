/** Rules over sessions and logs of stations. */

import type { SeenEntry } from '../session/seen.ts';
import type { Session } from '../session/session.ts';
import type { Conclusion, Facts, LogEnd, Rule, Sighting, Verdict, Watch } from './rule.ts';
import { SESSION_RULES } from './session-rules.ts';
import { STATION_RULES } from './station-rules.ts';

export const RULES: readonly Rule[] = [...SESSION_RULES, ...STATION_RULES];

function conclude({ id, severity, text, remedy, clause }: Rule, sighting: Sighting): Conclusion {
  return {
    rule: id,
    severity,
    text: filled(text, sighting.facts),
    remedy,
    clause,
    evidence: sighting.evidence,
    times: sighting.times ?? 1,
  };
}

function filled(text: string, facts: Facts): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

/**
 * Every session has one: the last rules see whatever is left. `end`: where reading ended in a log that goes on; null of
 * one that ends with its last entry.
 */
export function verdictOf(session: Session, end: LogEnd | null = null): Verdict {
  const seen: Conclusion[] = [];
  for (const rule of SESSION_RULES) {
    const sighting = rule.otherwise === true && seen.length > 0 ? null : rule.look(session, end);
    if (sighting !== null) seen.push(conclude(rule, sighting));
  }
  const [verdict, ...also] = seen;
  if (verdict === undefined) throw new Error(`no rule sees anything in session ${session.id}`);
  return { ...verdict, also };
}

/** What is told of a station itself. Entries of one station, by time and then by id. */
export class StationWatch {
  readonly #watches: readonly (readonly [Rule, Watch])[] = STATION_RULES.map((rule) => [rule, rule.watch()]);

  see(entry: SeenEntry): void {
    for (const [, watch] of this.#watches) watch.see(entry);
  }

  /** In the order of the table. Ends it. */
  end(): readonly Conclusion[] {
    return this.#watches.flatMap(([rule, watch]) => watch.end().map((sighting) => conclude(rule, sighting)));
  }
}
