/** What a sequence of a range is drawn from: what the station's connections said, and what is missing of its whole site. */

import type { LogEntry, LogPage } from '../../api/answers.ts';
import type { Client } from '../../api/client.ts';
import { effectiveQuery } from '../../explore/noise.ts';
import { rangeParams } from '../../explore/search-params.ts';
import { both } from '../../query/edit-query.ts';
import type { Range } from '../../time/instant-text.ts';
import { queryOfStation, type StationState } from '../station-state.ts';
import type { StationAddress } from '../use-station.ts';
import { MESSAGES_MAX } from './sequence-events.ts';

const KINDS = 'exchange,connection,gap,orphan,malformed';
/** A gap of a whole site is no station's, and hides what this one said none the less. */
const OF_NO_STATION = '-has:station';

export interface RangeEntries {
  /** The newest ones, in no order. */
  readonly entries: readonly LogEntry[];
  /** Of those that there are. */
  readonly count: number;
}

export async function entriesOfRange(
  client: Pick<Client, 'get'>,
  { site, charger }: StationAddress,
  { q, quiet }: Pick<StationState, 'q' | 'quiet'>,
  range: Range | null,
  signal: AbortSignal,
): Promise<RangeEntries> {
  const page = (query: string, kinds: string) =>
    client.get<LogPage>('/ocpp-logs', {
      signal,
      params: {
        site,
        q: query,
        kinds,
        include: 'exchange',
        sort_order: 'desc',
        take: MESSAGES_MAX,
        ...(range === null ? {} : rangeParams(range)),
      },
    });
  // Two questions: joined by OR they would be answered by looking at every entry of the site.
  const [own, ofSite] = await Promise.all([
    page(effectiveQuery(queryOfStation(charger, q), quiet), KINDS),
    page(both(OF_NO_STATION, q), 'gap'),
  ]);
  return { entries: [...own.ocpp_logs, ...ofSite.ocpp_logs], count: own.count + ofSite.count };
}
