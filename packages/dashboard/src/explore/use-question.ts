/** What is asked of the server by the state of the page, once for each change and each asking again. */

import { parseQuery } from '@ocpp-logs/core';
import { useMemo, useState } from 'react';
import { type Range, readRange } from '../time/instant-text.ts';
import { useStable } from '../ui/use-stable.ts';
import type { ExploreState } from './explore-state.ts';
import type { FilterState } from './search-params.ts';

export interface AskedQuestion {
  readonly filter: FilterState;
  /** null: the times of the address are none. */
  readonly range: Range | null;
  /** Whether the search can be understood. */
  readonly valid: boolean;
  readonly again: () => void;
}

export function useQuestion({ q, sites, quiet, events, from, to }: ExploreState): AskedQuestion {
  const [asked, setAsked] = useState(0);
  const filter = useStable<FilterState>({ q, sites, quiet, events });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` is that of the moment at which something is asked.
  const range = useMemo(() => readRange(from, to, Date.now()), [from, to, filter, asked]);
  const valid = useMemo(() => parseQuery(q).kind === 'query', [q]);
  return { filter, range, valid, again: () => setAsked((count) => count + 1) };
}
