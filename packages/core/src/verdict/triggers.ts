/** What rules look for in TriggerMessage: what a station said that it would send, and did not. OCPP 1.6 5.17, 2.0.1 F06. */

import { connectorOf, transactionOf } from '../session/scene.ts';
import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, textIn } from '../session/told.ts';
import { keepsAction, levelOfAction } from '../site-level.ts';
import { isUp } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';

const TRIGGERS = new Set(['TriggerMessage', 'ExtendedTriggerMessage']);
/** Long enough for a station that makes a new key, or that waits for the answer to another call. ms. */
const WAIT_MS = 5 * 60_000;
const OPEN_MAX = 200;
const BROKEN_MAX = 1_000;
const TRANSACTIONS_MAX = 1_000;

type Actions = readonly [string, ...string[]];

const SIGNS: Actions = ['SignCertificate'];
/** By what a station complies, the plain one first. Vendors' own messages are not known. */
const COMPLIES: ReadonlyMap<string, Actions> = new Map<string, Actions>([
  ['BootNotification', ['BootNotification']],
  ['DiagnosticsStatusNotification', ['DiagnosticsStatusNotification', 'LogStatusNotification']],
  ['FirmwareStatusNotification', ['FirmwareStatusNotification', 'SignedFirmwareStatusNotification']],
  ['Heartbeat', ['Heartbeat']],
  ['LogStatusNotification', ['LogStatusNotification', 'DiagnosticsStatusNotification']],
  ['MeterValues', ['MeterValues', 'TransactionEvent']],
  ['PublishFirmwareStatusNotification', ['PublishFirmwareStatusNotification']],
  ['SignChargePointCertificate', SIGNS],
  ['SignChargingStationCertificate', SIGNS],
  ['SignCombinedCertificate', SIGNS],
  ['SignV2G20Certificate', SIGNS],
  ['SignV2GCertificate', SIGNS],
  ['StatusNotification', ['StatusNotification', 'NotifyEvent']],
  ['TransactionEvent', ['TransactionEvent']],
]);
/** Frequent ones, which excerpts leave out: a log without any may have been kept without them. */
const LEFT_OUT = new Set(['Heartbeat', 'MeterValues', 'StatusNotification', 'TransactionEvent']);
/** Of an idle connector there may be nothing to tell. */
const OF_TRANSACTION = new Set(['MeterValues', 'TransactionEvent']);

/** Transactions that run, as far as the log tells, by their id. */
class Running {
  readonly #connectors = new Map<string, number | null>();

  see(entry: SeenEntry): void {
    const { action, kind, call, fields } = entry;
    if (kind === 'gap') this.clear();
    if (!isUp(entry)) return;
    const connector = connectorOf(entry);
    const transaction = transactionOf(entry);
    if (action === 'StatusNotification' && fields.request_status === 'Available') this.#free(connector);
    if (transaction === null) return;
    if (action === 'StopTransaction' || textIn(call, 'eventType') === 'Ended')
      this.#connectors.delete(transaction);
    else if (action === 'StartTransaction' || action === 'TransactionEvent')
      this.#add(transaction, connector);
  }

  clear(): void {
    this.#connectors.clear();
  }

  /** null: at any. */
  at(wanted: number | null): boolean {
    return wanted === null
      ? this.#connectors.size > 0
      : [...this.#connectors.values()].some((connector) => connector === wanted);
  }

  #add(transaction: string, connector: number | null): void {
    const known = this.#connectors.get(transaction);
    if (known === undefined && this.#connectors.size >= TRANSACTIONS_MAX) return;
    this.#connectors.set(transaction, connector ?? known ?? null);
  }

  #free(connector: number | null): void {
    for (const [transaction, held] of this.#connectors)
      if (held === connector) this.#connectors.delete(transaction);
  }
}

interface Promised {
  readonly entry: SeenEntry;
  readonly asked: string;
  readonly actions: Actions;
  readonly connector: number | null;
  /** ms: when it was promised. */
  readonly since: number;
}

function promisedBy(entry: SeenEntry): Promised | null {
  const { action, call, answer, at, answeredAt } = entry;
  if (!TRIGGERS.has(action ?? '') || answeredStatus(answer) !== 'Accepted') return null;
  const asked = textIn(call, 'requestedMessage') ?? '';
  const actions = COMPLIES.get(asked);
  if (actions === undefined) return null;
  return { entry, asked, actions, connector: connectorOf(entry), since: answeredAt ?? at };
}

/** OCPP 1.6 5.17: what is sent meanwhile for another reason counts as well. */
function keeps({ actions, connector }: Promised, said: SeenEntry): boolean {
  const told = connectorOf(said);
  return actions.includes(said.action ?? '') && (connector === null || told === null || told === connector);
}

/** What was promised and not sent, though the station went on to talk on the same connection. */
export function triggerNotFollowed(): Watch {
  const running = new Running();
  const said = new Set<string>();
  const broken: Promised[] = [];
  let open: readonly Promised[] = [];
  const stands = (promised: Promised, entry: SeenEntry) =>
    !keeps(promised, entry) && (!OF_TRANSACTION.has(promised.asked) || running.at(promised.connector));
  const hear = (entry: SeenEntry) => {
    const { action, at } = entry;
    // A restart that nobody asked for: what was promised before it is forgotten.
    if (action === 'BootNotification' && !open.some((promised) => keeps(promised, entry))) {
      open = [];
      running.clear();
    }
    if (LEFT_OUT.has(action ?? '')) said.add(action ?? '');
    // A log that is kept at a lower level from here on does not hold it.
    const due = ({ since, actions: [plain] }: Promised) =>
      at - since >= WAIT_MS && keepsAction(levelOfAction(action), plain);
    const left = open.filter((promised) => stands(promised, entry));
    broken.push(...left.filter(due).slice(0, BROKEN_MAX - broken.length));
    open = left.filter((promised) => !due(promised));
  };
  return {
    see(entry) {
      running.see(entry);
      // What was sent then may be lost, or may not have been kept.
      if (entry.kind !== 'exchange') open = [];
      else if (isUp(entry)) hear(entry);
      else {
        const promised = promisedBy(entry);
        if (promised === null || open.length >= OPEN_MAX) return;
        if (!OF_TRANSACTION.has(promised.asked) || running.at(promised.connector)) open = [...open, promised];
      }
    },
    end() {
      const tally = new Tally();
      for (const { entry, asked, connector } of broken) {
        if (LEFT_OUT.has(asked) && !said.has(asked)) continue;
        tally.add(entry, connector === null ? asked : `${asked} of connector ${connector}`);
      }
      return tally.count > 0 ? [tally.sighting()] : [];
    },
  };
}
