/** Sequence numbers of transactions, OCPP 2.x: each follows the one before it. */

import type { SeenEntry } from '../session/seen.ts';
import type { Tell } from './station-finding.ts';

const TRANSACTIONS_MAX = 1_000;
/** Of one transaction; what lies between is one gap, however wide. */
const GAPS_MAX = 100;

interface Gap {
  from: number;
  to: number;
  /** The entry behind it. */
  readonly entry: string;
}

interface Numbers {
  highest: number;
  /** When a number of it was seen last, ms. */
  at: number;
  gaps: Gap[];
}

export class Sequences {
  readonly #tell: Tell;
  readonly #transactions = new Map<string, Numbers>();
  /** Until when something of the station went unrecorded, ms. */
  #lostUntil = Number.NEGATIVE_INFINITY;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** What came until `to`, ms, may not be in the log: nobody knows whether it is missing. */
  lost(to: number): void {
    this.#lostUntil = Math.max(this.#lostUntil, to);
  }

  see({ id, at, action, outcome, fields }: SeenEntry): void {
    const { seq_no: number, transaction_id: transaction } = fields;
    if (action !== 'TransactionEvent' || outcome === 'resent') return;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || typeof transaction !== 'string')
      return;
    const known = this.#transactions.get(transaction);
    if (known === undefined) {
      this.#begin(transaction, { highest: number, at, gaps: [] });
      return;
    }
    const isSure = known.at > this.#lostUntil;
    known.at = at;
    if (number > known.highest) {
      if (number > known.highest + 1 && isSure && known.gaps.length < GAPS_MAX) {
        known.gaps.push({ from: known.highest + 1, to: number - 1, entry: id });
      }
      known.highest = number;
    } else if (number < known.highest) {
      fill(known, number);
      const detail = `${number} after ${known.highest} of ${transaction}`;
      this.#tell({ code: 'seq-out-of-order', entry: id, path: 'request.seqNo', detail });
    }
  }

  end(): void {
    for (const [transaction, known] of this.#transactions) this.#settle(transaction, known);
    this.#transactions.clear();
  }

  #begin(transaction: string, numbers: Numbers): void {
    this.#transactions.set(transaction, numbers);
    const [oldest] = this.#transactions;
    if (this.#transactions.size <= TRANSACTIONS_MAX || oldest === undefined) return;
    this.#settle(...oldest);
    this.#transactions.delete(oldest[0]);
  }

  #settle(transaction: string, { gaps }: Numbers): void {
    for (const { from, to, entry } of gaps) {
      const missing = from === to ? String(from) : `${from} to ${to}`;
      this.#tell({ code: 'seq-gap', entry, path: 'request.seqNo', detail: `${missing} of ${transaction}` });
    }
  }
}

/** What comes late is not missing. */
function fill(known: Numbers, number: number): void {
  known.gaps = known.gaps.flatMap((gap) => {
    if (number < gap.from || number > gap.to) return [gap];
    const below = gap.from < number ? [{ ...gap, to: number - 1 }] : [];
    return number < gap.to ? [...below, { ...gap, from: number + 1 }] : below;
  });
  if (known.gaps.length > GAPS_MAX) known.gaps.length = GAPS_MAX;
}
