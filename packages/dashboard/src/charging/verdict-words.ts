/** A verdict as it is seen at a glance: by a word and a shape, never by colour alone. */

import type { RuleSeverity, SessionState } from '@ocpp-logs/core';
import { countText } from '../ui/count-text.ts';
import { energyText, lastedText } from './quantity-text.ts';
import type { ConclusionBody, SummaryBody } from './session-answers.ts';

export const SEVERITIES = ['failure', 'warning', 'note'] as const satisfies readonly RuleSeverity[];

export type Shape = 'cross' | 'triangle' | 'check' | 'bolt' | 'dot';

export interface Badge {
  readonly shape: Shape;
  readonly label: string;
}

export const BADGES: Readonly<Record<RuleSeverity, Badge>> = {
  failure: { shape: 'cross', label: 'Failed' },
  warning: { shape: 'triangle', label: 'Warning' },
  note: { shape: 'dot', label: 'Note' },
};

/** Of notes those that everybody waits for have words of their own. */
const GOOD: Readonly<Record<string, Badge>> = {
  charged: { shape: 'check', label: 'Charged' },
  charging: { shape: 'bolt', label: 'Charging' },
};

export function badgeOf({ rule, severity }: Pick<ConclusionBody, 'rule' | 'severity'>): Badge {
  const good = severity === 'note' && Object.hasOwn(GOOD, rule) ? GOOD[rule] : undefined;
  return good ?? BADGES[severity];
}

/** `also 1 failure, 2 warnings`; null where nothing else matters. */
export function alsoText(also: readonly Pick<ConclusionBody, 'severity'>[]): string | null {
  const count = (severity: RuleSeverity) => also.filter((each) => each.severity === severity).length;
  const parts = (['failure', 'warning'] as const).flatMap((severity) =>
    count(severity) === 0 ? [] : [countText(count(severity), severity)],
  );
  return parts.length === 0 ? null : `also ${parts.join(', ')}`;
}

/** `stop-power-loss` as it stands in a list to choose from. */
export function ruleName(rule: string): string {
  const words = rule.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const STATES: Readonly<Record<SessionState, string>> = {
  attempt: 'No transaction',
  running: 'Running',
  ended: 'Ended',
  stop_unseen: 'End never told',
};

/** `Ended, EVDisconnected`. */
export function stateText({
  state,
  stop_reason: reason,
}: Pick<SummaryBody, 'state' | 'stop_reason'>): string {
  return state === 'ended' && reason !== null ? `${STATES[state]}, ${reason}` : STATES[state];
}

type Measured = {
  readonly energy: Pick<SummaryBody['energy'], 'register_wh' | 'integral_wh' | 'agree'>;
  readonly verdict: Pick<ConclusionBody, 'rule'>;
};

/** Verdicts that say that a register is wrong. */
const WRONG = ['register-wrong', 'register-in-kwh'];

/** By register, and as no more than that where power or samples speak against it; where it is not known, by power. */
export function sessionEnergy({ energy, verdict }: Measured): string | null {
  const { register_wh: register, integral_wh: integral, agree } = energy;
  if (register === null) return integral === null ? null : `about ${energyText(integral)}`;
  const doubted = agree === false || WRONG.includes(verdict.rule);
  return doubted ? `${energyText(register)} by register` : energyText(register);
}

type Timed = Pick<SummaryBody, 'state' | 'duration_ms' | 'started' | 'from' | 'to'>;

/** Of a transaction from start to stop; of one that runs, and of an attempt, as far as its entries go. */
export function durationText({ state, duration_ms: ms, started, from, to }: Timed): string {
  if (ms !== null) return lastedText(ms);
  const text = lastedText(Date.parse(to) - Date.parse(started ?? from));
  return state === 'attempt' ? text : `${text} so far`;
}
