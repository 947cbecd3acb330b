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
  gaps: Gap[];
}

export class Sequences {
  readonly #tell: Tell;
  readonly #transactions = new Map<string, Numbers>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  see({ id, action, outcome, fields }: SeenEntry): void {
    const { seq_no: number, transaction_id: transaction } = fields;
    if (action !== 'TransactionEvent' || outcome === 'resent') return;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || typeof transaction !== 'string')
      return;
    const known = this.#transactions.get(transaction);
    if (known === undefined) {
      this.#begin(transaction, number);
    } else if (number > known.highest) {
      if (number > known.highest + 1 && known.gaps.length < GAPS_MAX) {
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

  #begin(transaction: string, number: number): void {
    this.#transactions.set(transaction, { highest: number, gaps: [] });
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
