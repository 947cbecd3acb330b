/** A rule: what is seen in a session, or in the log of a station, and what it means in words for the phone. */

import type { SeenEntry } from '../session/seen.ts';
import type { Session } from '../session/session.ts';

/** `failure`: nobody charged, or it broke off. `warning`: it works, and something is wrong. `note`: worth knowing. */
export type RuleSeverity = 'failure' | 'warning' | 'note';

/** An entry that proves it. */
export interface Evidence {
  /** Entry id. */
  readonly entry: string;
  /** ms since 1970. */
  readonly at: number;
  /** Action, or what a connection did. */
  readonly what: string;
}

/** What fills `{name}` in the text of a rule. */
export type Facts = Readonly<Record<string, string | number>>;

export interface Sighting {
  readonly facts: Facts;
  readonly evidence: readonly Evidence[];
  /** Of a station: how often it was seen; 1 unless said. */
  readonly times?: number;
}

/** Where reading ended in a log that goes on. ms. */
export interface LogEnd {
  /** May lie ahead: then all was read that had come by now. */
  readonly readTo: number;
  readonly now: number;
}

interface RuleText {
  readonly id: string;
  readonly severity: RuleSeverity;
  /** One line of what must be in the log. */
  readonly sees: string;
  /** With `{name}` for facts. */
  readonly text: string;
  /** What to do about it; '' where nothing is to be done. */
  readonly remedy: string;
  /** Of the specification; '' where it is ours. */
  readonly clause: string;
}

export interface SessionRule extends RuleText {
  readonly about: 'session';
  /** Told only where no rule above it saw anything: it says what came of the session if nothing else did. */
  readonly otherwise?: boolean;
  /** `end`: null of a log that ends with its last entry, such as a file. */
  look(session: Session, end: LogEnd | null): Sighting | null;
}

/** State of a rule while it goes through the entries of one station in the order of time. Bounded. */
export interface Watch {
  see(entry: SeenEntry): void;
  /** Once, when all were seen. */
  end(): readonly Sighting[];
}

export interface StationRule extends RuleText {
  readonly about: 'station';
  watch(): Watch;
}

export type SessionRow = Omit<SessionRule, 'about'>;
export type StationRow = Omit<StationRule, 'about'>;
export type Rule = SessionRule | StationRule;

/** What a rule came to. */
export interface Conclusion {
  readonly rule: string;
  readonly severity: RuleSeverity;
  readonly text: string;
  readonly remedy: string;
  readonly clause: string;
  readonly evidence: readonly Evidence[];
  readonly times: number;
}

/** Of one session: the first rule of the table that sees something is the verdict. */
export interface Verdict extends Conclusion {
  /** What else was seen in it, in the order of the table. */
  readonly also: readonly Conclusion[];
}
