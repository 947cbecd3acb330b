/** What other nodes record, for those who follow a site here. */

import type { EntryId } from '@ocpp-logs/core';

export interface ElsewhereChange {
  readonly id: EntryId;
  readonly change: 'entry' | 'update';
}

export interface Followed {
  /** Sites of which nothing was known before. */
  readonly fresh: readonly string[];
  /** Nobody asks for them here any more. */
  readonly leave: () => void;
}

export interface OtherNodes {
  /** `missed`: changes of sites that are followed are unknown. */
  listen(told: (site: string, changes: readonly ElsewhereChange[]) => void, missed: () => void): void;
  /** Resolves when all that comes from now on will be told; where nobody answers, soon all the same. Never rejects. */
  follow(sites: readonly string[]): Promise<Followed>;
}
