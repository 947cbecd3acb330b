/** Options of a search to the API's own query, so that both understand the same. */

import { type PageRequest, readPageQuery } from '../../api/log-query.ts';
import { Problem } from '../../errors.ts';
import { type Call, textFlag, UsageError } from '../command.ts';
import { readTime } from '../time.ts';

/** Option -> parameter of the API. */
const PARAMETERS = {
  actions: 'actions',
  charger: 'charger_id',
  connector: 'connector_id',
  kinds: 'kinds',
  include: 'include',
  sort: 'sort_order',
  take: 'take',
  skip: 'skip',
} as const;

const FROM = '-1d';
const TO = 'now';

/** `whole`: every match, which knows no pages. Throws a UsageError in the words of the options. */
export async function readSearch(
  call: Call,
  site: string,
  whole: boolean,
  seenActions: () => Promise<readonly string[]>,
): Promise<PageRequest> {
  const now = Date.now();
  const time = (flag: 'from' | 'to', otherwise: string) =>
    new Date(readTime(flag, textFlag(call, flag) ?? otherwise, now)).toISOString();
  const parameters = new URLSearchParams({ from: time('from', FROM), to: time('to', TO) });
  for (const [flag, parameter] of Object.entries(PARAMETERS)) {
    const value = textFlag(call, flag);
    if (value !== undefined) parameters.set(parameter, value);
  }
  try {
    return await readPageQuery(`?${parameters}`, site, whole, seenActions);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = error.errors.map(({ parameter, message }) => `${flagOf(parameter)} ${message}`);
    throw new UsageError(faults.length > 0 ? faults.join('\n') : error.message);
  }
}

function flagOf(parameter: string): string {
  const pair = Object.entries(PARAMETERS).find(([, name]) => name === parameter);
  return `--${pair?.[0] ?? parameter}`;
}
