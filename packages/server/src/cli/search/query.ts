/** Options of a search to the API's own query, so that both understand the same. */

import { parseQuery } from '@ocpp-logs/core';
import { type PageRequest, readPageQuery } from '../../api/log-query.ts';
import { PageQuerySchema } from '../../api/log-query-schema.ts';
import { Query } from '../../api/query-string.ts';
import { Problem } from '../../errors.ts';
import { type Call, type Option, textFlag, UsageError } from '../command.ts';
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
  guard: 'guard',
} as const;

/** Options that choose entries. */
export const FILTER_OPTIONS: Readonly<Record<string, Option>> = {
  site: { value: 'ID', describe: 'Site; needed unless there is only one.' },
  from: {
    value: 'TIME',
    describe:
      "Inclusive: -3h, -2d, 2026-01-31, 31.01.2026, '31.01.2026 14:00' (UTC) or ISO 8601 with a zone; -1d unless given.",
  },
  to: { value: 'TIME', describe: 'Exclusive; now unless given.' },
  actions: { value: 'A,B', aliases: ['action'], describe: 'OCPP actions such as StatusNotification.' },
  charger: { value: 'A,B', aliases: ['chargers'], describe: 'Ids of charging stations.' },
  connector: { value: 'N,M', aliases: ['connectors'], describe: 'Connector numbers (2.x: EVSE).' },
  kinds: {
    value: 'A,B',
    aliases: ['kind'],
    describe: 'exchange, orphan, malformed, connection, gap, setting; exchange unless given.',
  },
};

export const QUERY_OPTION: Option = {
  value: 'SEARCH',
  describe:
    "Such as 'status:Faulted -station:CP0*', as on the Explore page; words behind the options mean the same.",
};

export const GUARD_OPTION: Option = {
  value: 'none',
  describe: 'CSV: leave texts that begin like a formula without a leading apostrophe.',
};

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
  const q = searchOf(call);
  if (q !== '') parameters.set('q', q);
  try {
    const query = new Query(`?${parameters}`, Object.keys(PageQuerySchema.properties));
    tellHints(call, q);
    return await readPageQuery(query, [site], whole, seenActions);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = error.errors.map(({ parameter, message, column }) => {
      if (parameter !== 'q') return `${flagOf(parameter)} ${message}`;
      return [`--query: ${message}`, ...(column === undefined ? [] : marked(q, column))].join('\n');
    });
    throw new UsageError(faults.length > 0 ? faults.join('\n') : error.message);
  }
}

/** What is understood otherwise than it was probably meant; the answer is that of the search as it stands. */
function tellHints(call: Call, q: string): void {
  const parsed = parseQuery(q);
  for (const { column, message } of parsed.kind === 'query' ? parsed.hints : []) {
    const lines = [`--query: ${message} (column ${column})`, ...marked(q, column)];
    call.terminal.errors.write(`${lines.join('\n')}\n`);
  }
}

/** Of the option and the words: both must hold. */
function searchOf(call: Call): string {
  const words = call.words.join(' ');
  const option = textFlag(call, 'query') ?? '';
  if (option === '' || words === '') return option + words;
  return `(${option}) (${words})`;
}

/** Characters shown before and behind a mark. */
const BEFORE = 60;
const BEHIND = 30;

/** The text, and under it a mark at the column. */
function marked(text: string, column: number): readonly string[] {
  const from = Math.max(0, column - 1 - BEFORE);
  const shown = text.slice(from, column - 1 + BEHIND).replaceAll(/\p{Cc}/gu, ' ');
  return [`  ${shown}`, `  ${' '.repeat(column - 1 - from)}^`];
}

function flagOf(parameter: string): string {
  const pair = Object.entries(PARAMETERS).find(([, name]) => name === parameter);
  return `--${pair?.[0] ?? parameter}`;
}
