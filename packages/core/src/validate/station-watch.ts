/** What entries tell only beside each other: goes through those of one station in the order of time. Bounded. */

import { instantOf } from '../extract/instant.ts';
import type { SeenEntry } from '../session/seen.ts';
import { OfflineRuns } from './offline-runs.ts';
import { Sequences } from './sequences.ts';
import type { Tell } from './station-finding.ts';

const IDS_MAX = 10_000;
const TRANSACTIONS_MAX = 1_000;
/** They are told until they are answered, with the same id where the station likes. */
const TOLD_AGAIN = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);
const AGAIN = new Set(['resent', 'replaced']);

export class StationChecks {
  readonly #tell: Tell;
  readonly #sequences: Sequences;
  readonly #runs: OfflineRuns;
  /** Message ids of each side since the station booted or connected; null before that was seen. */
  #ids: {
    readonly station_to_csms: Map<string, string>;
    readonly csms_to_station: Map<string, string>;
  } | null = null;
  /** Transaction id to the connector on which it was begun. */
  readonly #connectors = new Map<string, number>();

  constructor(tell: Tell) {
    this.#tell = tell;
    this.#sequences = new Sequences(tell);
    this.#runs = new OfflineRuns(tell);
  }

  see(entry: SeenEntry): void {
    if (entry.event?.event === 'accepted' || entry.action === 'BootNotification') {
      this.#ids = { station_to_csms: new Map(), csms_to_station: new Map() };
    }
    if (entry.event?.event === 'gap') {
      this.#sequences.lost(instantOf(entry.event.to) ?? entry.at);
      // It may have connected anew meanwhile.
      if (this.#ids !== null) this.#ids = { station_to_csms: new Map(), csms_to_station: new Map() };
    }
    if (entry.kind !== 'exchange') return;
    this.#messageId(entry);
    this.#connector(entry);
    this.#sequences.see(entry);
    this.#runs.see(entry);
  }

  /** Once, when all were seen. */
  end(): void {
    this.#sequences.end();
    this.#runs.end();
  }

  /** An id again while its call is pending is a matter of that entry alone: `message-id-reused`. */
  #messageId({ id, messageId, direction, action, outcome }: SeenEntry): void {
    if (this.#ids === null || messageId === null || direction === null || action === null) return;
    const ids = this.#ids[direction];
    const before = ids.get(messageId);
    if (before !== undefined && !AGAIN.has(outcome ?? '') && !(before === action && TOLD_AGAIN.has(action))) {
      this.#tell({ code: 'message-id-repeated', entry: id, detail: `${messageId}, before of ${before}` });
    }
    keep(ids, messageId, action, IDS_MAX);
  }

  #connector({ id, action, version, call, answer, fields }: SeenEntry): void {
    const connector = fields.connector_id;
    if (typeof connector !== 'number' || connector === 0) return;
    if (action === 'StartTransaction') {
      const given = answer?.transactionId;
      if (typeof given === 'number' && given > 0)
        keep(this.#connectors, String(given), connector, TRANSACTIONS_MAX);
      return;
    }
    const path = version === '1.6' ? 'request.connectorId' : 'request.evse.id';
    // The connector of a stop is looked up by its transaction, and proves nothing.
    if (action !== (version === '1.6' ? 'MeterValues' : 'TransactionEvent')) return;
    if (version !== '1.6' && call.evse == null) return;
    const transaction = fields.transaction_id;
    if (typeof transaction !== 'string') return;
    const begun = this.#connectors.get(transaction);
    if (begun === undefined) {
      if (version !== '1.6') keep(this.#connectors, transaction, connector, TRANSACTIONS_MAX);
    } else if (begun !== connector) {
      this.#tell({
        code: 'transaction-mismatch',
        entry: id,
        path,
        detail: `${connector}, begun on ${begun}`,
      });
    }
  }
}

/** The newest count; beyond `max` the oldest goes. */
export function keep<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
