/** Keeps on which connector a transaction runs, for entries that name only the transaction. */

import { transactionFact } from '@ocpp-logs/core';
import type { EntryWriter } from '../../store/store.ts';
import type { Changes } from './changes.ts';
import type { Conversation } from './conversation.ts';
import type { KeptOut } from './kept-out.ts';
import type { Tracked } from './tracked.ts';

/** Transactions of a connection whose place is remembered: as many as a station runs at a time, and some. */
const TOLD_MAX = 32;

export class RunningTransactions {
  readonly #writer: Pick<EntryWriter, 'rememberTransaction'>;
  readonly #changes: Pick<Changes, 'place'>;
  readonly #keptOut: KeptOut;

  constructor(
    writer: Pick<EntryWriter, 'rememberTransaction'>,
    changes: Pick<Changes, 'place'>,
    keptOut: KeptOut,
  ) {
    this.#writer = writer;
    this.#changes = changes;
    this.#keptOut = keptOut;
  }

  learn(talk: Conversation, tracked: Tracked): void {
    const draft = tracked.draft;
    if (draft === null) return;
    const { action, version, charger, at } = draft.entry;
    if (action === null || version === null) return;
    const fact = transactionFact(version, action, draft.call, draft.answer);
    if (fact === null) return;
    const { transaction, connector, evseConnector, startAt } = fact;
    const place = `${connector}/${evseConnector}`;
    if (startAt === undefined && talk.told.get(transaction) === place) return;
    talk.told.delete(transaction);
    talk.told.set(transaction, place);
    const [oldest] = talk.told.keys();
    if (talk.told.size > TOLD_MAX && oldest !== undefined) talk.told.delete(oldest);
    const known = this.#changes.place(tracked.site, charger, transaction, at);
    const same =
      known?.connector === connector && (evseConnector === null || known?.evseConnector === evseConnector);
    if (same && startAt === undefined) return;
    const runs = { transaction, connector, evseConnector, start: at };
    if (tracked.leftOut) this.#keptOut.rememberTransaction(tracked.site, charger, runs);
    else this.#writer.rememberTransaction(tracked.site, charger, runs);
  }
}
