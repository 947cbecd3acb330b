/** Keeps on which connector a transaction runs, for entries that name only the transaction. */

import { transactionFact } from '@ocpp-logs/core';
import type { EntryWriter } from '../../store/store.ts';
import type { Changes } from './changes.ts';
import type { Conversation } from './conversation.ts';
import { type KeptOut, NAME_MAX } from './kept-out.ts';
import type { Tracked } from './tracked.ts';

/** Transactions of a connection whose place is remembered: as many as a station runs at a time, and some. */
const TOLD_MAX = 32;

interface Parts {
  readonly writer: Pick<EntryWriter, 'rememberTransaction'>;
  readonly changes: Pick<Changes, 'place'>;
  readonly keptOut: KeptOut;
  /** An error in our own code, which costs no more than what it was to remember. */
  readonly onFault: (error: unknown) => void;
}

export class RunningTransactions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  learn(talk: Conversation, tracked: Tracked): void {
    try {
      this.#learn(talk, tracked);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }

  #learn(talk: Conversation, tracked: Tracked): void {
    const { writer, changes, keptOut } = this.#parts;
    const draft = tracked.draft;
    if (draft === null) return;
    const { action, version, charger, at } = draft.entry;
    if (action === null || version === null) return;
    const fact = transactionFact(version, action, draft.call, draft.answer);
    if (fact === null || fact.transaction.length > NAME_MAX) return;
    const { transaction, connector, evseConnector, startAt } = fact;
    const place = `${connector}/${evseConnector}`;
    if (startAt === undefined && talk.told.get(transaction) === place) return;
    talk.told.delete(transaction);
    talk.told.set(transaction, place);
    const [oldest] = talk.told.keys();
    if (talk.told.size > TOLD_MAX && oldest !== undefined) talk.told.delete(oldest);
    const known = changes.place(tracked.site, charger, transaction, at);
    const same =
      known?.connector === connector && (evseConnector === null || known?.evseConnector === evseConnector);
    if (same && startAt === undefined) return;
    const runs = { transaction, connector, evseConnector, start: at };
    if (tracked.leftOut) keptOut.rememberTransaction(tracked.site, charger, runs);
    else writer.rememberTransaction(tracked.site, charger, runs);
  }
}
