/**
 * What the level of a site leaves out, and what has to be remembered of it all the same: on which connector a
 * transaction runs, so that entries which are kept later say so. In memory alone, since nothing of it may be on a disk.
 */

import type { SiteLevel } from '@ocpp-logs/core';
import { keepsAction } from '@ocpp-logs/core';
import type { TransactionFact } from '../../store/store.ts';
import { DEFAULT_RULES, type RecordingRules, type SiteRules } from './recording-rules.ts';

/** Of all stations; one more, and the one told longest ago is forgotten. */
const TRANSACTIONS_MAX = 10_000;
/** Characters of a transaction's id (OCPP 2.0.1 TransactionType: 36). Where one of a longer id runs is not remembered. */
export const NAME_MAX = 255;

export class KeptOut {
  #rules: SiteRules = new Map();
  readonly #transactions = new Map<string, TransactionFact>();
  /** Frames and events that were left out. */
  count = 0;

  follow(rules: SiteRules): void {
    this.#rules = rules;
  }

  /** Those that are known. */
  get sites(): Iterable<string> {
    return this.#rules.keys();
  }

  rulesOf(site: string): RecordingRules {
    return this.#rules.get(site) ?? DEFAULT_RULES;
  }

  levelOf(site: string): SiteLevel {
    return this.rulesOf(site).level;
  }

  /** Whether an exchange that begins now is kept. */
  keeps(site: string, action: string | null): boolean {
    return keepsAction(this.levelOf(site), action);
  }

  rememberTransaction(site: string, charger: string, fact: TransactionFact): void {
    const key = keyOf(site, charger, fact.transaction);
    this.#transactions.delete(key);
    this.#transactions.set(key, fact);
    const [oldest] = this.#transactions.keys();
    if (this.#transactions.size > TRANSACTIONS_MAX && oldest !== undefined) this.#transactions.delete(oldest);
  }

  /** The newer start of what is stored and what was left out. */
  placeOf(
    site: string,
    charger: string,
    transaction: string,
    at: number,
    stored: TransactionFact | null,
  ): TransactionFact | null {
    if (this.#transactions.size === 0) return stored;
    const told = this.#transactions.get(keyOf(site, charger, transaction));
    if (told === undefined || told.start > at) return stored;
    return stored === null || told.start > stored.start ? told : stored;
  }
}

function keyOf(site: string, charger: string, transaction: string): string {
  return `${site}\n${charger}\n${transaction}`;
}
